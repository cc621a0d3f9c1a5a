// What the gate remembers of the page: for each node its parent, its tag and its marks. Events of the recorder
// name nodes by number only; whether a text may leave depends on where it stands.
import { BLOCK, type Exposure, MASK, SHOW, tighten } from "./exposure";
import { markOf } from "./marks";

export interface Known {
  readonly parent: number;
  /** Lower case; `#text`, `#document`, `#other` for what is no element. */
  readonly tag: string;
  readonly svg: boolean;
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

export class Model {
  private nodes = new Map<number, Known>();
  /** What was known before the latest snapshot: marks and passwords are remembered over it. */
  private past = new Map<number, Known>();

  constructor(
    private readonly look: Look,
    private readonly mayUnmask: boolean,
  ) {}

  /** A snapshot begins: the tree is told anew, the numbers stay. */
  begin(): void {
    this.past = this.nodes;
    this.nodes = new Map();
  }

  /** The numbers begin anew. */
  reset(): void {
    this.past = new Map();
    this.nodes = new Map();
  }

  get(id: number): Known | undefined {
    return this.nodes.get(id);
  }

  /** A node that was serialised; what it was before counts on. */
  add(id: number, parent: number, tag: string, svg: boolean, attributes: Record<string, unknown>): Known {
    const before = this.nodes.get(id) ?? this.past.get(id);
    const known: Known = {
      parent,
      tag,
      svg,
      mark: before?.mark ?? SHOW,
      unmask: false,
      type: "",
      wasPassword: before?.wasPassword ?? false,
    };
    this.nodes.set(id, known);
    this.note(known, attributes);
    return known;
  }

  /**
   * Take notice of changed attributes. Answers whether the element is stricter than before, so that a fresh
   * snapshot can replace what was shown until now.
   */
  note(known: Known, attributes: Record<string, unknown>): boolean {
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
  exposure(id: number): Exposure {
    const chain: Known[] = [];
    let at = id;
    for (let depth = 0; depth < 2_000; depth++) {
      const known = this.nodes.get(at);
      if (known === undefined) return this.fold(chain, MASK, id);
      chain.push(known);
      if (known.parent === 0) return this.fold(chain, SHOW, id);
      at = known.parent;
    }
    return BLOCK;
  }

  private fold(chain: Known[], start: Exposure, id: number): Exposure {
    let exposure = start;
    for (let i = chain.length - 1; i >= 0; i--) {
      const known = chain[i];
      if (known === undefined) continue;
      if (known.unmask && this.mayUnmask && exposure === MASK) exposure = SHOW;
      exposure = tighten(exposure, known.mark);
    }
    return exposure === BLOCK ? BLOCK : tighten(exposure, this.look.exposure(id));
  }
}

function isEditable(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "false" && value !== "inherit";
}
