import { describe, expect, it } from "vitest";
import { fodselsnummer, isHighEntropy, luhn, mod97 } from "./checksums";

/** The same hundred numbers in every run. */
function numbers(length: number): string[] {
  let state = 20_261_124;
  return Array.from({ length: 100 }, () =>
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 16) % 10;
    }).join(""),
  );
}

const changed = (text: string, at: number) =>
  text.slice(0, at) + ((Number(text[at]) + 1) % 10) + text.slice(at + 1);

describe("a check", () => {
  it.each([["Luhn's", luhn, 15]])(
    "%s holds for one last digit of ten, and for no neighbour of a number",
    (_, check, length) => {
      for (const body of numbers(length)) {
        const whole = [...Array(10).keys()].map((digit) => body + digit).filter(check);
        expect(whole).toHaveLength(1);
        const [number = ""] = whole;
        for (let at = 0; at < length; at++) expect(check(changed(number, at)), number).toBe(false);
      }
    },
  );

  it("of an IBAN holds for one pair of check digits, and for no neighbour of it", () => {
    for (const body of numbers(18)) {
      const pairs = [...Array(97).keys()]
        .map((n) => `DE${String(n + 2).padStart(2, "0")}${body}`)
        .filter(mod97);
      expect(pairs).toHaveLength(1);
      const [iban = ""] = pairs;
      for (let at = 4; at < iban.length; at++) expect(mod97(changed(iban, at)), iban).toBe(false);
    }
  });

  it("of two digits holds for at most one pair of a hundred", () => {
    for (const body of numbers(9)) {
      const pairs = [...Array(100).keys()].map((n) => body + String(n).padStart(2, "0"));
      expect(pairs.filter(fodselsnummer).length).toBeLessThan(2);
    }
  });
});

describe("what nobody wrote by hand", () => {
  it.each([
    "8f14e45fceea167a5a36dedd4bea2543",
    "QmFkIHBhc3N3b3JkMTIz",
    "kT9xQ2mZ7wB4nV1c",
    "aGJkWmNRcGxUeVhzQnZO",
  ])("%s is a token", (token) => expect(isHighEntropy(token)).toBe(true));
  it.each([
    "internationalisation",
    "2026-11-24T10:00:00Z",
    "handleUserProfileUpdateButtonClick",
    "v10.24.1-beta.3",
    "eu-west-1",
  ])("%s is none", (word) => expect(isHighEntropy(word)).toBe(false));
});
