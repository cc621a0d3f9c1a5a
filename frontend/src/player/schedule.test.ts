import { describe, expect, it } from "vitest";
import { nextMarker, type Plan, planOf, previousMarker, rowAt, spanAt, spansOf } from "./schedule";
import { thinned } from "./timeline";
import type { WireIndex } from "./types";
import { noteMoment, type WatchedSpan } from "./watch";

const index = (part: Partial<WireIndex>): WireIndex => ({
  recording: "rec_x",
  state: "ready",
  start_ms: 1_000,
  end_ms: 61_000,
  duration_ms: 60_000,
  epoch: 1,
  pages: [],
  segments: [],
  gaps: [],
  idle: [],
  markers: [],
  steps: [],
  console: [],
  network: [],
  errors: [],
  masked: {},
  second_gate: {},
  ...part,
});

describe("spansOf", () => {
  it.each([
    ["nothing recorded", [], 10, []],
    ["one piece", [{ n: 0, page: 0, from: 0, to: 10 }], 10, [[0, 10, 0, false]]],
    [
      "a hole keeps the last picture and says so",
      [
        { n: 0, page: 0, from: 0, to: 4 },
        { n: 1, page: 1, from: 6, to: 10 },
      ],
      10,
      [
        [0, 4, 0, false],
        [4, 6, 0, true],
        [6, 10, 1, false],
      ],
    ],
    [
      "a second tab is in front while it runs, then the first again",
      [
        { n: 0, page: 0, from: 0, to: 10 },
        { n: 1, page: 1, from: 3, to: 5 },
      ],
      10,
      [
        [0, 3, 0, false],
        [3, 5, 1, false],
        [5, 10, 0, false],
      ],
    ],
    [
      "between two pieces of the same page nothing is missing",
      [
        { n: 0, page: 1, from: 0, to: 4 },
        { n: 1, page: 1, from: 6, to: 10 },
      ],
      10,
      [
        [0, 6, 0, false],
        [6, 10, 1, false],
      ],
    ],
    [
      "a new piece of the first tab does not cover the tab opened later",
      [
        { n: 0, page: 1, from: 0, to: 5 },
        { n: 1, page: 2, from: 3, to: 9 },
        { n: 2, page: 1, from: 6, to: 10 },
      ],
      10,
      [
        [0, 3, 0, false],
        [3, 9, 1, false],
        [9, 10, 2, false],
      ],
    ],
    ["a piece of one moment", [{ n: 0, page: 0, from: 0, to: 0 }], 0, [[0, 0, 0, false]]],
  ])("%s", (_name, pieces, duration, expected) => {
    expect(spansOf(pieces, duration).map((s) => [s.from, s.to, s.segment, s.still])).toEqual(expected);
  });

  it("shows the tab that the person was on", () => {
    const pieces = [
      { n: 0, page: 1, from: 0, to: 10 },
      { n: 1, page: 2, from: 3, to: 9 },
    ];
    const fronts = [
      { at: 3, page: 2 },
      { at: 5, page: 1 },
    ];
    expect(spansOf(pieces, 10, fronts).map((s) => [s.from, s.to, s.segment])).toEqual([
      [0, 3, 0],
      [3, 5, 1],
      [5, 10, 0],
    ]);
  });

  it("gives each moment to exactly one span", () => {
    const pieces = [
      { n: 0, page: 0, from: 0, to: 30 },
      { n: 1, page: 1, from: 10, to: 20 },
      { n: 2, page: 2, from: 15, to: 45 },
      { n: 3, page: 3, from: 50, to: 60 },
    ];
    const spans = spansOf(pieces, 60);
    expect(spans[0]?.from).toBe(0);
    expect(spans[spans.length - 1]?.to).toBe(60);
    for (const [at, span] of spans.entries()) expect(span.from).toBe(spans[at - 1]?.to ?? 0);
  });
});

describe("planOf", () => {
  const plan: Plan = planOf(
    index({
      segments: [
        { n: 0, page: 1, start_ms: 1_000, end_ms: 31_000, bytes: 1 },
        { n: 1, page: 2, start_ms: 31_000, end_ms: 61_000, bytes: 1 },
      ],
      gaps: [{ from_ms: 41_000, cause: "paused" }],
      markers: [
        { at_ms: 51_000, kind: "error", text: "b" },
        { at_ms: 11_000, kind: "navigate", text: "a" },
      ],
    }),
  );
  it("counts from the start of the recording", () => {
    expect(plan.markers.map((one) => one.at)).toEqual([10_000, 50_000]);
    expect(spanAt(plan, 29_999)?.segment).toBe(0);
    expect(spanAt(plan, 30_000)?.segment).toBe(1);
    expect(spanAt(plan, 60_000)?.segment).toBe(1);
  });
  it("lets a gap without an end reach to the end", () => {
    expect(plan.gaps).toEqual([{ from: 40_000, to: 60_000, cause: "paused" }]);
  });
  it("walks the marks without standing still on one", () => {
    expect(nextMarker(plan, 0)?.at).toBe(10_000);
    expect(nextMarker(plan, 10_000)?.at).toBe(50_000);
    expect(nextMarker(plan, 50_000)).toBeUndefined();
    expect(previousMarker(plan, 50_000)?.at).toBe(10_000);
    expect(previousMarker(plan, 10_000)).toBeUndefined();
  });
});

it.each([
  [[], 5, -1],
  [[10, 20, 20, 30], 5, -1],
  [[10, 20, 20, 30], 20, 2],
  [[10, 20, 20, 30], 99, 3],
])("rowAt(%j, %d) is %d", (times, ms, expected) => {
  expect(rowAt(times, ms)).toBe(expected);
});

it("draws of marks that lie on each other the problem", () => {
  const drawn = thinned(
    [
      { at: 0, kind: "navigate", text: "a" },
      { at: 10, kind: "error", text: "b" },
      { at: 90_000, kind: "note", text: "c" },
    ],
    100_000,
  );
  expect(drawn.map((one) => [one.marker.text, one.more])).toEqual([
    ["b", 1],
    ["c", 0],
  ]);
});

it("notes what was watched as spans, and a jump begins another", () => {
  const spans: WatchedSpan[] = [];
  for (const ms of [0, 16, 500, 1_200, 40_000, 40_016, 3_000]) noteMoment(spans, ms);
  expect(spans).toEqual([
    [0, 1_200],
    [40_000, 40_016],
    [3_000, 3_000],
  ]);
});
