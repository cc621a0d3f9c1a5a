// Serialised nodes: what a snapshot and an added node are made of.
import { BUTTONS, type CleanAttributes, cleanAttribute, cleanValue, INPUT_TAGS } from "./attributes";
import type { Count } from "./count";
import { cleanCss, cleanDeclaration } from "./css";
import { BLOCK, type Exposure, MASK } from "./exposure";
import type { Known, Look, Model } from "./model";
import { type Fields, fields, list, NODE, number, string, Unknown } from "./shapes";
import { cleanText, maskText } from "./text";

export type CleanNode = Fields & { id: number; type: number };

/** A place in the page that a recording cannot or must not show; the player draws a labelled box there. */
export interface Unseen {
  cause: "frame" | "canvas" | "blocked" | "media";
  id: number;
  /** A frame that was just added: whether it is another site's shows once it has loaded. */
  unsure?: boolean;
}

/** What the rules for nodes share. */
export interface Desk {
  readonly model: Model;
  readonly look: Look;
  readonly count: Count;
  readonly queryKeys: readonly string[];
  readonly openTypes: ReadonlySet<string>;
  unseen(place: Unseen): void;
}

/** Never shown and never needed: code, islands of data, what only machines read, and the recording bar itself. */
const DROPPED = new Set(["script", "noscript", "template", "meta", "base", "placet-bar"]);
const MEDIA = new Set(["video", "audio", "object", "embed"]);

/** An empty comment stands in for what is dropped, so that its neighbours keep their places. */
const nothing = (id: number, node: Fields): CleanNode => ({
  type: NODE.comment,
  textContent: "",
  id,
  ...flags(node),
});

function flags(node: Fields): Fields {
  const result: Fields = {};
  if (typeof node.rootId === "number") result.rootId = node.rootId;
  for (const name of ["isShadow", "isShadowHost", "isSVG", "isCustom"])
    if (node[name] === true) result[name] = true;
  return result;
}

/** A node with all below it, clean. Notes each in the model on the way. */
export function cleanNode(raw: unknown, parent: number, desk: Desk): CleanNode {
  const node = fields(raw);
  const id = number(node.id);
  switch (node.type) {
    case NODE.document:
      desk.model.add(id, parent, "#document", false, {});
      return {
        type: NODE.document,
        id,
        ...flags(node),
        ...(node.compatMode === "BackCompat" ? { compatMode: "BackCompat" } : {}),
        childNodes: children(node, id, desk),
      };
    case NODE.doctype:
      desk.model.add(id, parent, "#other", false, {});
      return { type: NODE.doctype, id, ...flags(node), name: "html", publicId: "", systemId: "" };
    case NODE.element:
      return cleanElement(node, id, parent, desk);
    case NODE.text:
      desk.model.add(id, parent, "#text", false, {});
      return {
        type: NODE.text,
        id,
        ...flags(node),
        textContent: cleanNodeText(string(node.textContent), parent, desk),
      };
    case NODE.cdata:
    case NODE.comment:
      desk.model.add(id, parent, "#other", false, {});
      return nothing(id, node);
    default:
      throw new Unknown("node type");
  }
}

function children(node: Fields, id: number, desk: Desk): CleanNode[] {
  return list(node.childNodes).map((child) => cleanNode(child, id, desk));
}

function cleanElement(node: Fields, id: number, parent: number, desk: Desk): CleanNode {
  const tag = string(node.tagName).toLowerCase();
  const raw = fields(node.attributes);
  if (DROPPED.has(tag) || (tag === "input" && String(raw.type).toLowerCase() === "hidden")) {
    desk.model.add(id, parent, "#dropped", false, {});
    return nothing(id, node);
  }
  const known = desk.model.add(id, parent, tag, node.isSVG === true, raw);
  const exposure = desk.model.exposure(id);
  if (exposure === BLOCK || node.needBlock === true) {
    known.mark = BLOCK;
    desk.count("block");
    desk.unseen({ cause: "blocked", id });
    return {
      type: NODE.element,
      tagName: tag,
      id,
      ...flags(node),
      attributes: sizeOf(id, raw, desk),
      childNodes: [],
    };
  }
  report(tag, id, raw, desk);
  return {
    type: NODE.element,
    tagName: /^[a-z][\w:.-]*$/i.test(string(node.tagName)) ? string(node.tagName) : "div",
    id,
    ...flags(node),
    attributes: cleanAttributes(raw, id, known, exposure, desk),
    childNodes: children(node, id, desk),
  };
}

