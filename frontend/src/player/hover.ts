/**
 * Style sheets as a replay needs them: where the recorded pointer is, the Replayer sets a class, for nothing hovers there.
 *
 * rrweb carries PostCSS for this, twice: more than half of the player's script, and for each style sheet of a page more
 * time than the browser takes to read it. One pass over the text does the same.
 */

/** What ends a prelude, and what may hold such a character without ending one. */
const TOKENS =
  /\/\*[\s\S]*?(?:\*\/|$)|"(?:\\[\s\S]|[^"\\])*(?:"|$)|'(?:\\[\s\S]|[^'\\])*(?:'|$)|\\[\s\S]|url\(\s*[^"'\s][^)]*\)|[{};]/gi;
const COMMAS = /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|\\[\s\S]|[()[\],]/g;
/** Not the end of a class name, as in Tailwind's `.hover\:hover`. */
const HOVER = /(?<!\\):hover(?![\w-])/gi;
/** The screen of whoever watches is not that of the person. */
const DEVICE = /(max|min)-device-(width|height)/gi;

/** The selectors of a list, as they stand between its commas. */
function selectorsIn(prelude: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: token, index } of prelude.matchAll(COMMAS)) {
    if (token === "(" || token === "[") depth += 1;
    else if (token === ")" || token === "]") depth -= 1;
    else if (token === "," && depth === 0) {
      found.push(prelude.slice(from, index));
      from = index + 1;
    }
  }
  return [...found, prelude.slice(from)];
}

function adaptPrelude(prelude: string): string {
  if (prelude.trimStart().startsWith("@")) return prelude.replace(DEVICE, "$1-$2");
  const hovered = selectorsIn(prelude)
    .map((selector) => selector.replace(HOVER, ".\\:hover"))
    .filter((selector) => selector.includes(".\\:hover"));
  return [prelude.trimEnd(), ...hovered.map((selector) => selector.trim())].join(",\n");
}

export function adaptCss(css: string): string {
  if (css.search(HOVER) < 0 && css.search(DEVICE) < 0) return css;
  let adapted = "";
  let from = 0;
  for (const { 0: token, index } of css.matchAll(TOKENS)) {
    if (token.length > 1 && !token.startsWith("/*")) continue;
    const text = css.slice(from, index);
    const changes = token === "{" && (text.search(HOVER) >= 0 || text.search(DEVICE) >= 0);
    adapted += (changes ? adaptPrelude(text) : text) + token;
    from = index + token.length;
  }
  return adapted + css.slice(from);
}
