import { expect, it } from "vitest";
import { sideWidth } from "./split";

it.each([
  ["as wanted", 400, 1400, 400],
  ["never too narrow to read", 20, 1400, 300],
  ["never more than half", 1300, 1400, 700],
  ["narrow windows too", 900, 500, 300],
])("%s", (_name, wanted, whole, width) => {
  expect(sideWidth(wanted, whole)).toBe(width);
});
