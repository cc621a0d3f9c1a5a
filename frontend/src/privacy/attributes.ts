// Which attributes leave, and by which rule. An allow-list: what has no row here stays in the browser.
import type { Count } from "./count";
import { cleanCss } from "./css";
import { type Exposure, MASK } from "./exposure";
import { cleanText, isSensitive, maskText, TEXT } from "./text";
import { cleanUrl, NO_URL } from "./url";

type Value = string | number | boolean | null;
export type CleanAttributes = Record<string, Value | Record<string, unknown>>;

/** What a rule knows of the element. */
export interface Context {
  readonly tag: string;
  readonly exposure: Exposure;
  readonly queryKeys: readonly string[];
  readonly count: Count;
}

type Rule = (value: string, context: Context) => string | undefined;

const words = (text: string): string[] => text.trim().split(/\s+/);

// --- The rules --------------------------------------------------------------------------------------

/** A state or a structure: short, of plain characters. */
const keyword: Rule = (value) =>
  /^[\w\s:./%,+-]{0,60}$/.test(value) && !isSensitive(value) ? value : undefined;

/** A reference to other elements, or a name that style sheets use: tokens that are not somebody's. */
const names: Rule = (value) =>
  words(value)
    .filter(
      (name) =>
        name.length <= 80 && !/\d{7,}/.test(name) && !/^[0-9a-f]{24,}$/i.test(name) && !isSensitive(name),
    )
    .join(" ");

/** What a person reads or hears. */
const text: Rule = (value, { exposure, count }) =>
  exposure >= MASK ? maskText(value, count) : cleanText(value, count);

const number: Rule = (value) => (/^-?[\d.]{1,8}(?:px|em|rem|%)?$/.test(value.trim()) ? value : undefined);

const style: Rule = (value) => cleanCss(value);

