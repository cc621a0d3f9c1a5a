import { expect, test } from "vitest";
import { lanesOf, spansOfTab } from "./lanes";
import { planOf } from "./schedule";
import type { WireIndex } from "./types";

const page = (number: number, tab: string, from: number, to: number) => ({
  ...{ page: number, tab, url: `https://shop.example/${number}`, start_ms: from, end_ms: to },
});
const segment = (n: number, number: number, from: number, to: number) => ({
  ...{ n, page: number, start_ms: from, end_ms: to, bytes: 1 },
});

/** Tab a with two pages; b opened at 20 s, where the person stays until 40 s. */
const INDEX: WireIndex = {
  ...{
    recording: "rec",
    state: "ready",
    start_ms: 1_000_000,
    end_ms: 1_060_000,
    duration_ms: 60_000,
    epoch: 0,
  },
  pages: [
    page(1, "a", 1_000_000, 1_045_000),
    page(2, "b", 1_020_000, 1_050_000),
    page(3, "a", 1_045_000, 1_060_000),
  ],
  segments: [
    segment(0, 1, 1_000_000, 1_045_000),
    segment(1, 2, 1_020_000, 1_050_000),
    segment(2, 3, 1_045_000, 1_060_000),
  ],
  fronts: [
    { at_ms: 1_000_000, page: 1 },
    { at_ms: 1_020_000, page: 2 },
    { at_ms: 1_040_000, page: 1 },
    { at_ms: 1_045_000, page: 3 },
  ],
  ...{ gaps: [], idle: [], markers: [], steps: [], console: [], network: [], errors: [] },
  ...{ masked: {}, second_gate: {} },
};

test("each tab is a lane with its pages and where the person was", () => {
  const lanes = lanesOf(INDEX, planOf(INDEX));
  expect(lanes.map(({ tab, pages }) => [tab, pages.map(({ from, to }) => [from, to])])).toEqual([
    [
      "a",
      [
        [0, 45_000],
        [45_000, 60_000],
      ],
    ],
    ["b", [[20_000, 50_000]]],
  ]);
  expect(lanes[1]?.active).toEqual([{ from: 20_000, to: 40_000 }]);
});

test("a tab that is kept in front is shown while the person is in another one", () => {
  const spans = spansOfTab(INDEX, "a");
  expect(spans.map(({ from, to, segment }) => [from, to, segment])).toEqual([
    [0, 45_000, 0],
    [45_000, 60_000, 2],
  ]);
});

test("before it was opened and after it was closed its nearest picture stands still", () => {
  expect(spansOfTab(INDEX, "b").map(({ from, to, still }) => [from, to, still])).toEqual([
    [0, 20_000, true],
    [20_000, 50_000, false],
    [50_000, 60_000, true],
  ]);
});
