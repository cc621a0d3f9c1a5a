import { expect, test } from "vitest";
import type { WatchedSpan } from "./watch";
import { covered } from "./watched";

test.each<[WatchedSpan[], number]>([
  [[], 0],
  [[[0, 1_000]], 1_000],
  [
    [
      [500, 2_000],
      [0, 1_000],
    ],
    2_000,
  ],
  [
    [
      [0, 5_000],
      [1_000, 2_000],
      [7_000, 8_000],
    ],
    6_000,
  ],
])("what overlaps counts once", (spans, ms) => {
  expect(covered(spans)).toBe(ms);
});
