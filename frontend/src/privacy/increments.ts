// What happens after a snapshot, one function for each source. A source without one is dropped.
import { CHOICES } from "./attributes";
import { cleanCss, cleanDeclaration } from "./css";
import { BLOCK, MASK } from "./exposure";
import {
  cleanAttributes,
  cleanNode,
  cleanNodeText,
  type Desk,
  inputValue,
  learnNode,
  refresh,
} from "./nodes";
import { readText } from "./reading";
import { type Fields, fields, list, number, numbers, SOURCE, string, Unknown } from "./shapes";

/** Clean data, or `undefined` when nothing of it may leave. `tightened` asks for a fresh snapshot. */
export interface Increment {
  data: Fields | undefined;
  tightened?: boolean;
}

type Cleaner = (data: Fields, desk: Desk) => Increment;

const isShown = (id: number, desk: Desk): boolean =>
  desk.model.get(id) !== undefined && desk.model.exposure(id) !== BLOCK;

const mutation: Cleaner = (data, desk) => {
  const changed = list(data.attributes).map(fields);
  // Marks first: what is added or changed in the same breath already stands under them.
  let tightened = false;
  for (const entry of changed) if (tightens(entry, desk)) tightened = true;
  const roots = new Set<number>();
  const removed = list(data.removes)
    .map(fields)
    .flatMap((entry) => removeNode(entry, roots, desk));
  // One after the other: the second is often a child of the first.
  const added = list(data.adds)
    .map(fields)
    .flatMap((entry) => {
      const parent = number(entry.parentId);
      const next = entry.nextId === null || entry.nextId === undefined ? null : number(entry.nextId);
      if (!isShown(parent, desk)) return [];
      learnNode(entry.node, parent, next, desk);
      return [{ raw: entry.node, parent, next }];
    });
  const told = list(data.texts).map(fields);
  for (const entry of told) {
    const known = desk.model.get(number(entry.id));
    if (known) desk.model.tell(known, entry.value === null ? "" : string(entry.value));
  }
  refresh(desk);
  for (const { raw } of added) maskCopies(raw, desk);
  const adds = added.map(({ raw, parent, next }) => ({
    parentId: parent,
    nextId: next,
    node: cleanNode(raw, parent, desk),
  }));
  const texts = told.flatMap((entry) => {
    const id = number(entry.id);
    const parent = desk.model.get(id)?.parent;
    if (parent === undefined || !isShown(parent, desk)) return [];
    return [{ id, value: cleanNodeText(id, parent, desk) }];
  });
  const attributes = changed.flatMap((entry) => {
    const id = number(entry.id);
    const known = desk.model.get(id);
    if (known === undefined || known.tag === "#dropped" || !isShown(id, desk)) return [];
    const clean = cleanAttributes(fields(entry.attributes), known, desk.model.exposure(id), desk);
    return Object.keys(clean).length > 0 ? [{ id, attributes: clean }] : [];
  });
  texts.push(...readAgain(roots, desk));
  if (adds.length + texts.length + attributes.length + removed.length === 0)
    return { data: undefined, tightened };
  const attach = data.isAttachIframe === true ? { isAttachIframe: true } : {};
  return {
    data: { source: SOURCE.mutation, texts, attributes, removes: removed, adds, ...attach },
    tightened,
  };
};

/** Letters that a copied text has at least: shorter ones are in many places by chance. */
const SHORTEST_COPY = 4;

/** What is copied out of where it was hidden whole stays masked for good; the interface's words may be anywhere. */
function maskCopies(raw: unknown, desk: Desk): void {
  const node = fields(raw);
  const known = desk.model.get(number(node.id));
  const text = known?.text.trim() ?? "";
  if (
    known &&
    text.length >= SHORTEST_COPY &&
    desk.hidden.has(text) &&
    !desk.context.isShownInStrict(known.parent)
  )
    known.mark = MASK;
  for (const child of list(node.childNodes)) maskCopies(child, desk);
}

/** Whether a change hides an element that was shown: by a mark, or by what it is called now. */
function tightens(entry: Fields, desk: Desk): boolean {
  const known = desk.model.get(number(entry.id));
  if (!known) return false;
  const before = desk.context.topicOfNames(known);
  const marked = desk.model.note(known, fields(entry.attributes));
  return marked || (before === undefined && desk.context.topicOfNames(known) !== undefined);
}

function removeNode(entry: Fields, roots: Set<number>, desk: Desk): Fields[] {
  const id = number(entry.id);
  const known = desk.model.get(id);
  if (known === undefined) return [];
  desk.model.detach(known);
  roots.add(known.parent);
  return [{ parentId: number(entry.parentId), id, ...(entry.isShadow === true ? { isShadow: true } : {}) }];
}

