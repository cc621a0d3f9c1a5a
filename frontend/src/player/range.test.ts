import { expect, test } from "vitest";
import { linkTo, rangeIn } from "./range";

test.each([
  ["?t=12&to=30", { from: 12_000, to: 30_000 }],
  ["?to=30", { from: 0, to: 30_000 }],
  ["?t=12", undefined],
  ["?t=30&to=12", undefined],
  ["?t=-5&to=12", undefined],
  ["?t=x&to=y", undefined],
])("%s", (query, range) => {
  expect(rangeIn(query)).toEqual(range);
});

test.each([
  [12_900, undefined, "https://p.example/r/?t=12"],
  [12_900, 30_100, "https://p.example/r/?t=12&to=31"],
])("a link from %i to %s", (from, to, link) => {
  expect(linkTo("https://p.example/r/?t=1&to=2&problem", from, to)).toBe(link);
});
