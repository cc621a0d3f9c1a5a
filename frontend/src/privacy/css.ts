// Style sheets are text that a page's server wrote, sometimes with values of a person in it.
import { isSensitive } from "./text";
import { cleanUrl, NO_URL } from "./url";
import { topicOf } from "./words";

const COMMENT = /\/\*[\s\S]*?\*\//g;
const QUOTED = `"((?:[^"\\\\\\n]|\\\\.)*)"|'((?:[^'\\\\\\n]|\\\\.)*)'`;
const STRING = new RegExp(QUOTED, "g");
const URL_FUNCTION = new RegExp(`url\\(\\s*(?:${QUOTED}|([^)]*))\\s*\\)`, "gi");
const SELECTOR = new RegExp(`\\[\\s*([\\w|-]+)\\s*([~|^$*]?=)\\s*(?:${QUOTED}|([^\\]\\s]+))`, "g");
/** What a page writes by `content` and its like: icon fonts and quotes need one to three characters. */
const WRITTEN = /((?:^|[{;\s])(?:content|quotes|list-style(?:-type)?|string-set)\s*:\s*)([^;}]*)/gi;
const MAX_WRITTEN = 3;
/** Longer strings are no names of fonts or of areas of a grid. */
const MAX_STRING = 60;

/** Without one of these nothing of it could be anybody's words. */
const TELLING = /["'[]|url\(|--|\/\*/i;

/** A style sheet, a rule or the declarations of a `style` attribute. */
export function cleanCss(css: string): string {
  if (!TELLING.test(css)) return css;
  return css
    .replace(COMMENT, "")
    .replace(
      URL_FUNCTION,
      (_, a?: string, b?: string, c?: string) => `url("${cleanAsset(a ?? b ?? c ?? "")}")`,
    )
    .replace(SELECTOR, (_, name: string, operator: string, a?: string, b?: string, c?: string) => {
      const value = a ?? b ?? c ?? "";
      return `[${name}${operator}"${isState(name, value) ? value : ""}"`;
    })
    .replace(WRITTEN, (_, start: string, value: string) => start + written(value))
    .replace(/(--[\w-]+)(\s*:\s*)([^;}]*)/g, (match, name: string, colon: string, value: string) =>
      isPlain(name, value) ? match : `${name}${colon}initial`,
    )
    .replace(STRING, (match, a?: string, b?: string) => {
      const value = a ?? b ?? "";
      // Images in a set are written as strings, and so are imported sheets.
      if (/[/?]/.test(value)) return `"${cleanAsset(value)}"`;
      return value.length > MAX_STRING || isSensitive(value) ? '""' : match;
    });
}

function cleanAsset(url: string): string {
  const clean = cleanUrl(url, { asset: true });
  return clean === NO_URL ? "" : clean;
}

/** Selectors match what leaves of an element: its state and its class, never a value of it. */
function isState(name: string, value: string): boolean {
  return (
    /^(?:class|id|type|role|dir|lang|rel|open|hidden|aria-.*)$/.test(name) &&
    /^[a-z][\w -]{0,24}$/i.test(value) &&
    !/\d{4}/.test(value) &&
    !isSensitive(value)
  );
}

/** `\f101` is one character of an icon font; several short strings can be a long one. */
function written(value: string): string {
  const strings = value.match(STRING) ?? [];
  const shown = strings
    .join("")
    .replace(/["']/g, "")
    .replace(/\\[0-9a-f]{1,6}\s?/gi, "x");
  return [...shown].length <= MAX_WRITTEN ? value : value.replace(STRING, '""');
}

/** A list of fonts ends in a family that every browser has, whatever the page calls the property. */
const FAMILIES = /,\s*(?:ui-)?(?:serif|sans-serif|monospace|system-ui)\s*(?:,|$)/;

/** Custom properties hold colours, lengths and keywords; words with capitals and strings only as names of fonts. */
function isPlain(name: string, value: string): boolean {
  const bare = value.replace(URL_FUNCTION, "");
  if (bare.length > 300 || isSensitive(bare) || topicOf(name, "name") !== undefined) return false;
  return /font|family/i.test(name) || FAMILIES.test(bare)
    ? /^[\w\s"',.-]*$/.test(bare)
    : !/["']|(?<![\w#(-])[A-Z][a-z]/.test(bare.replace(/\b[a-z]\w+\(/gi, "")) || bare.trim() === "";
}

/** One declaration, as `style.setProperty` makes it. */
export function cleanDeclaration(property: string, value: string): string {
  const cleaned = cleanCss(`${property}:${value}`);
  return cleaned.slice(cleaned.indexOf(":") + 1);
}