function report(tag: string, id: number, raw: Fields, desk: Desk): void {
  if (tag === "canvas") desk.unseen({ cause: "canvas", id });
  else if (MEDIA.has(tag)) desk.unseen({ cause: "media", id });
  else if (tag === "iframe" || tag === "frame") {
    desk.unseen(raw.rr_src === undefined ? { cause: "frame", id, unsure: true } : { cause: "frame", id });
  }
}

const px = (value: unknown): string | undefined =>
  typeof value === "string" && /^[\d.]+px$/.test(value) ? value : undefined;

/** The box that an element fills: as the recorder measured it, or as the page has it now. */
function sizeOf(id: number, raw: Fields, desk: Desk): CleanAttributes {
  const width = px(raw.rr_width);
  const height = px(raw.rr_height);
  if (width !== undefined && height !== undefined) return { rr_width: width, rr_height: height };
  const size = desk.look.size(id);
  return size ? { rr_width: `${Math.round(size.width)}px`, rr_height: `${Math.round(size.height)}px` } : {};
}

/** All attributes of one element. Used for whole elements and, with only the changed ones, for mutations. */
export function cleanAttributes(
  raw: Fields,
  id: number,
  known: Known,
  exposure: Exposure,
  desk: Desk,
): CleanAttributes {
  const result: CleanAttributes = {};
  const context = { tag: known.tag, exposure, queryKeys: desk.queryKeys, count: desk.count };
  for (const name in raw) {
    const value = raw[name];
    if (name === "value" && INPUT_TAGS.has(known.tag)) {
      if (typeof value === "string") result.value = inputValue(value, known, exposure, desk);
      else if (value === null) result.value = null;
    } else if (name === "style" && typeof value === "object" && value !== null) {
      result.style = cleanStyle(fields(value));
    } else if ((name === "checked" || name === "selected") && exposure >= MASK) {
      desk.count("choice");
    } else {
      const clean = cleanAttribute(name, value, context);
      if (clean !== undefined) result[name] = clean;
    }
  }
  const pictureGone = known.tag === "img" && raw.src !== undefined && result.src === undefined;
  if (pictureGone || known.tag === "canvas" || MEDIA.has(known.tag)) {
    if (pictureGone) desk.count("image");
    Object.assign(result, sizeOf(id, raw, desk));
  }
  return result;
}

/** What an input shows in place of its value. */
export function inputValue(value: string, known: Known, exposure: Exposure, desk: Desk): string {
  const type = known.wasPassword ? "password" : known.type || (known.tag === "input" ? "text" : known.tag);
  return cleanValue(
    value,
    { tag: known.tag, type, open: desk.openTypes.has(type) && !known.wasPassword && !BUTTONS.has(type) },
    { exposure, count: desk.count },
  );
}

/** Changed style properties, as `attributes.style` of a mutation has them. */
function cleanStyle(style: Fields): Fields {
  const result: Fields = {};
  for (const name in style) {
    if (!/^[\w-]+$/.test(name)) continue;
    const value = style[name];
    if (value === false) result[name] = false;
    else if (typeof value === "string") result[name] = cleanDeclaration(name, value);
    else if (Array.isArray(value) && typeof value[0] === "string") {
      result[name] = [cleanDeclaration(name, value[0]), value[1] === "important" ? "important" : ""];
    }
  }
  return result;
}

/** The text of a node under `parent`. */
export function cleanNodeText(text: string, parent: number, desk: Desk): string {
  const known = desk.model.get(parent);
  const exposure = desk.model.exposure(parent);
  if (known === undefined) return maskText(text, desk.count);
  if (exposure === BLOCK || DROPPED.has(known.tag) || known.tag === "#dropped") return "";
  if (known.tag === "style") return cleanCss(text);
  // The window's title names who is signed in more often than not.
  if (known.tag === "title" && !known.svg) return "";
  if (known.tag === "textarea") return inputValue(text, known, exposure, desk);
  return exposure >= MASK ? maskText(text, desk.count) : cleanText(text, desk.count);
}
