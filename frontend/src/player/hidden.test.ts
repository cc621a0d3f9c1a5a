import { expect, it } from "vitest";
import { reasonIn } from "./hidden";

const words = {
  masked: { "e-mail": "E-mail addresses", "ID number": "Personal ID numbers", text: "Text" },
  hiddenHere: "Hidden in the person's browser: {what}",
};

it.each([
  ["Write to [e-mail 2], please", "Hidden in the person's browser: E-mail addresses"],
  ["[ID number]", "Hidden in the person's browser: Personal ID numbers"],
  ["[text]", "Hidden in the person's browser: Text"],
  ["Row [3] of the list", ""],
  ["[constructor]", ""],
  ["Basket", ""],
])("of %s it says: %s", (text, expected) => {
  expect(reasonIn(text, words)).toBe(expected);
});
