import { describe, expect, it } from "vitest";
import { word } from "./console";

const cyclic: Record<string, unknown> = { state: "open" };
cyclic.self = cyclic;

describe("what of a value is told", () => {
  it.each([
    ["plain words", "plain words"],
    [3, "3"],
    [null, "null"],
    [new RangeError("out of range"), "RangeError: out of range"],
    [{ status: "declined", code: 402, retry: true }, "{status: declined, code: 402, retry: true}"],
    [{ user: { password: "Zwetschge", role: "editor" } }, "{user: {password: [secret], role: editor}}"],
    [{ authorization: "Token x", apiSecret: "y" }, "{authorization: [secret], apiSecret: [secret]}"],
    [{ firstName: "x", shippingAddress: { city: "y" } }, "{firstName: [name], shippingAddress: [address]}"],
    [{ who: "Zwetschge", said: "not for anybody" }, "{who: [text], said: [text]}"],
    [{ "Anna Zwetschge": 1 }, "{[text]: 1}"],
    [["SKU-77-K", "Zwetschge", { token: "t" }], "[SKU-77-K, [text], {token: [secret]}]"],
    [new Map([["token", "x"]]), "[object]"],
    [() => 1, "[function]"],
    [Symbol("x"), "[symbol]"],
  ])("%j", (value, said) => expect(word(value)).toBe(said));

  it("never asks a getter", () => {
    let asked = 0;
    const value = {
      get state() {
        asked++;
        return "open";
      },
    };
    expect(word(value)).toBe("{state: undefined}");
    expect(asked).toBe(0);
  });

  it("ends, however deep or wide a value is", () => {
    expect(word(cyclic).length).toBeLessThan(10_000);
    const wide: unknown[] = [];
    for (let entry = 0; entry < 50; entry++) wide.push(wide);
    expect(word(wide).length).toBeLessThan(50_000);
  });
});
