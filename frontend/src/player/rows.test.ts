// @vitest-environment happy-dom
import { expect, it, vi } from "vitest";
import { ROW_PX } from "./constants";
import { clock } from "./format";
import { type Row, rowList } from "./rows";

const rows: Row[] = Array.from({ length: 50_000 }, (_, n) => ({
  at: n * 100,
  text: `row ${n}`,
  group: "log",
  tone: "plain",
  draw: () => [document.createElement("b")],
}));

function list(onPick = vi.fn()) {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
    },
  );
  const root = document.createElement("div");
  Object.defineProperty(root, "clientHeight", { value: 600 });
  document.body.replaceChildren(root);
  return { root, onPick, made: rowList(root, onPick, clock) };
}

it("draws of 50,000 rows only those that are seen", () => {
  const { root, made } = list();
  made.show(rows);
  expect(root.querySelectorAll("li").length).toBeLessThan(60);
  expect(root.querySelector("ol")?.style.height).toBe(`${50_000 * ROW_PX}px`);
});

it("brings the row of the moment into view, and marks it", () => {
  const { root, made } = list();
  made.show(rows);
  made.follow(4_000_000);
  made.draw();
  const current = root.querySelector('[aria-current="true"]');
  expect(current?.getAttribute("data-at-ms")).toBe("4000000");
  expect(root.querySelectorAll("li").length).toBeLessThan(60);
});
