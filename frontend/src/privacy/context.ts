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
const PICKER = /select|combo|dropdown|picker/i;
/** Of headings that stand above much that is about something else. */
/** What a region with somebody's messages is called. */
const WITH = /^(?:chat|conversation|messages) (?:with|from)/i;
const BROAD = /summary|overview|record|profile|dashboard|cent(?:er|re)|details/i;
const BENEATH = /sub|label|caption|desc|meta/i;
const CARD = /(?:head(?:er)?|card|tile|hero|banner)(?:$| )/i;
const isFullName = (text: string): boolean => /^(?:\p{Lu}\S* ){1,3}\p{Lu}\S+$/u.test(text);
const isMail = (text: string): boolean => /^\S+@\S+\.\S+$/.test(text);
/** Beside a thing's name. */
const THING = /price|amount|qty|stock|sku|size/i;
const FEED = /timeline|activit|feed|journal|case-?log/i;
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
    const beside = besideOf(known.parent).get(known.id);
    if (beside) return { topic: beside, reach: FOREVER };
    if (known.tag === "#text" && isCrumb(known)) return { topic: "person", reach: 0 };
    if (isInterface(known, kind)) return NOWHERE;
    const named = known.tag === "#text" ? undefined : topicOfNames(known);
    if (named && above.topic !== "message")
      return {
        topic: named,
        reach:
          named === "message" || known.attributes.role === "listbox"
            ? FOREVER
            : named === "person"
              ? 2
              : REACH,
      };
    // When a message came is the list's to say, not the sender's.
    if (known.tag === "time" && /message|person|name/.test(above.topic ?? "")) return NOWHERE;
    if (HEADING.test(kind) && above.topic !== "message")
      return isOwner(known, above) ? { topic: "name", reach: REACH } : NOWHERE;
    if (above.reach <= 0) return NOWHERE;
    return { topic: above.topic, reach: known.tag === "#text" ? above.reach : above.reach - 1 };
  }

  /** Who somebody is stands at the head of what is called after them; anything else begins there. */
  function isOwner(heading: Known, above: Place): boolean {
    const { class: classes = "" } = model.get(heading.parent)?.attributes ?? {};
    return (
      (/name|person/.test(above.topic ?? "") || (CARD.test(classes) && isSomebody(classes))) &&
      isFullName(words(heading))
    );
  }

  /** Whether a name stands in a trail after what names a kind of person: "Students › Ada Byron". */
  function isCrumb(text: Known): boolean {
    const trail = trailOf(text.parent);
    return trail !== undefined && isFullName(text.text.trim()) && isSomebody(wordsBefore(trail, text.id));
  }

  const trails = new Map<number, Known | undefined>();

  function trailOf(id: number): Known | undefined {
    const known = model.get(id);
    if (!known || trails.has(id)) return trails.get(id);
    trails.set(id, undefined);
    const { class: classes = "", "aria-label": label = "" } = known.attributes;
    const trail = trailOf(known.parent) ?? (/crumb/i.test(classes + label) ? known : undefined);
    trails.set(id, trail);
    return trail;
  }

  function isInterface(known: Known, kind: string): boolean {
    return (
      (CHROME.has(kind) && !(kind === "button" && isSender(known))) ||
      tells(known) ||
      (LABELLING.test(known.attributes.class ?? "") && topicOf(words(known), "loose") !== undefined)
    );
  }

  /** Whether a button is somebody, and no command. */
  const isSender = (button: Known): boolean =>
    isSomebody(`${button.attributes.class}`) && isFullName(words(button));

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
      // What is told of somebody is data.
      if (tells(known) && /\p{Lu}\S+ \p{Lu}/u.test(words(known))) return false;
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
    const own = known.tag.includes("-") ? topicOf(known.tag, "name") : undefined;
    if (own) return own;
    for (const name in attributes) {
      const value = attributes[name] ?? "";
      if (name === "role" || name === "type" || name === "for" || name === "aria-live" || name === "itemtype")
        continue;
      if (name === "aria-label") {
        const topic = WITH.test(value) ? "message" : topicOf(value, "loose");
        if (topic) return topic;
      } else if (name === "aria-labelledby") {
        const topic = topicOfPointer(value);
        if (topic) return topic;
      } else {
        for (const word of name === "class" ? value.split(/\s+/) : [value]) {
          // "user-menu__name" is whatever comes before says.
          const isName = isBareName(word.replace(/^.*[-_]/, "")) && (isSomebody(word) || isBareName(word));
          const topic = (isName && nameIn(known)) || topicOf(word, "name");
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

  /** A bare "name" is a person's where what is round it is called after a person, beside what is, and in a cell. */
  function nameIn(known: Known): Topic | undefined {
    const beside = (model.get(known.parent)?.kids ?? []).flatMap(
      (id) => model.get(id)?.attributes.class?.split(" ") ?? [],
    );
    if (beside.some((word) => topicOf(word, "name"))) return "name";
    if (kindOf(known) === "td" && !beside.some((word) => THING.test(word))) return "name";
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
    findBefore(parent, found);
    if (kind === "tr") findColumns(parent, found);
    else if (parent.kids.length < 2) return;
    // Of two cells without a header the first may be the label of the other.
    const cells =
      kind === "tr" && headerOf(parent) !== parent
        ? parent.kids.filter((id) => /^t[dh]$/.test(kindOf(model.get(id) ?? parent)))
        : [];
    const isFeed = FEED.test(`${parent.attributes.class} ${model.get(parent.parent)?.attributes.class}`);
    let heading: Topic | undefined;
    let pending: Topic | undefined;
    let pointing: Topic | undefined;
    let isBroad = false;
    let lasting = false;
    for (const id of parent.kids) {
      const child = model.get(id);
      if (!child || child.tag === "#other" || child.tag === "#dropped") continue;
      const childKind = kindOf(child);
      if (child.tag === "#text") {
        if (child.text.trim() === "") continue;
        if (pending) found.set(id, pending);
        else if (heading && !isBroad) found.set(id, heading);
        pending =
          (/:\s*$/.test(child.text)
            ? topicOfTerm(child.text.replace(/:\s*$/, ""), parent, "marked")
            : topicOf(/[^.,;:!?()|·•]*$/.exec(child.text)?.[0] ?? "", "loose")) ?? pending;
        continue;
      }
      if (HEADING.test(childKind) || childKind === "summary") {
        // The first heading names a page, not what stands under it.
        if (/name|person|somebody/.test(pending ?? "") && isFullName(words(child))) found.set(id, "name");
        isBroad = BROAD.test(words(child));
        heading = childKind === "h1" ? undefined : topicOf(words(child), "loose");
        pending = undefined;
      } else if (CONTROLS.has(child.tag) || hasControl(child)) {
        // What is chosen stands beside the field of a box that only looks like one.
        if (pointing && PICKER.test(`${child.attributes.class} ${child.attributes.role}`))
          found.set(id, pointing);
        pending = pointing = undefined;
      } else if (childKind === "th" || childKind === "dt") {
        // Under a header, what a row begins with is a value too.
        pending = found.has(id) ? undefined : topicOfTerm(words(child), parent, "marked");
        lasting = true;
      } else if (cells.length === 2 && cells[0] === id) {
        pending = topicOfTerm(words(child), parent, "loose");
      } else if (NO_LABEL.has(childKind)) {
        const topic =
          pending ??
          (childKind === "a" || (isBroad && !/^(?:[uod]l|table)$/.test(childKind)) ? undefined : heading);
        if (topic && childKind !== "tr" && !found.has(id)) found.set(id, topic);
        if (!lasting) pending = undefined;
      } else {
        const text = words(child);
        if (text === "") continue;
        const isLabel = child.tag === "label";
        if (isLabel) pointing = topicOfTerm(text, parent, "marked");
        const pointed = isLabel && child.attributes.for !== undefined;
        const marked =
          childKind === "label" || isFeed || /:$/.test(text) || LABELLING.test(child.attributes.class ?? "");
        const label = pointed
          ? undefined
          : marked
            ? topicOfTerm(text.replace(/:$/, ""), parent, "marked")
            : topicOfTerm(text, parent, "loose");
        if (label && !(pending && label === "somebody")) {
          pending = label;
          lasting = false;
        } else if (pending) {
          found.set(id, pending);
          if (!lasting) pending = undefined;
        } else if (heading && !isBroad) found.set(id, heading);
      }
    }
  }

  /** Whose an address is stands right before or after it, and a value may stand above its label. */
  function findBefore(parent: Known, found: Map<number, Topic>): void {
    let [before, value] = [0, ""];
    let [last, said] = [0, ""];
    for (const id of parent.kids) {
      const kid = model.get(id);
      const text = kid ? words(kid) : "";
      if (text === "") continue;
      if (isMail(said) && isFullName(text)) found.set(id, "name");
      if (isMail(text) && isFullName(said)) found.set(last, "name");
      [before, value, last, said] = [last, said, id, text];
    }
    const topic = BENEATH.test(model.get(last)?.attributes.class ?? "") && topicOf(said, "loose");
    if (topic && !topicOf(value, "loose")) found.set(before, topic);
  }

  /** A label's topic; a bare "Name" is a person's beside other words of a person. */
  function topicOfTerm(text: string, parent: Known, use: "marked" | "loose"): Topic | undefined {
    if (!isBareName(text))
      return use === "marked" && /^(?:user|actor)$/i.test(text) ? "person" : topicOf(text, use);
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

  /** Cells under a header that says what they are: by the column's own key where there is one, or by their place. */
  function findColumns(row: Known, found: Map<number, Topic>): void {
    const header = headerOf(row);
    if (!header || header === row || countOf(row, "th") > 1) return;
    const cells = (of: Known) => {
      let next = 0;
      return of.kids.flatMap((id) => {
        const cell = model.get(id);
        if (!cell || !/^t[dh]$/.test(kindOf(cell))) return [];
        const { "col-id": id1, "data-field": id2, "aria-colindex": number, colspan } = cell.attributes;
        const at = { cell, key: id1 ?? id2, column: number ? Number(number) - 1 : next };
        next += Number(colspan) || 1;
        return [at];
      });
    };
    const topics = new Map<number | string | undefined, Topic | undefined>();
    let any: Topic | undefined;
    let keyed: string | undefined;
    for (const { cell, key, column } of cells(header)) {
      // "Subject" is a mail's beside who sent it, and otherwise any thing's.
      if (/^(?:subject|betreff)$/i.test(words(cell)) && !/from|sender|von/i.test(words(header))) continue;
      const topic = topicOfTerm(words(cell), header, "marked");
      any ??= topic;
      keyed ??= key;
      topics.set(column, topic).set(key, topic);
    }
    for (const { cell, key, column } of cells(row)) {
      const isKeyed = keyed && key;
      // A cell with a key that no header has may be any of them.
      const topic = isKeyed && !topics.has(key) ? any : topics.get(isKeyed ? key : column);
      if (topic) found.set(cell.id, topic);
    }
  }

  const headers = new Map<number, Known | undefined>();

  /** The first row of a table that says anything, where it is made of headers. */
  function headerOf(row: Known): Known | undefined {
    let table = model.get(row.parent);
    for (let depth = 0; table && kindOf(table) !== "table" && depth < 9; depth++)
      table = model.get(table.parent);
    if (!table) return undefined;
    if (!headers.has(table.id)) {
      const first = firstRow(table, 0);
      headers.set(table.id, first && (areHeads(first) || isMadeUp(first)) ? first : undefined);
    }
    return headers.get(table.id);
  }

  const countOf = (row: Known, kind: string): number =>
    row.kids.filter((id) => kindOf(model.get(id) ?? row) === kind).length;

  /** All but a corner are headers; of pairs in one row each speaks for the next. */
  const areHeads = (row: Known): boolean => countOf(row, "td") < Math.min(countOf(row, "th"), 2);

  /** Whether a row without headers reads like one all the same: short words that name what a person has. */
  function isMadeUp(row: Known): boolean {
    if (countOf(row, "th")) return false;
    const cells = row.kids.map((id) => model.get(id)).filter((cell) => cell?.tag === "td");
    const terms = cells.map((cell) => (cell ? words(cell) : ""));
    const known = terms.filter((term) => isBareName(term) || topicOf(term, "loose")).length;
    return known > 1 && terms.every((term) => term.length < 40 && !/\d{2}|@/.test(term));
  }

  function firstRow(at: Known, depth: number): Known | undefined {
    if (kindOf(at) === "tr") return words(at) ? at : undefined;
    if (depth > 5) return undefined;
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
