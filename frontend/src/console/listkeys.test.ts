import { expect, test } from "vitest";
import { next } from "./listkeys";

test.each([
  { length: 0, present: -1, by: 1, to: -1, why: "nothing in the list" },
  { length: 3, present: -1, by: 1, to: 0, why: "the first key goes to the first row" },
  { length: 3, present: -1, by: -1, to: 0, why: "whichever way it goes" },
  { length: 3, present: 0, by: 1, to: 1, why: "down" },
  { length: 3, present: 2, by: 1, to: 2, why: "it stays on the last" },
  { length: 3, present: 0, by: -1, to: 0, why: "and on the first" },
])("$why", ({ length, present, by, to }) => {
  expect(next(length, present, by)).toBe(to);
});
