import { expect, it } from "vitest";
import type { Marker } from "./schedule";
import { together } from "./trouble";

const mark = (at: number, text: string, kind: Marker["kind"] = "network"): Marker => ({ at, kind, text });

it("shows the same trouble once, where it was first seen", () => {
  const marks = [mark(1, "500 POST /pay"), mark(2, "404 GET /logo"), mark(3, "500 POST /pay")];
  expect(together(marks).map((found) => [found.marker.at, found.count])).toEqual([
    [1, 2],
    [2, 1],
  ]);
});

it("keeps trouble of two kinds apart that has the same words", () => {
  expect(together([mark(1, "E4021", "error"), mark(2, "E4021", "console")])).toHaveLength(2);
});