/** Coordinates, transforms, paints: no quotes, no letters in a row that could be words beyond function names. */
const shape: Rule = (value) =>
  /^[\w\s.,#%()+/-]*$/.test(value) && !/[a-z]{16,}/i.test(value) ? value : undefined;

const paint: Rule = (value) => (value.length <= 120 ? cleanCss(value) : undefined);

const link: Rule = (value, { queryKeys, exposure }) =>
  exposure >= MASK ? NO_URL : cleanUrl(value, { queryKeys });

/** An image or a drawing. Pictures written into the page are pictures of somebody until a site says otherwise. */
const asset: Rule = (value, { exposure }) => {
  if (exposure >= MASK) return undefined;
  const url = cleanUrl(value, { asset: true });
  return url === NO_URL ? undefined : url;
};

// --- The tables -------------------------------------------------------------------------------------

function table(...rows: [Rule, string][]): Record<string, Rule> {
  const result: Record<string, Rule> = Object.create(null);
  for (const [rule, list] of rows) for (const name of words(list)) result[name] = rule;
  return result;
}

const EVERYWHERE = table(
  [
    names,
    "class id for headers list form slot part aria-controls aria-labelledby aria-describedby aria-owns",
  ],
  [names, "aria-activedescendant aria-details aria-errormessage aria-flowto"],
  [
    text,
    "title alt placeholder label abbr aria-label aria-description aria-roledescription aria-placeholder",
  ],
  [style, "style"],
  [
    keyword,
    "role dir lang hidden tabindex contenteditable draggable spellcheck open inert popover disabled readonly",
  ],
  [keyword, "required checked selected multiple type align valign border cellpadding cellspacing scope wrap"],
  [keyword, "autocomplete inputmode media rel start reversed loading decoding crossorigin face"],
  [
    keyword,
    "aria-expanded aria-selected aria-checked aria-disabled aria-hidden aria-current aria-pressed aria-busy",
  ],
  [
    keyword,
    "aria-invalid aria-required aria-haspopup aria-level aria-live aria-modal aria-multiselectable aria-sort",
  ],
  [keyword, "aria-multiline aria-orientation aria-readonly aria-atomic aria-relevant aria-autocomplete"],
  [number, "aria-posinset aria-setsize aria-rowcount aria-rowindex aria-colcount aria-colindex"],
  [number, "width height size rows cols colspan rowspan span maxlength minlength rr_scrollLeft rr_scrollTop"],
  [shape, "rr_width rr_height bgcolor color"],
  [keyword, "rr_open_mode"],
);

const SVG = table(
  [shape, "d points x y x1 y1 x2 y2 cx cy r rx ry dx dy fx fy transform viewBox viewbox preserveAspectRatio"],
  [
    shape,
    "stroke-width stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit opacity",
  ],
  [
    shape,
    "stroke-opacity fill-opacity fill-rule clip-rule gradientUnits gradientTransform spreadMethod offset",
  ],
  [
    shape,
    "stop-color stop-opacity patternUnits patternTransform patternContentUnits clipPathUnits maskUnits",
  ],
  [
    shape,
    "text-anchor dominant-baseline font-size font-weight font-family letter-spacing vector-effect rotate",
  ],
  [
    shape,
    "stdDeviation in in2 result mode values k1 k2 k3 k4 operator markerWidth markerHeight refX refY orient",
  ],
  [paint, "fill stroke clip-path mask filter marker-start marker-mid marker-end"],
  [keyword, "xmlns xmlns:xlink version"],
  [asset, "href xlink:href"],
);

const SVG_TAGS = new Set(
  words(
    "svg g path rect circle ellipse line polyline polygon text tspan textPath use defs symbol image linearGradient radialGradient stop clipPath mask pattern marker filter feGaussianBlur feOffset feBlend feColorMatrix feComposite feFlood feMerge feMergeNode title desc switch view animate animateTransform",
  ).map((tag) => tag.toLowerCase()),
);

const OF_TAG: Record<string, Record<string, Rule>> = {
  a: table([link, "href"]),
  area: table([link, "href"], [shape, "coords shape"]),
  // Only style sheets are fetched for a replay; other links may name anything.
  link: table([asset, "href"], [style, "_cssText"]),
  style: table([style, "_cssText"]),
  img: table([asset, "src"]),
  table: table([asset, "background"]),
  body: table([asset, "background"]),
  button: table([text, "value"]),
  option: table([text, "value"]),
  li: table([number, "value"]),
  meter: table([number, "value min max low high optimum"]),
  progress: table([number, "value max"]),
  td: table([number, "nowrap"]),
};

/** What the values of inputs become, by type. Nothing typed or preset leaves. */
const TYPED: Record<string, string> = { email: "[e-mail]", tel: "[phone]", password: "[password]" };
/** Their values cannot hold a placeholder: the browser shows none rather than a wrong one. */
const WITHOUT_PLACEHOLDER = new Set([
  "date",
  "datetime-local",
  "month",
  "week",
  "time",
  "number",
  "range",
  "color",
  "file",
  "hidden",
]);
export const BUTTONS = new Set(["button", "submit", "reset"]);
export const CHOICES = new Set(["checkbox", "radio"]);

/** What an input shows instead of its value. */
export function cleanValue(
  value: string,
  input: { tag: string; type: string; open: boolean },
  context: Pick<Context, "exposure" | "count">,
): string {
  const { tag, type, open } = input;
  if (value === "" || CHOICES.has(type)) return "";
  if (BUTTONS.has(type) || tag === "select" || tag === "option") {
    return context.exposure >= MASK ? maskText(value, context.count) : cleanText(value, context.count);
  }
  if (open && context.exposure < MASK && type !== "password") return cleanText(value, context.count);
  context.count("input");
  return WITHOUT_PLACEHOLDER.has(type) ? "" : (TYPED[type] ?? TEXT);
}

/** Attributes whose change is not theirs alone: the caller cleans them with what it knows of the input. */
export const INPUT_TAGS = new Set(["input", "textarea", "select"]);

/** One attribute, or `undefined` when it stays in the browser. */
export function cleanAttribute(name: string, value: unknown, context: Context): Value | undefined {
  const rule =
    OF_TAG[context.tag]?.[name] ?? (SVG_TAGS.has(context.tag) ? SVG[name] : undefined) ?? EVERYWHERE[name];
  if (rule === undefined) return undefined;
  if (value === null || value === true) return value;
  if (typeof value === "number")
    return Number.isFinite(value) && number(String(value), context) ? value : undefined;
  if (typeof value !== "string") return undefined;
  return rule(value, context);
}
