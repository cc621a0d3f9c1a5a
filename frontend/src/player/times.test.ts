import { expect, test } from "vitest";
import { written } from "./times";

const START = Date.UTC(2026, 4, 1, 23, 59, 50);

test.each([
  [0, "start", "00:00"],
  [3_723_000, "start", "1:02:03"],
  [0, "utc", "23:59:50"],
  [15_999, "utc", "00:00:05"],
] as const)("%i ms in %s is %s", (ms, how, expected) => {
  expect(written(ms, START, how)).toBe(expected);
});

test("the local time is that of the browser", () => {
  const at = new Date(START);
  expect(written(0, START, "local")).toBe(at.toTimeString().slice(0, 8));
});
