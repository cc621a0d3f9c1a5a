import { describe, expect, it } from "vitest";
import { createGate } from ".";
import { page } from "./page.fixture";

const LOOK = { exposure: () => 0 as const, size: () => ({ width: 30, height: 20 }) };
const pass = (html: string, unmask = false) => {
  const gate = createGate({ query_keys: [], unmask, open_input_types: [] }, LOOK, "k");
  return JSON.stringify(gate.pass(page(html).snapshot()));
};

const MASK_ATTRIBUTES =
  "data-placet-mask data-clairvio-mask data-sentry-mask data-sentry-ignore data-openreplay-obscured data-openreplay-masked data-clarity-mask data-hj-suppress data-private data-nr-mask data-recording-sensitive data-cobrowse-redacted data-cb-mask data-cs-encrypt";
const MASK_CLASSES =
  "placet-mask rr-mask rr-ignore ph-mask sentry-mask sentry-ignore highlight-mask highlight-ignore fs-mask data-hj-suppress amp-mask nr-mask dd-privacy-mask dd-privacy-mask-user-input";
const BLOCK_ATTRIBUTES =
  "data-placet-block data-clairvio-block data-sentry-block data-openreplay-hidden data-openreplay-htmlmasked data-ph-no-capture data-nr-block";
const BLOCK_CLASSES =
  "placet-block rr-block ph-no-capture sentry-block highlight-block fs-exclude fs-block amp-block nr-block lr-hide _lr-hide dd-privacy-hidden";

describe("a mark", () => {
  const mask = [
    ...MASK_ATTRIBUTES.split(" "),
    ...MASK_CLASSES.split(" ").map((name) => `class="${name}"`),
    'data-dd-privacy="mask"',
    'data-dd-privacy="mask-user-input"',
    'data-private="redact"',
  ];
  it.each(mask)("%s covers text and attributes, the element's and those below it", (mark) => {
    const left = pass(
      `<div ${mark} title="Ada"><p title="Byron">Lovelace</p><img alt="Augusta" src="/king.png"></div><p>Hello</p>`,
    );
    for (const secret of ["Ada", "Byron", "Lovelace", "Augusta", "king"]) expect(left).not.toContain(secret);
    expect(left).toContain("Hello");
  });

  const block = [
    ...BLOCK_ATTRIBUTES.split(" "),
    ...BLOCK_CLASSES.split(" ").map((name) => `class="${name}"`),
    'data-dd-privacy="hidden"',
  ];
  it.each(block)("%s leaves an empty box of the same size", (mark) => {
    const left = pass(`<section ${mark} title="Ada"><p>Lovelace</p></section><p>Hello</p>`);
    expect(left).toMatch(
      /"tagName":"section","id":\d+,"attributes":\{"rr_width":"30px","rr_height":"20px"\},"childNodes":\[\]/,
    );
    expect(left).not.toMatch(/Ada|Lovelace/);
    expect(left).toContain("Hello");
  });

  it.each(["class='mask'", "class='block'", "data-dd-privacy='allow'", "class='fs-unmask'", "data-mask"])(
    "%s is none",
    (mark) => expect(pass(`<p ${mark}>Hello</p>`)).toContain("Hello"),
  );

  it("may be lifted only where the site's policy says so, and never from what is blocked", () => {
    const html = "<div data-placet-mask><p class='placet-unmask'>Hello</p></div>";
    expect(pass(html)).not.toContain("Hello");
    expect(pass(html, true)).toContain("Hello");
    expect(pass(html.replace("mask>", "block>"), true)).not.toContain("Hello");
  });

  it("covers what is copied out of it, for good, but no word of the interface", () => {
    const site = page(
      "<div data-placet-mask><p>Lovelace</p><button>Answer</button></div><div id='to'></div><div id='more'></div>",
    );
    const gate = createGate({ query_keys: [], unmask: false, open_input_types: [] }, LOOK, "k");
    gate.pass(site.snapshot());
    expect(JSON.stringify(gate.pass(site.append("to", "<i>Lovelace</i>")))).not.toContain("Lovelace");
    expect(JSON.stringify(gate.pass(site.append("more", "<button>Answer</button>")))).toContain("Answer");
    expect(JSON.stringify(gate.pass(site.snapshot()))).not.toContain("Lovelace");
  });

  it("is not needed for copies of what the page says is somebody's", () => {
    const site = page("<p class='patient-notes'>Drinks at night</p><div id='to'></div>");
    const gate = createGate({ query_keys: [], unmask: false, open_input_types: [] }, LOOK, "k");
    gate.pass(site.snapshot());
    expect(JSON.stringify(gate.pass(site.append("to", "<i>Drinks at night</i>")))).not.toContain("Drinks");
  });

  it("holds when it is taken off again, and covers what comes later", () => {
    const site = page("<div id='d'><p id='p'>one</p></div>");
    const gate = createGate({ query_keys: [], unmask: false, open_input_types: [] }, LOOK, "k");
    gate.pass(site.snapshot());
    expect(gate.pass(site.attribute("d", "class", "fs-mask")).tightened).toBe(true);
    gate.pass(site.attribute("d", "class", ""));
    expect(JSON.stringify(gate.pass(site.replaceText("p", "Lovelace")))).not.toContain("Lovelace");
    expect(JSON.stringify(gate.pass(site.append("d", "<p title='Ada'>Byron</p>")))).not.toMatch(/Ada|Byron/);
  });
});
