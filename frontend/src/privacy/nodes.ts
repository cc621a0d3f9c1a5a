// Serialised nodes: what a snapshot and an added node are made of.
import { type CleanAttributes, cleanAttribute, cleanValue, INPUT_TAGS } from "./attributes";
import { type Context, createContext } from "./context";
import type { Count } from "./count";
import { cleanCss, cleanDeclaration } from "./css";
import { BLOCK, type Exposure, MASK } from "./exposure";
import type { Known, Look, Model } from "./model";
import { readText, withoutNames } from "./reading";
import { type Fields, fields, list, NODE, number, string, Unknown } from "./shapes";
import { maskText, TEXT } from "./text";
import type { Vocabulary } from "./vocabulary";

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
  /** Text is shown only where it belongs to the interface. */
  readonly strict: boolean;
  /** What a strict site shows all the same. */
  readonly holds: Vocabulary;
  /** What was typed or preset in fields of a person, by field: where the page repeats it, it is hidden too. */
  readonly typed: ReadonlyMap<object, string>;
  /** Texts that were hidden whole: their copies elsewhere are hidden too. */
  readonly hidden: Set<string>;
  /** The time of the event at hand. */
  now: number;
  /** What each value is by where it stands, for the event at hand. */
  context: Context;
  /** The texts of the event at hand, once read. */
  read: Map<number, string>;
  unseen(place: Unseen): void;
}

/** Never shown and never needed: code, islands of data, what only machines read, and the recording bar itself. */
const DROPPED = new Set(["script", "noscript", "template", "meta", "base", "placet-bar"]);
const MEDIA = new Set(["video", "audio", "object", "embed"]);

/** An empty comment stands in for what is dropped, so that its neighbours keep their places. */
const nothing = (id: number, node: Fields): CleanNode =>
  flagged({ type: NODE.comment, textContent: "", id }, node);

const FLAGS = ["isShadow", "isShadowHost", "isSVG", "isCustom"];

function flagged(clean: CleanNode, node: Fields): CleanNode {
  if (typeof node.rootId === "number") clean.rootId = node.rootId;
  for (const name of FLAGS) if (node[name] === true) clean[name] = true;
  return clean;
}

/** A node with all below it as the page has it, into the model: what a value is may stand after it. */
export function learnNode(raw: unknown, parent: number, next: number | null, desk: Desk): void {
  const node = fields(raw);
  const id = number(node.id);
  const { model } = desk;
  if (node.type !== NODE.element) {
    const tag = node.type === NODE.document ? "#document" : node.type === NODE.text ? "#text" : "#other";
    const known = model.add(id, parent, tag, false, {});
    if (node.type === NODE.text) known.text = string(node.textContent);
    model.place(known, next);
  } else {
    const tag = string(node.tagName).toLowerCase();
    const attributes = fields(node.attributes);
    const dropped =
      DROPPED.has(tag) || (tag === "input" && String(attributes.type).toLowerCase() === "hidden");
    const known = dropped
      ? model.add(id, parent, "#dropped", false, {})
      : model.add(id, parent, tag, node.isSVG === true, attributes);
    model.place(known, next);
    if (dropped) return;
    // What is above it is not blocked, or nobody would have come here.
    if (node.needBlock === true || known.mark === BLOCK || desk.look.exposure(id) === BLOCK) {
      known.mark = BLOCK;
      return;
    }
  }
  for (const child of list(node.childNodes)) learnNode(child, id, null, desk);
}

/** What was looked up counts for one state of the tree. */
export function refresh(desk: Desk): void {
  desk.context = createContext(desk.model);
  desk.read = new Map();
}

/** A node with all below it, clean. The model knows it already. */
export function cleanNode(raw: unknown, parent: number, desk: Desk): CleanNode {
  const node = fields(raw);
  const id = number(node.id);
  switch (node.type) {
    case NODE.document: {
      const clean: CleanNode = { type: NODE.document, id, childNodes: children(node, id, desk) };
      if (node.compatMode === "BackCompat") clean.compatMode = "BackCompat";
      return flagged(clean, node);
    }
    case NODE.doctype:
      return flagged({ type: NODE.doctype, id, name: "html", publicId: "", systemId: "" }, node);
    case NODE.element:
      return cleanElement(node, id, desk);
    case NODE.text:
      return flagged({ type: NODE.text, id, textContent: cleanNodeText(id, parent, desk) }, node);
    case NODE.cdata:
    case NODE.comment:
      return nothing(id, node);
    default:
      throw new Unknown("node type");
  }
}

function children(node: Fields, id: number, desk: Desk): CleanNode[] {
  return list(node.childNodes).map((child) => cleanNode(child, id, desk));
}

