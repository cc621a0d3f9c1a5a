// Style sheets are text that a page's server wrote, sometimes with values of a person in it.
import { isSensitive } from "./text";
import { cleanUrl, NO_URL } from "./url";

const COMMENT = /\/\*[\s\S]*?\*\//g;
const URL_FUNCTION = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^)]*))\s*\)/gi;
const STRING = /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'/g;
const IMPORT = /(@import\s+)(?:"([^"]*)"|'([^']*)')/gi;
/** Longer strings in `content` are sentences or values; icon fonts and quotes need one to three characters. */
const MAX_CONTENT = 3;
/** Longer values in attribute selectors are more than a type or a state. */
const MAX_SELECTOR = 24;

/** The rule separator that rrweb puts between the texts of one style element. */
const SPLIT = "/* rr_split */";

function cleanPiece(css: string): string {
  return css
    .replace(COMMENT, "")
    .replace(
      IMPORT,
      (_, start: string, a?: string, b?: string) => `${start}"${cleanUrl(a ?? b ?? "", { asset: true })}"`,
    )
    .replace(URL_FUNCTION, (_, a?: string, b?: string, c?: string) => {
      const url = cleanUrl(a ?? b ?? c ?? "", { asset: true });
      return url === NO_URL ? 'url("")' : `url("${url}")`;
    })
    .replace(
      /(\bcontent\s*:\s*)([^;}]*)/gi,
      (_, name: string, value: string) => name + value.replace(STRING, shortOnly),
    )
    .replace(/=\s*(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')/g, (match, a?: string, b?: string) => {
      const value = a ?? b ?? "";
      return value.length > MAX_SELECTOR || isSensitive(value) ? '=""' : match;
    })
    .replace(/(--[\w-]+\s*:\s*)([^;}]*)/g, (match, name: string, value: string) =>
      isPlainValue(value) ? match : `${name}initial`,
    );
}

function shortOnly(match: string, a?: string, b?: string): string {
  const value = a ?? b ?? "";
  // `\f101` is one character of an icon font.
  const shown = value.replace(/\\[0-9a-f]{1,6}\s?/gi, "x");
  return [...shown].length <= MAX_CONTENT ? match : '""';
}

/** Custom properties hold colours, lengths and fonts; strings and anything that looks like a value of a person go. */
function isPlainValue(value: string): boolean {
  const bare = value.replace(URL_FUNCTION, "");
  if (/["']/.test(bare) && !/^[\s\w"',-]*$/.test(bare)) return false;
  return bare.length <= 300 && !isSensitive(bare);
}

/** A style sheet, a rule or the declarations of a `style` attribute. */
export function cleanCss(css: string): string {
  return css.includes(SPLIT) ? css.split(SPLIT).map(cleanPiece).join(SPLIT) : cleanPiece(css);
}

/** One declaration, as `style.setProperty` makes it. */
export function cleanDeclaration(property: string, value: string): string {
  const cleaned = cleanPiece(`${property}:${value}`);
  return cleaned.slice(cleaned.indexOf(":") + 1);
}
