import { describe, expect, it, vi } from "vitest";
import { observeConsole, word } from "./console";

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
    [
      JSON.stringify({ kind: "chat", sender: "Ada Byron", text: "Hello", to: "kai" }),
      "{kind: chat, sender: [person], text: [message], to: [message]}",
    ],
    ['[{"note":"gout"}]', "[{note: [message]}]"],
    ["[info] ready", "[info] ready"],
    [
      { body: "x", content: "y", from: "z", subject: "w", author: "v" },
      "{body: [message], content: [message], from: [message], subject: [message], author: [person]}",
    ],
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

describe("a line that is said again and again", () => {
  it("is told once, and how often it was said when another follows or all ends", () => {
    const quiet = vi.spyOn(console, "info").mockImplementation(() => {});
    const told: unknown[] = [];
    const stop = observeConsole((_, payload) => told.push(payload));
    for (let times = 0; times < 5; times++) console.info("waiting for stock");
    console.info("stock is here");
    stop();
    quiet.mockRestore();
    expect(told).toEqual([
      { level: "info", text: "waiting for stock", count: 1 },
      { level: "info", text: "waiting for stock", count: 4 },
      { level: "info", text: "stock is here", count: 1 },
    ]);
  });
});
