/**
 * Take out of a segment whatever could act or fetch, before it becomes a document.
 *
 * The sandboxed frame runs no script and the page's policy fetches nothing from elsewhere; this is the third lock,
 * and the one that also keeps the frame from asking our own server for anything. Allow-list: an address stays only
 * when it is a picture in itself (`data:`), a place in the same document, or one of this recording's own assets.
 */

import type { ReplayEvent } from "./types";

type Attributes = Record<string, unknown>;

/** Attributes that hold an address which a browser follows by itself, or with a press. */
const ADDRESSES: ReadonlySet<string> = new Set([
  "src",
  "href",
  "xlink:href",
  "srcset",
  "imagesrcset",
  "poster",
  "data",
  "background",
  "action",
  "formaction",
  "ping",
  "manifest",
  "archive",
  "codebase",
  "classid",
  "cite",
  "longdesc",
  "lowsrc",
  "dynsrc",
  "profile",
  "usemap",
]);
/** Never in a replayed document. */
const DROPPED: ReadonlySet<string> = new Set([
  "srcdoc",
  "http-equiv",
  "nonce",
  "integrity",
  "target",
  "is",
  "autoplay",
  "autofocus",
]);
/** These would act; a box of the same size is all that is needed of them. */
const DEAD_TAGS: ReadonlySet<string> = new Set([
  "script",
  "base",
  "meta",
  "object",
  "embed",
  "applet",
  "portal",
  "fencedframe",
  "animate",
  "set",
]);
/** SVG's animations can set `href` later; their box is of no use either. */
const INERT_TAG = "noscript";

const PICTURE = /^data:(?:image|font|application\/(?:x-)?font[\w-]*)\/?/i;

/** This recording's own copies of what the page showed. */
export interface Assets {
  /** Where they lie; empty: nowhere. */
  base: string;
  /** Their names there, by the address that the page had them from. */
  names: Readonly<Record<string, string>>;
}

export const NO_ASSETS: Assets = { base: "", names: {} };

/** Our own address of what the page had from `address`; `undefined` where there is no copy. */
function ownAddress(address: string, { base, names }: Assets): string | undefined {
  const [plain = "", part] = address.trim().split("#");
  const name = base !== "" && Object.hasOwn(names, plain) ? names[plain] : undefined;
  return name === undefined ? undefined : base + name + (part === undefined ? "" : `#${part}`);
}

export function mayStay(address: string, { base }: Assets): boolean {
  const plain = address.trim();
  if (plain.startsWith("#") || PICTURE.test(plain)) return true;
  return base !== "" && plain.startsWith(base) && !plain.includes("..") && !plain.includes(",");
}

/** `@import`, also with an escaped letter in its name; an escaped "@" is part of a class name. */
const IMPORTS = /(?<!\\)@(?:import|[\w-]*\\)[^;{}]*;?/gi;

