import { expect, test } from "vitest";
import { waterfall } from "./waterfall";

test("requests of one burst lie beside each other on one scale", () => {
  expect(
    waterfall([
      { at: 1000, took: 100 },
      { at: 1100, took: 300 },
      { at: 1200, took: 50 },
    ]),
  ).toEqual([
    { from: 0, size: 0.25 },
    { from: 0.25, size: 0.75 },
    { from: 0.5, size: 0.125 },
  ]);
});

test("after a quiet moment a new scale begins", () => {
  const bars = waterfall([
    { at: 0, took: 100 },
    { at: 9_000, took: 50 },
  ]);
  expect(bars).toEqual([
    { from: 0, size: 1 },
    { from: 0, size: 1 },
  ]);
});

test("one that took no time at the very end is seen all the same", () => {
  const [, last] = waterfall([
    { at: 0, took: 1_000 },
    { at: 1_000, took: 0 },
  ]);
  expect(last).toEqual({ from: 0.99, size: 0.01 });
});

test("nothing is drawn for nothing", () => {
  expect(waterfall([])).toEqual([]);
});