/** Neighbours of what has changed may mean something else now: what of them leaves otherwise is told again. */
function readAgain(removedFrom: Set<number>, desk: Desk): { id: number; value: string }[] {
  const again: { id: number; value: string }[] = [];
  for (const id of removedFrom)
    for (const kid of desk.model.get(id)?.kids ?? []) {
      const known = desk.model.get(kid);
      if (known?.tag === "#text" && known.left !== undefined) readText(known, desk);
    }
  for (const [id, clean] of desk.read) {
    const known = desk.model.get(id);
    if (known?.left === undefined || known.left === clean || !isShown(known.parent, desk)) continue;
    known.left = clean;
    again.push({ id, value: clean });
  }
  return again;
}

const positions: Cleaner = (data) => ({
  data: {
    source: number(data.source),
    positions: list(data.positions).map((entry) => numbers(fields(entry), "x", "y", "id", "timeOffset")),
  },
});

const plainNumbers =
  (...names: string[]): Cleaner =>
  (data) => ({ data: { source: number(data.source), ...numbers(data, ...names) } });

const input: Cleaner = (data, desk) => {
  const id = number(data.id);
  const known = desk.model.get(id);
  if (known === undefined || !isShown(id, desk)) return { data: undefined };
  const exposure = desk.model.exposure(id);
  const choice = CHOICES.has(known.type);
  return {
    data: {
      source: SOURCE.input,
      id,
      text: choice ? "" : inputValue(string(data.text), known, exposure, desk),
      isChecked: choice && exposure < MASK && !desk.context.topicOfControl(known) && data.isChecked === true,
    },
  };
};

const where = (data: Fields): Fields => numbers(data, "id", "styleId");

const index = (value: unknown): number | number[] | undefined => {
  if (Array.isArray(value)) return value.map(number);
  return value === undefined || value === null ? undefined : number(value);
};

function withIndex(entry: Fields, rest: Fields): Fields {
  const at = index(entry.index);
  return at === undefined ? rest : { ...rest, index: at };
}

const rule = (entry: Fields): Fields => withIndex(entry, { rule: cleanCss(string(entry.rule)) });

const styleSheetRule: Cleaner = (data) => {
  const result: Fields = { source: SOURCE.styleSheetRule, ...where(data) };
  if (data.adds !== undefined) result.adds = list(data.adds).map(fields).map(rule);
  if (data.removes !== undefined)
    result.removes = list(data.removes)
      .map(fields)
      .map((entry) => withIndex(entry, {}));
  if (typeof data.replace === "string") result.replace = cleanCss(data.replace);
  if (typeof data.replaceSync === "string") result.replaceSync = cleanCss(data.replaceSync);
  return { data: result };
};

const property = (value: unknown): string => {
  const name = string(value);
  if (!/^[\w-]+$/.test(name)) throw new Unknown("property");
  return name;
};

const styleDeclaration: Cleaner = (data) => {
  const result: Fields = withIndex(data, { source: SOURCE.styleDeclaration, ...where(data) });
  if (data.set !== undefined) {
    const set = fields(data.set);
    const name = property(set.property);
    const value =
      set.value === null || set.value === undefined ? null : cleanDeclaration(name, String(set.value));
    result.set = { property: name, value, priority: set.priority === "important" ? "important" : "" };
  }
  if (data.remove !== undefined) result.remove = { property: property(fields(data.remove).property) };
  return { data: result };
};

/** Never the sheet of our own bar. */
const adoptedStyleSheet: Cleaner = (data, desk) => ({
  data:
    desk.model.get(number(data.id))?.tag === "#dropped"
      ? undefined
      : {
          source: SOURCE.adoptedStyleSheet,
          id: number(data.id),
          styleIds: list(data.styleIds).map(number),
          ...(data.styles === undefined
            ? {}
            : {
                styles: list(data.styles)
                  .map(fields)
                  .map((style) => ({
                    styleId: number(style.styleId),
                    rules: list(style.rules).map(fields).map(rule),
                  })),
              }),
        },
});

const CLEANERS: Record<number, Cleaner> = {
  [SOURCE.mutation]: mutation,
  [SOURCE.mouseMove]: positions,
  [SOURCE.touchMove]: positions,
  [SOURCE.drag]: positions,
  [SOURCE.mouseInteraction]: plainNumbers("type", "id", "x", "y", "pointerType"),
  [SOURCE.scroll]: plainNumbers("id", "x", "y"),
  [SOURCE.viewportResize]: plainNumbers("width", "height"),
  [SOURCE.input]: input,
  [SOURCE.styleSheetRule]: styleSheetRule,
  [SOURCE.styleDeclaration]: styleDeclaration,
  [SOURCE.adoptedStyleSheet]: adoptedStyleSheet,
};

export function cleanIncrement(raw: unknown, desk: Desk): Increment {
  const data = fields(raw);
  const clean = CLEANERS[number(data.source)];
  return clean === undefined ? { data: undefined } : clean(data, desk);
}