const CSS_URL = /url\(\s*(["']?)(https?:\/\/[^"')\s]+)\1\s*\)/gi;

/** Imports would be asked of a server even where their answer is refused. */
export function washCss(css: string, assets: Assets): string {
  const plain = css.includes("@") ? css.replace(IMPORTS, "") : css;
  if (assets.base === "" || !plain.includes("url(")) return plain;
  return plain.replace(CSS_URL, (whole, _quote: string, address: string) => {
    const own = ownAddress(address, assets);
    return own === undefined ? whole : `url("${own}")`;
  });
}

/** What is left of one attribute; `undefined` means that it goes. */
export function washAttribute(name: string, value: unknown, tag: string, assets: Assets): unknown {
  const lower = name.toLowerCase();
  if (lower.startsWith("on") || lower.startsWith("rr_media") || DROPPED.has(lower)) return undefined;
  if (typeof value !== "string") return value;
  if (ADDRESSES.has(lower)) {
    const own = ownAddress(value, assets);
    if (own !== undefined && tag !== "a") return own;
    if (mayStay(value, assets)) return value;
    // A link keeps looking like one.
    return tag === "a" && lower === "href" ? "#" : undefined;
  }
  if (lower === "_csstext" || lower === "style") return washCss(value, assets);
  if (lower === "rr_dataurl" || lower === "rr_src") return PICTURE.test(value) ? value : undefined;
  return value;
}

export function washAttributes(attributes: Attributes, tag: string, assets: Assets): Attributes {
  const kept: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    const washed = washAttribute(name, value, tag, assets);
    if (washed !== undefined) kept[name] = washed;
  }
  return kept;
}

interface Node {
  type?: number;
  id?: number;
  tagName?: string;
  attributes?: Attributes;
  childNodes?: Node[];
  textContent?: string;
}

/** Changes `node` in place: it was parsed a moment ago and nobody else has it. */
function washNode(node: Node, assets: Assets): void {
  if (typeof node.tagName === "string") {
    const tag = node.tagName.toLowerCase();
    if (DEAD_TAGS.has(tag)) {
      const { rr_width, rr_height } = node.attributes ?? {};
      node.tagName = tag === "object" || tag === "embed" ? "div" : INERT_TAG;
      node.attributes = rr_width === undefined ? {} : { rr_width, rr_height };
      node.childNodes = [];
      return;
    }
    node.attributes = washAttributes(node.attributes ?? {}, tag, assets);
    if (tag === "style")
      for (const text of node.childNodes ?? []) text.textContent = washCss(text.textContent ?? "", assets);
  }
  for (const child of node.childNodes ?? []) washNode(child, assets);
}

interface Mutation {
  source?: number;
  /** Of a mutation nodes, of a style sheet rules. */
  adds?: { node?: Node; rule?: string }[];
  attributes?: { id: number; attributes: Attributes }[];
  texts?: { id: number; value: string | null }[];
  styles?: { rules?: { rule?: string }[] }[];
  replace?: string;
  replaceSync?: string;
}

const withoutImports = (rules: { rule?: string }[] | undefined, assets: Assets): void => {
  for (const entry of rules ?? []) {
    if (entry.rule === undefined) continue;
    const bare = washCss(entry.rule, NO_ASSETS);
    entry.rule = bare === entry.rule ? washCss(entry.rule, assets) : "placet-dropped{}";
  }
};

function washIncrement(data: Mutation, assets: Assets): void {
  for (const { node } of data.adds ?? []) if (node) washNode(node, assets);
  withoutImports(data.adds, assets);
  for (const change of data.attributes ?? [])
    change.attributes = washAttributes(change.attributes, "", assets);
  // A changed text may be one inside <style>; words that hold an import lose it, which nobody misses.
  for (const text of data.texts ?? []) if (text.value) text.value = washCss(text.value, assets);
  for (const style of data.styles ?? []) withoutImports(style.rules, assets);
  if (typeof data.replace === "string") data.replace = washCss(data.replace, assets);
  if (typeof data.replaceSync === "string") data.replaceSync = washCss(data.replaceSync, assets);
}

const FULL_SNAPSHOT = 2;
const INCREMENT = 3;
const META = 4;
const CUSTOM = 5;
/** MediaInteraction, CanvasMutation, Font: none of them is recorded, and the last one can fetch. */
const DEAD_SOURCES: ReadonlySet<number> = new Set([7, 9, 10]);

/** Wash every event; what is of no known kind is dropped. */
export function wash(events: ReplayEvent[], assets: Assets): ReplayEvent[] {
  return events.filter((event) => {
    if (event.type === FULL_SNAPSHOT) {
      const { node } = event.data as { node?: Node };
      if (!node) return false;
      washNode(node, assets);
      return true;
    }
    if (event.type === INCREMENT) {
      const data = event.data as Mutation;
      if (DEAD_SOURCES.has(data.source ?? -1)) return false;
      washIncrement(data, assets);
      return true;
    }
    return event.type === META || event.type === CUSTOM;
  });
}
