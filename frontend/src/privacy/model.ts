// What the gate remembers of the page: the tree with its texts, its marks and what each element is called. Events
// of the recorder name nodes by number only; whether a text may leave depends on where it stands.
import { BLOCK, type Exposure, MASK, SHOW, tighten } from "./exposure";
import { markOf } from "./marks";

export interface Known {
  readonly id: number;
  parent: number;
  /** Lower case; `#text`, `#document`, `#other` for what is no element. */
  readonly tag: string;
  readonly svg: boolean;
  kids: number[];
  /** Of a text: what it says, raw, and what of it left last. */
  text: string;
  left: string | undefined;
  /** Of an element whose texts are read as one: what they said when they were last read. */
  said: string | undefined;
  /** When they were last seen being written. */
  written: number;
  /** Its first words, until something in it changes. */
  words: string | undefined;
  /** Whether a field is somewhere in it, as long as that is known. */
  holds: boolean | undefined;
  /** Raw attributes that say what the element is; they stay here. */
  readonly attributes: Record<string, string>;
  /** The strictest mark this element ever carried: taking a mark off shows nothing again. */
  mark: Exposure;
  unmask: boolean;
  /** Lower case type of an input. A password stays one whatever its type becomes. */
  type: string;
  wasPassword: boolean;
}

/** What only the live page can say: the site's own selectors, and sizes. Pure callers pass their own. */
export interface Look {
  /** By the site's selectors, the element and all above it, through shadow roots. Must not throw. */
  exposure(id: number): Exposure;
  size(id: number): { width: number; height: number } | undefined;
}

/** Attributes that name an element, or what it belongs to. */
const NAMING =
  /^(?:class|id|name|for|role|type|autocomplete|inputmode|itemprop|itemtype|scope|colspan|contenteditable|col-id|aria-(?:label|labelledby|live|colindex)|data-(?:label|title|heading|header|caption|section|th|field|col|column|key|name|type|role|slot|testid|test|test-id|cy|qa|prop|attribute|property))$/;

export type Model = ReturnType<typeof createModel>;

export function createModel(look: Look, mayUnmask: boolean) {
  let nodes = new Map<number, Known>();
  /** What was known before the latest snapshot: marks and passwords are remembered over it. */
  let past = new Map<number, Known>();
  /** Elements by the page's own ids, and labels by the id that they point at. */
  let named = new Map<string, number>();
  let labels = new Map<string, number>();

  /** A snapshot begins: the tree is told anew, the numbers stay. */
  function begin(): void {
    past = nodes;
    nodes = new Map();
    named = new Map();
    labels = new Map();
  }

  function get(id: number): Known | undefined {
    return nodes.get(id);
  }

  function byName(name: string): Known | undefined {
    return nodes.get(named.get(name) ?? 0);
  }

  function labelOf(known: Known): Known | undefined {
    return nodes.get(labels.get(known.attributes.id ?? "") ?? 0);
  }

  /** A node that was serialised; what it was before counts on, also what hid it where it stood before. */
  function add(
    id: number,
    parent: number,
    tag: string,
    svg: boolean,
    attributes: Record<string, unknown>,
  ): Known {
    const here = nodes.get(id);
    const before = here ?? past.get(id);
    const moved = here !== undefined && here.parent !== parent;
    const known: Known = {
      id,
      parent,
      tag,
      svg,
      kids: [],
      text: "",
      left: undefined,
      said: before?.said,
      written: before?.written ?? 0,
      words: undefined,
      holds: undefined,
      attributes: {},
      mark: moved ? tighten(here.mark, exposureOf(id)) : (before?.mark ?? SHOW),
      unmask: false,
      type: "",
      wasPassword: before?.wasPassword ?? false,
    };
    if (here) detach(here);
    nodes.set(id, known);
    if (tag !== "#text") note(known, attributes);
    return known;
  }

  /** Put a node among its parent's, before `next` or at the end. */
  function place(known: Known, next: number | null = null): void {
    const kids = nodes.get(known.parent)?.kids;
    if (!kids) return;
    const at = next === null ? -1 : kids.indexOf(next);
    if (at < 0) kids.push(known.id);
    else kids.splice(at, 0, known.id);
    touch(known.parent);
  }

  /** A text says something else now. */
  function tell(known: Known, text: string): void {
    known.text = text;
    touch(known.id);
  }

  function touch(id: number): void {
    let known = nodes.get(id);
    for (let depth = 0; known && depth < 2_000; depth++) {
      known.words = known.holds = undefined;
      known = nodes.get(known.parent);
    }
  }

  /** Take a node out of the tree. Its number stays known: it may come back elsewhere in the same breath. */
  function detach(known: Known): void {
    const kids = nodes.get(known.parent)?.kids;
    const at = kids?.indexOf(known.id) ?? -1;
    if (at < 0) return;
    kids?.splice(at, 1);
    touch(known.parent);
  }

  /**
   * Take notice of changed attributes. Answers whether the element is stricter than before, so that a fresh
   * snapshot can replace what was shown until now.
   */
  function note(known: Known, attributes: Record<string, unknown>): boolean {
    for (const name in attributes) {
      const value = attributes[name];
      if (!NAMING.test(name)) continue;
      if (typeof value === "string") known.attributes[name] = value;
      else if (value === null) delete known.attributes[name];
      if (name === "id" && typeof value === "string") named.set(value, known.id);
      if (name === "for" && typeof value === "string") labels.set(value, known.id);
    }
    const { exposure, unmask } = markOf(attributes);
    const before = known.mark;
    known.mark = tighten(known.mark, exposure);
    if (isEditable(attributes.contenteditable)) known.mark = tighten(known.mark, MASK);
    if (unmask) known.unmask = true;
    if (typeof attributes.type === "string") known.type = attributes.type.toLowerCase();
    if (known.type === "password" || attributes["data-rr-is-password"] !== undefined)
      known.wasPassword = true;
    return known.mark > before;
  }

  /** How much of a node may leave, with everything above it. What is unknown is masked. */
  function exposureOf(id: number): Exposure {
    const chain: Known[] = [];
    let at = id;
    for (let depth = 0; depth < 2_000; depth++) {
      const known = nodes.get(at);
      if (known === undefined) return fold(chain, MASK, id);
      chain.push(known);
      if (known.parent === 0) return fold(chain, SHOW, id);
      at = known.parent;
    }
    return BLOCK;
  }

  function fold(chain: Known[], start: Exposure, id: number): Exposure {
    let exposure = start;
    for (let i = chain.length - 1; i >= 0; i--) {
      const known = chain[i];
      if (known === undefined) continue;
      if (known.unmask && mayUnmask && exposure === MASK) exposure = SHOW;
      exposure = tighten(exposure, known.mark);
    }
    return exposure === BLOCK ? BLOCK : tighten(exposure, look.exposure(id));
  }
  return { begin, get, byName, labelOf, add, place, tell, detach, note, exposure: exposureOf };
}

function isEditable(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "false" && value !== "inherit";
}
