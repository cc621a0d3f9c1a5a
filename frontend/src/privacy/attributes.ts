// Which attributes leave, and by which rule. An allow-list: what has no row here stays in the browser.
import type { Count } from "./count";
import { cleanCss } from "./css";
import { type Exposure, MASK } from "./exposure";
import { cleanText, isPlaceholder, isSensitive, maskText, placeholderOf, TEXT } from "./text";
import { cleanUrl, NO_URL } from "./url";
import type { Vocabulary } from "./vocabulary";
import { type Topic, topicOf } from "./words";

type Value = string | number | boolean | null;
export type CleanAttributes = Record<string, Value | Record<string, unknown>>;

/** What a rule knows of the element. */
export interface Context {
  readonly tag: string;
  readonly svg: boolean;
  readonly exposure: Exposure;
  /** What its value is, by where it stands. */
  readonly topic: Topic | undefined;
  /** A strict site shows nothing here but structure, and what is its own. */
  readonly strict: boolean;
  readonly holds: Vocabulary;
  readonly queryKeys: readonly string[];
  /** Without the names that the page says elsewhere. */
  readonly withoutNames: (text: string) => string;
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
const text: Rule = (value, { exposure, topic, strict, holds, withoutNames, count }) => {
  if (exposure >= MASK || (strict && !holds(value))) return maskText(value, count);
  if (topic && topicOf(value, "loose") === undefined) return maskText(value, count, placeholderOf(topic));
  return cleanText(withoutNames(value), count);
};

const number: Rule = (value) => (/^-?[\d.]{1,8}(?:px|em|rem|%)?$/.test(value.trim()) ? value : undefined);

const style: Rule = (value) => cleanCss(value);

/** Coordinates, transforms, paints: no quotes, no letters in a row that could be words beyond function names. */
const shape: Rule = (value) =>
  /^[\w\s.,#%()+/-]*$/.test(value) && !/[a-z]{16,}/i.test(value) ? value : undefined;

const paint: Rule = (value) => (value.length <= 120 ? cleanCss(value) : undefined);

const link: Rule = (value, { queryKeys, exposure, topic, strict }) =>
  exposure >= MASK || topic || strict ? NO_URL : cleanUrl(value, { queryKeys });

/** An image or a drawing. Pictures written into the page are pictures of somebody until a site says otherwise. */
const asset: Rule = (value, { exposure, tag, topic, strict }) => {
  if (exposure >= MASK || topic || (strict && tag === "img")) return undefined;
  const url = cleanUrl(value, { asset: true });
  return url === NO_URL ? undefined : url;
};

// --- The tables -------------------------------------------------------------------------------------

function table(...rows: [Rule, string][]): Record<string, Rule> {
  const result: Record<string, Rule> = Object.create(null);
  for (const [rule, list] of rows) for (const name of words(list)) result[name] = rule;
  return result;
}

/** A stem and its endings: `aria-` with `sort` and `live`. */
const each = (stem: string, endings: string): string => stem + words(endings).join(` ${stem}`);

const EVERYWHERE = table(
  [names, "class id for headers list form slot part"],
  [names, each("aria-", "controls labelledby describedby owns activedescendant")],
  [text, "title alt placeholder label"],
  [text, each("aria-", "label description valuetext")],
  [style, "style"],
  [
    keyword,
    `role dir lang hidden tabindex contenteditable draggable spellcheck open inert popover disabled readonly required checked selected multiple type align valign border cellpadding cellspacing scope wrap autocomplete inputmode rel start reversed rr_open_mode ${each("aria-", "expanded selected checked disabled hidden current pressed busy invalid required haspopup level live modal multiselectable sort multiline orientation readonly")}`,
  ],
  [number, each("aria-", "posinset setsize rowcount rowindex colcount colindex")],
  [number, "width height size rows cols colspan rowspan span rr_scrollLeft rr_scrollTop"],
  [shape, "rr_width rr_height bgcolor color media"],
);

/** Of what is drawn; on an element of HTML none of these says anything. */
const SVG = table(
  [
    shape,
    "d points x y x1 y1 x2 y2 cx cy r rx ry dx dy fx fy transform viewBox viewbox preserveAspectRatio opacity gradientUnits gradientTransform spreadMethod offset clipPathUnits maskUnits text-anchor dominant-baseline letter-spacing vector-effect rotate stdDeviation in in2 result values markerWidth markerHeight refX refY orient",
  ],
  [shape, each("stroke-", "width dasharray dashoffset linecap linejoin miterlimit opacity")],
  [shape, `${each("fill-", "opacity rule")} clip-rule stop-color stop-opacity`],
  [shape, `${each("pattern", "Units Transform ContentUnits")} ${each("font-", "size weight family")}`],
  [paint, `fill stroke clip-path mask filter ${each("marker-", "start mid end")}`],
  [keyword, "xmlns xmlns:xlink version"],
  [asset, "href xlink:href"],
);

const OF_TAG: Record<string, Record<string, Rule>> = {
  a: table([link, "href"]),
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
};

/** What the values of inputs become, by type. Nothing typed or preset leaves. */
const TYPED: Record<string, string> = { email: "[e-mail]", tel: "[phone]", password: "[password]" };
/** Their values cannot hold a placeholder: the browser shows none rather than a wrong one. */
const WITHOUT_PLACEHOLDER = new Set(
  words("date datetime-local month week time number range color file hidden"),
);
export const BUTTONS = new Set(["button", "submit", "reset"]);
export const CHOICES = new Set(["checkbox", "radio"]);

/** What an input shows instead of its value. */
export function cleanValue(
  value: string,
  input: { tag: string; type: string; topic: Topic | undefined; open: boolean },
  context: Pick<Context, "exposure" | "strict" | "count">,
): string {
  const { tag, type, topic, open } = input;
  const { exposure, strict, count } = context;
  if (value === "" || CHOICES.has(type)) return "";
  if (BUTTONS.has(type)) return exposure >= MASK ? maskText(value, count) : cleanText(value, count);
  if (tag === "select" || tag === "option")
    return exposure >= MASK || topic || strict ? maskText(value, count) : cleanText(value, count);
  if (open && exposure < MASK) return cleanText(value, count);
  count("input");
  if (WITHOUT_PLACEHOLDER.has(type)) return "";
  if (type === "password" || topic === "secret") return "[password]";
  return isPlaceholder(value) ? value : (TYPED[type] ?? TEXT);
}

/** Attributes whose change is not theirs alone: the caller cleans them with what it knows of the input. */
export const INPUT_TAGS = new Set(["input", "textarea", "select"]);

/** One attribute, or `undefined` when it stays in the browser. */
export function cleanAttribute(name: string, value: unknown, context: Context): Value | undefined {
  const rule = OF_TAG[context.tag]?.[name] ?? (context.svg ? SVG[name] : undefined) ?? EVERYWHERE[name];
  if (rule === undefined) return undefined;
  if (value === null || value === true) return value;
  if (typeof value === "number")
    return Number.isFinite(value) && number(String(value), context) ? value : undefined;
  if (typeof value !== "string") return undefined;
  return rule(value, context);
}
