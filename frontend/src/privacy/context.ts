// What a value is, by where it stands: under a header, beside a label, in a list of messages, in an element that is
// called after it. Made anew for each event, so that everything is looked up once and nothing grows stale.
import type { Known, Model } from "./model";
import { isBareName, isNotice, type Topic, topicOf } from "./words";

const set = (list: string) => new Set(list.split(" "));

/** What an ARIA role makes of any element. */
const ROLES: Record<string, string> = {
  row: "tr",
  cell: "td",
  gridcell: "td",
  columnheader: "th",
  rowheader: "th",
  table: "table",
  grid: "table",
  treegrid: "table",
  term: "dt",
  definition: "dd",
  heading: "h2",
  button: "button",
  tab: "button",
  menuitem: "button",
  navigation: "nav",
};
const HEADING = /^h[1-6]$/;
/** Their own words are the interface's, wherever they stand. */
const CHROME = set("button label legend th dt summary caption optgroup");
/** Named after what a whole page is about; nothing follows for each text in it. */
const FRAMES = set("html body main form nav header footer head #document");
export const CONTROLS = set("input select textarea");
const NO_LABEL = set("tr td dd li option button a ul ol table tbody");
const INLINE = set(
  "a abbr b bdi bdo big cite code data del em font i ins kbd label mark q s samp slot small span strike strong sub sup time tt u var tspan wbr br",
);
const PEOPLE = /person|people|physician|user|member|contact|profile|friend|staff|holder|vcard/i;
/** Of an element whose words are a label by its class. */
const LABELLING = /label|lbl|(?:^|[ _-])(?:key|term|field-?name)(?:$| )/i;
const LISTS = set("table thead tbody tfoot ul ol select");
const MOST_BESIDE = 500;
/** How far below a named element its name still speaks. */
const REACH = 3;
const FOREVER = 1_000;

interface Place {
  topic: Topic | undefined;
  reach: number;
}
const NOWHERE: Place = { topic: undefined, reach: 0 };

const isSomebody = (called: string): boolean =>
  PEOPLE.test(called) || /person|message/.test(topicOf(called, "input") ?? "");

export type Context = ReturnType<typeof createContext>;

