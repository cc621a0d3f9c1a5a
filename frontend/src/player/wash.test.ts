import { describe, expect, it } from "vitest";
import { mayStay, NO_ASSETS, wash, washAttribute, washCss } from "./wash";

const BASE = "https://placet.example/assets/rec_x/token/";
const ASSETS = {
  base: BASE,
  names: { "https://shop.example/tea.png": "0a1b", "https://shop.example/icons.svg": "2c" },
};

describe("addresses", () => {
  it.each([
    ["https://evil.example/x.png", false],
    ["//evil.example/x.png", false],
    ["/tickets/", false],
    ["javascript:alert(1)", false],
    [" JaVaScRiPt:alert(1)", false],
    ["data:text/html,<script>", false],
    ["data:image/png;base64,AAAA", true],
    ["#icon", true],
    [`${BASE}a.png`, true],
    [`${BASE}../../tickets/`, false],
    [`${BASE}a.png 1x, https://evil.example/2x.png 2x`, false],
    ["https://placet.example/assets/rec_other/a.png", false],
  ])("%s may stay: %s", (address, expected) => {
    expect(mayStay(address, ASSETS)).toBe(expected);
  });

  it("lets nothing stay as an asset when there are none", () => {
    expect(mayStay("/anything", NO_ASSETS)).toBe(false);
  });
});

it.each([
  ["onerror", "x()", "img", undefined],
  ["ONCLICK", "x()", "p", undefined],
  ["srcdoc", "<script>", "iframe", undefined],
  ["http-equiv", "refresh", "meta", undefined],
  ["href", "https://shop.example/", "a", "#"],
  ["href", "https://evil.example/a.css", "link", undefined],
  ["action", "https://evil.example/", "form", undefined],
  ["class", "row", "p", "row"],
  ["rr_width", "10px", "div", "10px"],
  ["src", "https://shop.example/tea.png", "img", `${BASE}0a1b`],
  ["href", "https://shop.example/icons.svg#cup", "use", `${BASE}2c#cup`],
  ["href", "https://shop.example/tea.png", "a", "#"],
  ["src", "https://shop.example/other.png", "img", undefined],
  ["style", "background:url('https://shop.example/tea.png')", "p", `background:url("${BASE}0a1b")`],
  ["rr_dataURL", "https://evil.example/", "img", undefined],
  ["checked", true, "input", true],
])("the attribute %s=%s of %s becomes %s", (name, value, tag, expected) => {
  expect(washAttribute(name, value, tag, ASSETS)).toBe(expected);
});

it.each([
  ["@import url(https://evil.example/a.css); p{color:red}", " p{color:red}"],
  ["@im\\70ort 'x.css'; p{}", " p{}"],
  ["@media print{p{color:red}}", "@media print{p{color:red}}"],
  [".\\@md\\:flex{display:flex}", ".\\@md\\:flex{display:flex}"],
  ["p{color:red}", "p{color:red}"],
])("of the style %s stays %s", (css, expected) => {
  expect(washCss(css, NO_ASSETS)).toBe(expected);
});

describe("events", () => {
  const snapshot = (node: object) => ({ type: 2, timestamp: 1, data: { node } });

  it("takes the content of what would act and keeps its size", () => {
    const [event] = wash(
      [
        snapshot({
          type: 2,
          tagName: "object",
          attributes: { data: "x", rr_width: "5px", rr_height: "6px" },
          childNodes: [{ type: 3, textContent: "x" }],
        }),
      ],
      ASSETS,
    );
    expect(event?.data).toEqual({
      node: { type: 2, tagName: "div", attributes: { rr_width: "5px", rr_height: "6px" }, childNodes: [] },
    });
  });

  it("lets rules of a style sheet pass, but no import", () => {
    const rules = [{ rule: "p{color:red}", index: 0 }, { rule: "@import 'https://evil.example/a.css'" }];
    const [event] = wash([{ type: 3, timestamp: 1, data: { source: 8, id: 4, adds: rules } }], ASSETS);
    expect(event?.data).toMatchObject({ adds: [{ rule: "p{color:red}" }, { rule: "placet-dropped{}" }] });
  });

  it("drops kinds that it does not know, canvas drawing and fonts", () => {
    const kept = wash(
      [
        { type: 6, timestamp: 1, data: {} },
        { type: 3, timestamp: 1, data: { source: 9 } },
        { type: 3, timestamp: 1, data: { source: 10 } },
        { type: 3, timestamp: 2, data: { source: 1, positions: [] } },
      ],
      ASSETS,
    );
    expect(kept.map((event) => event.timestamp)).toEqual([2]);
  });
});
