import { describe, expect, it } from "vitest";
import { cleanCss, cleanDeclaration } from "./css";

describe("a style sheet", () => {
  it.each([
    ['a::after { content: "ada@example.org" }', 'a::after { content: "" }'],
    ['a::after { content: "Ada" " By" "ron" }', 'a::after { content: "" "" "" }'],
    ['a::after { content: "\\41\\64\\61\\21" }', 'a::after { content: "" }'],
    ['[data-user="Ada Byron"] { color: red }', '[data-user=""] { color: red }'],
    ["[data-user=Ada] { color: red }", '[data-user=""] { color: red }'],
    ['input[value^="5555"] { color: red }', 'input[value^=""] { color: red }'],
    ["a { background: url(/p.png?sig=1) }", 'a { background: url("/p.png") }'],
    ["a { background: url('data:image/png;base64,AAAA') }", 'a { background: url("") }'],
    ['a { background: image-set("/p.png?sig=1" 1x) }', 'a { background: image-set("/p.png" 1x) }'],
    ['@import "/own.css?user=7";', '@import "/own.css";'],
    [":root { --user: Ada Byron }", ":root { --user: initial}"],
    [':root { --greeting: "Ada Byron" }', ":root { --greeting: initial}"],
    [":root { --first-name: ada }", ":root { --first-name: initial}"],
    ["/* ada */ a { color: red }", " a { color: red }"],
    ['ol { list-style-type: "Ada Byron" }', 'ol { list-style-type: "" }'],
  ])("%s leaves as %s", (given, leaves) => expect(cleanCss(given)).toBe(leaves));

  it.each([
    'i::before { content: "\\f101" }',
    'q { quotes: "«" "»" }',
    '[class^="icon-"] { color: red }',
    '[aria-expanded="true"] b { color: red }',
    'input[type="checkbox"] { margin: 0 }',
    ":root { --brand: #ff0044; --gap: calc(1rem + var(--x)); --ease: cubic-bezier(.4,0,.2,1) }",
    ':root { --font-sans: "Inter", Arial, sans-serif }',
    ':root { --display: "Source Serif 4", Georgia, serif }',
    'main { grid-template-areas: "head head" "nav body" }',
    'a { background: url("/img/logo.3f9a1c7be2d4.svg") }',
    "@media (min-width: 600px) { a { transform: translateX(10px) } }",
  ])("%s stays", (css) => expect(cleanCss(css)).toBe(css));

  it("is clean one declaration at a time", () => {
    expect(cleanDeclaration("--user", '"Ada"')).toBe("initial");
    expect(cleanDeclaration("background", "url(/a.png?x=1)")).toBe('url("/a.png")');
  });
});
