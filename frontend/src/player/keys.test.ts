// @vitest-environment happy-dom
import { expect, it, vi } from "vitest";
import { clock, fill, spoken } from "./format";
import { action, isTaken, type Keys } from "./keys";

const keys = () => ({
  toggle: vi.fn(),
  leap: vi.fn(),
  step: vi.fn(),
  frame: vi.fn(),
  tenth: vi.fn(),
  marker: vi.fn(),
  problem: vi.fn(),
  faster: vi.fn(),
  copyLink: vi.fn(),
  range: vi.fn(),
  remark: vi.fn(),
  fullScreen: vi.fn(),
  help: vi.fn(),
});

it.each<[string, keyof Keys, unknown[]]>([
  [" ", "toggle", []],
  ["k", "toggle", []],
  ["K", "toggle", []],
  ["j", "leap", ["back"]],
  ["l", "leap", ["forward"]],
  ["ArrowLeft", "step", ["back"]],
  ["ArrowRight", "step", ["forward"]],
  [",", "frame", ["back"]],
  [".", "frame", ["forward"]],
  ["7", "tenth", [7]],
  ["n", "marker", ["next"]],
  ["p", "marker", ["previous"]],
  ["e", "problem", []],
  ["<", "faster", [-1]],
  [">", "faster", [1]],
  ["u", "copyLink", []],
  ["r", "range", []],
  ["c", "remark", []],
  ["f", "fullScreen", []],
  ["?", "help", []],
])("the key %s does %s", (key, name, given) => {
  const heard = keys();
  action(key, heard)?.();
  expect(heard[name]).toHaveBeenCalledWith(...given);
});

it("leaves keys alone that are nobody's", () => {
  expect(action("Tab", keys())).toBeUndefined();
});

it.each([
  ["<input>", "k", true],
  ["<input type=search>", "5", true],
  ["<textarea></textarea>", " ", true],
  ["<input type=range>", "ArrowRight", false],
  ["<button></button>", " ", true],
  ["<button></button>", "k", false],
  ["<button role=tab></button>", "ArrowRight", true],
  ["<div role=separator tabindex=0></div>", "ArrowLeft", true],
  ["<p></p>", " ", false],
])("%s takes %s for itself: %s", (html, key, expected) => {
  document.body.innerHTML = html;
  expect(isTaken(document.body.firstElementChild, key)).toBe(expected);
});

it("writes times as people read them", () => {
  expect([clock(0), clock(192_400), clock(3_793_000)]).toEqual(["00:00", "03:12", "1:03:13"]);
  expect([spoken(0), spoken(291_000), spoken(3_600_000)]).toEqual(["0 s", "4 min 51 s", "1 h"]);
  expect(fill("{a} of {b}", { a: 1 })).toBe("1 of {b}");
});