export function createContext(model: Model) {
  const places = new Map<number, Place>();
  const besides = new Map<number, Map<number, Topic>>();

  function kindOf(known: Known): string {
    return ROLES[known.attributes.role ?? ""] ?? known.tag;
  }

  /** What the value at this node is, as far as the page says. */
  function topicAt(id: number): Topic | undefined {
    return place(id).topic;
  }

  function place(id: number): Place {
    const known = model.get(id);
    if (known === undefined) return NOWHERE;
    let place = places.get(id);
    if (place === undefined) {
      // Before it is known: a tree that points at itself must not go round.
      places.set(id, NOWHERE);
      place = find(known);
      places.set(id, place);
    }
    return place;
  }

  function find(known: Known): Place {
    const above = known.parent === 0 ? NOWHERE : place(known.parent);
    const kind = kindOf(known);
    if (FRAMES.has(kind) && known.attributes.role !== "log") return NOWHERE;
    if (CONTROLS.has(known.tag)) return { topic: topicOfControl(known), reach: FOREVER };
    if (isInterface(known, kind)) return NOWHERE;
    const beside = besideOf(known.parent).get(known.id);
    if (beside) return { topic: beside, reach: FOREVER };
    const named = known.tag === "#text" ? undefined : topicOfNames(known);
    if (named && above.topic !== "message")
      return { topic: named, reach: named === "message" ? FOREVER : named === "person" ? 2 : REACH };
    // When a message came is the list's to say, not the sender's.
    if (known.tag === "time" && /message|person|name/.test(above.topic ?? "")) return NOWHERE;
    // A heading begins something of its own, except among messages.
    if (above.reach <= 0 || (HEADING.test(kind) && above.topic !== "message" && !isNamed(known, above)))
      return NOWHERE;
    return { topic: above.topic, reach: known.tag === "#text" ? above.reach : above.reach - 1 };
  }

  /** Who somebody is stands at the head of what is called after them. */
  const isNamed = (heading: Known, above: Place): boolean =>
    /name|person/.test(above.topic ?? "") && /^\p{Lu}\S+ \p{Lu}\S+$/u.test(words(heading));

  function isInterface(known: Known, kind: string): boolean {
    return (
      CHROME.has(kind) ||
      tells(known) ||
      (LABELLING.test(known.attributes.class ?? "") && topicOf(words(known), "loose") !== undefined)
    );
  }

  function tells(known: Known): boolean {
    const { role, class: classes, id } = known.attributes;
    if (role === "alert" || role === "status") return true;
    return (classes ?? id) !== undefined && isNotice(`${classes ?? ""} ${id ?? ""}`);
  }

  /** Whether a text here belongs to the interface and not to the person: what a strict site shows. */
  function isShownInStrict(id: number): boolean {
    if (topicAt(id) !== undefined) return false;
    let ownWords = true;
    for (let known = model.get(id); known; known = model.get(known.parent)) {
      const kind = kindOf(known);
      if (kind === "nav" || (ownWords && (HEADING.test(kind) || isInterface(known, kind)))) return true;
      if (NO_LABEL.has(kind) && kind !== "button" && kind !== "a") ownWords = false;
    }
    return false;
  }

  /** By class, id, microdata or the like. */
  function topicOfNames(known: Known): Topic | undefined {
    const { attributes } = known;
    if (attributes.role === "log" || attributes.role === "feed") return "message";
    if (hasControl(known)) return undefined;
    if (known.tag === "address") return "address";
    for (const name in attributes) {
      const value = attributes[name] ?? "";
      if (name === "role" || name === "type" || name === "for" || name === "aria-live" || name === "itemtype")
        continue;
      if (name === "aria-label") {
        const topic = topicOf(value, "loose");
        if (topic) return topic;
      } else if (name === "aria-labelledby") {
        const topic = topicOfPointer(value);
        if (topic) return topic;
      } else {
        for (const word of name === "class" ? value.split(/\s+/) : [value]) {
          // "user-menu__name" is whatever comes before says.
          const isName = isBareName(word.replace(/^.*[-_]/, "")) && (isSomebody(word) || isBareName(word));
          const topic = isName ? nameIn(known) : topicOf(word, "name");
          if (topic) return topic;
        }
      }
    }
    const label = attributes.id ? model.labelOf(known) : undefined;
    return label && topicOf(words(label), "marked");
  }

  function topicOfPointer(ids: string): Topic | undefined {
    for (const id of ids.split(/\s+/)) {
      const target = model.byName(id);
      const topic = target && topicOf(words(target), "marked");
      if (topic) return topic;
    }
    return undefined;
  }

  /** A bare "name" is a person's where what is round it is called after a person. */
  function nameIn(known: Known): Topic | undefined {
    let at: Known | undefined = known;
    for (let depth = 0; at && depth < 8; depth++) {
      const { itemtype, class: classes, id } = at.attributes;
      if (isSomebody(itemtype ?? `${classes} ${id}`)) return "name";
      if (itemtype || at.tag === "body") break;
      at = model.get(at.parent);
    }
    return undefined;
  }

  function hasControl(known: Known): boolean {
    known.holds ??= known.kids.some((kid) => {
      const child = model.get(kid);
      return child !== undefined && (CONTROLS.has(child.tag) || hasControl(child));
    });
    return known.holds;
  }

  /** What an input, a choice or a select asks for. */
  function topicOfControl(known: Known): Topic | undefined {
    const { name, id, autocomplete, "aria-label": label, "aria-labelledby": pointer } = known.attributes;
    if (known.wasPassword || known.type === "password") return "secret";
    if (known.type === "email" || known.type === "tel") return "contact";
    if (
      /^(?:cc-|bday|tel|street|address|postal|one-time|new-pass|current-pass|given|family|additional-n|honorific|nickname|username|name|email|organization|sex|country-name)/.test(
        autocomplete ?? "",
      )
    )
      return topicOf(autocomplete ?? "", "input") ?? "private";
    const words = [name, id, label].map((word) => topicOf(word ?? "", "input")).find(Boolean);
    return words ?? (pointer ? topicOfPointer(pointer) : undefined) ?? topicOfLabels(known);
  }

  function topicOfLabels(known: Known): Topic | undefined {
    const pointing = known.attributes.id ? model.labelOf(known) : undefined;
    if (pointing) return topicOf(words(pointing), "input");
    let inner = known;
    for (let depth = 0; depth < 5; depth++) {
      const outer = model.get(inner.parent);
      if (!outer) return undefined;
      if (outer.tag === "fieldset") {
        const legend = outer.kids.map((kid) => model.get(kid)).find((kid) => kid?.tag === "legend");
        return legend && topicOf(words(legend), "input");
      }
      const label = outer.tag === "label" ? topicOf(words(outer, inner.id), "input") : undefined;
      if (label) return label;
      const before = previous(outer, inner.id);
      const topic = before && topicOf(before, "marked");
      if (topic) return topic;
      inner = outer;
    }
    return undefined;
  }

  /** The words just before a child. */
  function previous(parent: Known, id: number): string | undefined {
    for (let at = parent.kids.indexOf(id) - 1; at >= 0; at--) {
      const known = model.get(parent.kids[at] ?? 0);
      const text =
        known?.tag === "#text" ? known.text.trim() : known && !hasControl(known) ? words(known) : "";
      if (text !== "" || (known && CONTROLS.has(known.tag))) return text;
    }
    return undefined;
  }

  /** The first words of an element, up to what a label can be long; those before one of its own elements. */
  function words(known: Known, before = 0): string {
    if (before !== 0) return wordsBefore(known, before);
    known.words ??= wordsBefore(known, 0);
    return known.words;
  }

  function wordsBefore(known: Known, before: number): string {
    let text = "";
    const walk = (at: Known): boolean => {
      if (at.id === before || text.length > 80) return false;
      if (at.tag === "#text") text += at.text;
      // Choices are no part of the words beside them.
      else if (!CONTROLS.has(at.tag)) {
        for (const kid of at.kids) {
          const child = model.get(kid);
          if (child && !walk(child)) return false;
        }
        if (!INLINE.has(at.tag)) text += " ";
      }
      return true;
    };
    walk(known);
    return text.replace(/\s+/g, " ").trim();
  }

  /** Of a parent's children, those that a header, a term, a label or a heading among them speaks for. */
  function besideOf(parentId: number): Map<number, Topic> {
    let found = besides.get(parentId);
    if (found === undefined) {
      found = new Map();
      besides.set(parentId, found);
      const parent = model.get(parentId);
      if (parent) findBeside(parent, found);
    }
    return found;
  }

  function findBeside(parent: Known, found: Map<number, Topic>): void {
    const kind = kindOf(parent);
    // Rows and items stand beside each other without speaking for each other, and there may be thousands.
    if (LISTS.has(kind) || parent.kids.length > MOST_BESIDE) return;
    if (kind === "tr") findColumns(parent, found);
    else if (parent.kids.length < 2) return;
    // Of two cells without a header the first may be the label of the other.
    const cells =
      kind === "tr" ? parent.kids.filter((id) => /^t[dh]$/.test(kindOf(model.get(id) ?? parent))) : [];
    let heading: Topic | undefined;
    let pending: Topic | undefined;
    let lasting = false;
    for (const id of parent.kids) {
      const child = model.get(id);
      if (!child || child.tag === "#other" || child.tag === "#dropped") continue;
      const childKind = kindOf(child);
      if (child.tag === "#text") {
        if (child.text.trim() === "") continue;
        if (pending) found.set(id, pending);
        else if (heading) found.set(id, heading);
        pending =
          (/:\s*$/.test(child.text)
            ? topicOf(child.text, "marked")
            : topicOf(/[^.,;:!?()|·•]*$/.exec(child.text)?.[0] ?? "", "loose")) ?? pending;
        continue;
      }
      if (HEADING.test(childKind) || childKind === "summary") {
        // The first heading names a page, not what stands under it.
        heading = childKind === "h1" ? undefined : topicOf(words(child), "loose");
        pending = undefined;
      } else if (CONTROLS.has(child.tag) || hasControl(child)) {
        pending = undefined;
      } else if (childKind === "th" || childKind === "dt") {
        pending = topicOfTerm(words(child), parent, "marked");
        lasting = true;
      } else if (cells.length === 2 && cells[0] === id) {
        pending = topicOfTerm(words(child), parent, "loose");
      } else if (NO_LABEL.has(childKind)) {
        const topic = pending ?? heading;
        if (topic && childKind !== "tr" && !found.has(id)) found.set(id, topic);
        if (!lasting) pending = undefined;
      } else {
        const text = words(child);
        if (text === "") continue;
        const pointed = child.tag === "label" && child.attributes.for !== undefined;
        const marked =
          childKind === "label" || /:$/.test(text) || LABELLING.test(child.attributes.class ?? "");
        const label = pointed ? undefined : topicOfTerm(text, parent, marked ? "marked" : "loose");
        if (label && !(pending && label === "somebody")) {
          pending = label;
          lasting = false;
        } else if (pending) {
          found.set(id, pending);
          if (!lasting) pending = undefined;
        } else if (heading) found.set(id, heading);
      }
    }
  }

  /** A label's topic; a bare "Name" is a person's beside other words of a person. */
  function topicOfTerm(text: string, parent: Known, use: "marked" | "loose"): Topic | undefined {
    if (!isBareName(text)) return use === "marked" && /^user$/i.test(text) ? "person" : topicOf(text, use);
    const rows = LISTS.has(kindOf(parent)) ? undefined : model.get(parent.parent);
    return arePersonal(parent) || (rows && arePersonal(rows)) ? "name" : nameIn(parent);
  }

  /** Whether among the terms of a list, or of its rows, are those of a person. */
  function arePersonal(parent: Known): boolean {
    return parent.kids.slice(0, 40).some((id) => {
      const child = model.get(id);
      if (!child) return false;
      const first = child.kids.map((kid) => model.get(kid)).find((kid) => kid && kid.tag !== "#text");
      const term = ["th", "dt"].includes(kindOf(child)) ? child : first;
      return term !== undefined && topicOf(words(term), "loose") !== undefined;
    });
  }

  /** Cells under a header that says what they are. */
  function findColumns(row: Known, found: Map<number, Topic>): void {
    const header = headerOf(row);
    if (!header) return;
    const cells = (of: Known) => {
      let column = 0;
      return of.kids.flatMap((id) => {
        const cell = model.get(id);
        const kind = cell && kindOf(cell);
        if (!cell || (kind !== "td" && kind !== "th")) return [];
        const at = { cell, kind, column };
        column += Number(cell.attributes.colspan) || 1;
        return [at];
      });
    };
    const topics = new Map<number, Topic | undefined>();
    for (const { cell, column } of cells(header)) {
      topics.set(column, topicOfTerm(words(cell), header, "marked"));
    }
    for (const { cell, kind, column } of cells(row)) {
      const topic = topics.get(column);
      if (topic && kind === "td") found.set(cell.id, topic);
    }
  }

  const headers = new Map<number, Known | undefined>();

  /** The first row of a table, where it is made of headers. */
  function headerOf(row: Known): Known | undefined {
    let table = model.get(row.parent);
    for (let depth = 0; table && kindOf(table) !== "table" && depth < 3; depth++)
      table = model.get(table.parent);
    if (!table) return undefined;
    if (!headers.has(table.id)) {
      const first = firstRow(table, 0);
      const cells = first?.kids
        .map((id) => model.get(id))
        .filter((cell) => cell && /^t[hd]$/.test(kindOf(cell)));
      const heads = cells?.filter((cell) => cell && kindOf(cell) === "th").length ?? 0;
      headers.set(table.id, heads > 1 || (heads === 1 && cells?.length === 1) ? first : undefined);
    }
    const header = headers.get(table.id);
    return header === row ? undefined : header;
  }

  function firstRow(at: Known, depth: number): Known | undefined {
    if (kindOf(at) === "tr") return at;
    if (depth > 3) return undefined;
    for (const id of at.kids) {
      const kid = model.get(id);
      const row =
        kid && kid.tag !== "#text" && kindOf(kid) !== "caption" ? firstRow(kid, depth + 1) : undefined;
      if (row) return row;
    }
    return undefined;
  }

  /** The element whose texts are read as one: a paragraph, a cell; for pieces of a number, what holds them all. */
  function rootOf(text: Known): Known | undefined {
    let root = model.get(text.parent);
    while (root && (INLINE.has(root.tag) || root.tag.includes("-"))) {
      const outer = model.get(root.parent);
      if (!outer) break;
      root = outer;
    }
    for (let depth = 0; root && depth < 3 && /^[\d -]{1,8}$/.test(words(root)); depth++) {
      const outer = model.get(root.parent);
      if (!outer || !/^[\d -]{1,32}$/.test(words(outer))) break;
      root = outer;
    }
    return root;
  }

  /** The texts under a root, in order; `breaks` where another block begins. */
  function textsOf(root: Known): { known: Known; breaks: boolean }[] {
    const texts: { known: Known; breaks: boolean }[] = [];
    let breaks = false;
    const wide = /^[\d -]{1,32}$/.test(words(root));
    const walk = (at: Known) => {
      for (const id of at.kids) {
        const kid = model.get(id);
        if (!kid) continue;
        if (kid.tag === "#text") {
          texts.push({ known: kid, breaks });
          breaks = false;
        } else if (INLINE.has(kid.tag) || kid.tag.includes("-") || wide) {
          if (kid.tag === "br") breaks = true;
          walk(kid);
          if (!INLINE.has(kid.tag)) breaks = true;
        } else breaks = true;
      }
    };
    walk(root);
    return texts;
  }

  return { topic: topicAt, topicOfNames, topicOfControl, isShownInStrict, rootOf, textsOf };
}
