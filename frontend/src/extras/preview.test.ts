// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { Policy } from "../shared/wire";
import { type Finding, findingsIn } from "./preview";

const WORDS = {
  said: "",
  counted: "",
  again: "",
  close: "",
  shown: "Shown",
  mark: "Marked",
  rule: "A rule",
  strict: "Not its own",
  classes: { "e-mail": "E-mail addresses", mask: "Whole texts", input: "What was typed", image: "Pictures" },
  unseen: { blocked: "Blocked" },
};
const POLICY = {
  console: true,
  network: true,
  query_keys: [],
  unmask: false,
  mask_selectors: [".bill", "!!"],
  block_selectors: [],
  text_patterns: [],
  open_input_types: [],
} satisfies Policy;

/** One element of the page with one text, and what the gate has made of both. */
function findings(
  html: string,
  clean: { attributes?: Record<string, unknown>; text?: string },
  cause?: string,
): Pick<Finding, "kind" | "why">[] {
  document.body.innerHTML = html;
  const nodes = [undefined, document.body.firstElementChild, document.body.firstElementChild?.firstChild];
  const texts = clean.text === undefined ? [] : [{ id: 2, type: 3, textContent: clean.text }];
  const page = { id: 1, type: 2, attributes: clean.attributes ?? {}, childNodes: texts };
  const unseen = new Map(cause ? [[1, cause]] : []);
  return findingsIn(page, unseen, POLICY, WORDS, (id) => nodes[id] ?? null).map(({ kind, why }) => ({
    kind,
    why,
  }));
}

describe("a preview of the page", () => {
  it("frames a text that is shown as it is", () =>
    expect(findings("<p>Rope</p>", { text: "Rope" })).toEqual([{ kind: "shown", why: "Shown" }]));

  it("says by its placeholder why a text is masked", () =>
    expect(findings("<p>a@b.example</p>", { text: "[e-mail 4]" })).toEqual([
      { kind: "masked", why: "E-mail addresses" },
    ]));

  it.each([
    ["a mark above it", "<p data-placet-mask>x y</p>", "[text]", "Marked"],
    ["the site's own rule", "<p class='bill'>x y</p>", "[text]", "A rule"],
    ["a strict site", "<p>x y</p>", "\u2587\u2587", "Not its own"],
    ["nothing that is known", "<p>x y</p>", "[text]", "Whole texts"],
  ])("names %s", (_, html, text, why) => expect(findings(html, { text })).toEqual([{ kind: "masked", why }]));

  it("frames a field with a value, and none without", () => {
    expect(findings("<input value='mine'>", { attributes: { value: "[text]" } })).toEqual([
      { kind: "masked", why: "What was typed" },
    ]);
    expect(findings("<input>", {})).toEqual([]);
  });

  it("frames what is left out once, whatever is in it", () =>
    expect(findings("<div>all of it</div>", { text: "" }, "blocked")).toEqual([
      { kind: "left", why: "Blocked" },
    ]));

  it("frames a picture without its file and an attribute that a person hears", () => {
    expect(findings("<img src='/face.png'>", {})).toEqual([{ kind: "masked", why: "Pictures" }]);
    expect(findings("<i title='a@b.example'></i>", { attributes: { title: "[e-mail 1]" } })).toEqual([
      { kind: "masked", why: "E-mail addresses" },
    ]);
  });
});
