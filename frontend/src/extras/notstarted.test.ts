import { expect, test } from "vitest";
import { notStarted } from "./notstarted";
import texts from "./notstarted.json";

test.each([
  [["de-AT", "en"], texts.de],
  [["xx", "ar-EG"], texts.ar],
  [["nn-NO"], texts.nb],
  [["zh-CN"], texts["zh-hans"]],
  [["xx"], texts.en],
  [[], texts.en],
])("of %s the first that there is", (wishes, text) => {
  expect(notStarted(wishes)).toBe(text);
});