function cleanElement(node: Fields, id: number, desk: Desk): CleanNode {
  const known = desk.model.get(id);
  if (known === undefined) throw new Unknown("node");
  const { tag } = known;
  const raw = fields(node.attributes);
  if (tag === "#dropped") return nothing(id, node);
  const exposure = desk.model.exposure(id);
  if (exposure === BLOCK) {
    desk.count("block");
    desk.unseen({ cause: "blocked", id });
    const attributes = sizeOf(id, raw, desk);
    return flagged({ type: NODE.element, tagName: tag, id, attributes, childNodes: [] }, node);
  }
  report(tag, id, raw, desk);
  const clean: CleanNode = {
    type: NODE.element,
    tagName: /^[a-z][\w:.-]*$/i.test(string(node.tagName)) ? string(node.tagName) : "div",
    id,
    attributes: cleanAttributes(raw, known, exposure, desk),
    childNodes: children(node, id, desk),
  };
  return flagged(clean, node);
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
export function cleanAttributes(raw: Fields, known: Known, exposure: Exposure, desk: Desk): CleanAttributes {
  const result: CleanAttributes = {};
  const { id, tag } = known;
  const topic = desk.context.topic(id);
  const isControl = INPUT_TAGS.has(tag);
  const context = {
    tag,
    svg: known.svg,
    exposure,
    // What a field asks for is no secret, and neither is what a label says of a value.
    topic: isControl ? undefined : topic,
    strict: desk.strict && !desk.context.isShownInStrict(id),
    holds: desk.holds,
    queryKeys: desk.queryKeys,
    withoutNames: (text: string) =>
      // "Remove Ada Byron": of a strict site, what is no word of its own may be a name.
      desk.strict && / \p{Lu}\S+ \p{Lu}/u.test(text) && !desk.holds(text) ? TEXT : withoutNames(text, desk),
    count: desk.count,
  };
  for (const name in raw) {
    const value = raw[name];
    if (name === "value" && isControl) {
      if (typeof value === "string") result.value = inputValue(value, known, exposure, desk);
      else if (value === null) result.value = null;
    } else if (name === "style" && typeof value === "object" && value !== null) {
      result.style = cleanStyle(fields(value));
    } else if ((name === "checked" || name === "selected") && (exposure >= MASK || topic !== undefined)) {
      desk.count("choice");
    } else {
      const clean = cleanAttribute(name, value, context);
      if (clean !== undefined) result[name] = clean;
    }
  }
  const pictureGone = tag === "img" && raw.src !== undefined && result.src === undefined;
  if (pictureGone || tag === "canvas" || MEDIA.has(tag)) {
    if (pictureGone) desk.count("image");
    Object.assign(result, sizeOf(id, raw, desk));
  }
  return result;
}

/** What an input shows in place of its value. */
export function inputValue(value: string, known: Known, exposure: Exposure, desk: Desk): string {
  const type = known.wasPassword ? "password" : known.type || (known.tag === "input" ? "text" : known.tag);
  const topic = desk.context.topicOfControl(known);
  return cleanValue(
    value,
    {
      tag: known.tag,
      type,
      topic,
      // A site opens a type, never a field that asks for something of a person.
      open: desk.openTypes.has(type) && (topic === undefined || (topic === "contact" && type !== "text")),
    },
    { exposure, strict: desk.strict, count: desk.count },
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

/** What of a text node may leave. */
export function cleanNodeText(id: number, parent: number, desk: Desk): string {
  const text = desk.model.get(id);
  const above = desk.model.get(parent);
  if (text === undefined) return "";
  const clean = above === undefined ? maskText(text.text, desk.count) : cleanUnder(text, above, desk);
  text.left = clean;
  return clean;
}

function cleanUnder(text: Known, above: Known, desk: Desk): string {
  const exposure = desk.model.exposure(above.id);
  if (exposure === BLOCK || DROPPED.has(above.tag) || above.tag === "#dropped") return "";
  if (above.tag === "style") return cleanCss(text.text);
  // The window's title names who is signed in more often than not.
  if (above.tag === "title" && !above.svg) return "";
  if (above.tag === "textarea") return inputValue(text.text, above, exposure, desk);
  return readText(text, desk);
}

/** How long a name of a step is at most. */
const LABEL = 80;

/** What an element is called, from what of its words has left or may leave. */
export function labelOf(id: number, desk: Desk): string {
  const known = desk.model.get(id);
  const exposure = desk.model.exposure(id);
  if (known === undefined || exposure >= MASK) return "[hidden]";
  const { "aria-label": label } = known.attributes;
  if (label) return String(cleanAttributes({ "aria-label": label }, known, exposure, desk)["aria-label"]);
  let text = "";
  const walk = (known: Known) => {
    // What a field holds, or offers to choose, is not its name.
    if (text.length >= LABEL || INPUT_TAGS.has(known.tag)) return;
    for (const kid of known.kids) {
      const child = desk.model.get(kid);
      if (child?.tag === "#text") text += cleanUnder(child, known, desk);
      else if (child) walk(child);
    }
    text += " ";
  };
  walk(known);
  return text.replace(/\s+/g, " ").trim().slice(0, LABEL);
}
