import { describe, expect, it } from "vitest";
import { fieldsOf } from "./fields";

describe("the fields of an answer that a site has named", () => {
  const answer = { error: { code: "E4021", "a/b": 7 }, ok: false, rows: [{ id: 3 }] };
  it.each([
    ["a field", "/error/code", "E4021"],
    ["a name with a slash", "/error/a~1b", 7],
    ["a truth", "/ok", false],
    ["in a list", "/rows/0/id", 3],
  ])("%s", (_, pointer, value) => expect(fieldsOf(answer, [pointer])).toEqual({ [pointer]: value }));

  it.each([
    ["an object", "/error"],
    ["a list", "/rows"],
    ["nothing there", "/nobody"],
    ["what every object has", "/constructor/name"],
    ["the whole", ""],
  ])("not %s", (_, pointer) => expect(fieldsOf(answer, [pointer])).toBeUndefined());
});
