import { expect, test } from "vitest";
import { adaptCss } from "./hover";

test.each([
  ["a{color:red}", "a{color:red}"],
  ["a:hover{color:red}", "a:hover,\na.\\:hover{color:red}"],
  ["a:hover { color: red }", "a:hover,\na.\\:hover{ color: red }"],
  ["a,b:hover>i,c:hover{x:y}", "a,b:hover>i,c:hover,\nb.\\:hover>i,\nc.\\:hover{x:y}"],
  ["a:not(:hover,.x) b{x:y}", "a:not(:hover,.x) b,\na:not(.\\:hover,.x) b{x:y}"],
  ['[a=","]:hover{x:y}', '[a=","]:hover,\n[a=","].\\:hover{x:y}'],
  ["@media (hover:hover){a:hover{x:y}}", "@media (hover:hover){a:hover,\na.\\:hover{x:y}}"],
  ["@media (min-device-width:9px){a{x:y}}", "@media (min-width:9px){a{x:y}}"],
  // Nested, after a declaration.
  ["a{x:y;&:hover{z:w}}", "a{x:y;&:hover,\n&.\\:hover{z:w}}"],
  // No selectors: a comment, a string, a name that an escape makes, a value.
  ["/* a:hover{ */b{x:y}", "/* a:hover{ */b{x:y}"],
  ['a{content:":hover{"}', 'a{content:":hover{"}'],
  [".hover\\:hover{x:y}", ".hover\\:hover{x:y}"],
  ["a{background:url(data:x;y{:hover)}", "a{background:url(data:x;y{:hover)}"],
  // What is broken stays as it is.
  ["a:hover", "a:hover"],
  ['a:hover{content:"', 'a:hover,\na.\\:hover{content:"'],
  ["/* a:hover", "/* a:hover"],
])("%s", (css, adapted) => {
  expect(adaptCss(css)).toBe(adapted);
});

test("a text without either costs no copy", () => {
  const css = "p{margin:0}".repeat(1000);
  expect(adaptCss(css)).toBe(css);
});
