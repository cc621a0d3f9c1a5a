import { describe, expect, it } from "vitest";
import vectors from "../../../tests/vectors/vocabulary.json";
import { normal, readVocabulary } from "./vocabulary";

const content = Uint8Array.from(atob(vectors.filter), (letter) => letter.charCodeAt(0));
const holds = readVocabulary(content);

describe("a vocabulary", () => {
  it.each(vectors.holds)("holds %s", (text) => expect(holds?.(text)).toBe(true));
  it.each(vectors.lacks)("lacks %s", (text) => expect(holds?.(text)).toBe(false));

  it("is wrong about almost no other text", () => {
    let wrong = 0;
    for (let n = 0; n < 20_000; n++) if (holds?.(`someone ${n.toString(36)}x`)) wrong++;
    expect(wrong).toBeLessThan(3);
  });

  it("reads a text as the server does", () => {
    expect(normal("  3\n items\u00a0of 12 ")).toBe("0 items of 0");
    expect(normal("Cafe\u0301")).toBe("Caf\u00e9");
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["half of it", content.slice(0, content.length - 1)],
    ["something else", new TextEncoder().encode("<!doctype html><p>404")],
    ["no bits", Uint8Array.of(0x50, 0x4c, 0x56, 0x31, 3, 0, 0, 0, 0, 0, 0, 0)],
  ])("is none where there is %s", (_, bytes) => expect(readVocabulary(bytes)).toBeUndefined());
});
