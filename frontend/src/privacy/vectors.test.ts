// The vectors that this gate and the server's share: tests/vectors/README.md.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createGate } from ".";
import { page } from "./page.fixture";
import { cleanText } from "./text";

interface Vectors {
  rules: { class: string; given: string; leaves: string | null; context?: { label?: string } }[];
  keeps: string[];
}

const { rules, keeps }: Vectors = JSON.parse(
  readFileSync(new URL("../../../tests/vectors/text_rules.json", import.meta.url), "utf8"),
);
const LOOK = { exposure: () => 0 as const, size: () => undefined };
const PLACEHOLDER = /\[[^\]]+\]/g;

/** The value of a row whose header is the label. */
function besideLabel(label: string, given: string): string {
  const escaped = given.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
  const html = `<table><tr><th>${label}</th><td id="v">${escaped}</td></tr></table>`;
  const gate = createGate({ query_keys: [], unmask: false, open_input_types: [] }, LOOK, "k");
  const left = JSON.stringify(gate.pass(page(html).snapshot()));
  const cell = left.slice(left.indexOf('"id":"v"'));
  return JSON.parse(`"${/"textContent":"((?:[^"\\]|\\.)*)"/.exec(cell)?.[1] ?? ""}"`);
}

describe("the vectors that both gates share", () => {
  it.each(rules)("$class: $given", ({ given, leaves, context }) => {
    const left = context?.label ? besideLabel(context.label, given) : cleanText(given);
    const stars = left.replace(PLACEHOLDER, "[*]");
    if (leaves === null) expect(stars.replace(/\[\*\]|[\s\p{P}]/gu, "")).toBe("");
    else expect(stars).toBe(leaves);
  });

  it.each(keeps)("keeps: %s", (text) => expect(cleanText(text)).toBe(text));
});
