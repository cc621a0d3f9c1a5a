// The one way out of the page. Every event of every observer goes through `pass`; what it does not know stays.
import { createContext } from "./context";
import { cleanCustom } from "./customs";
import { cleanIncrement } from "./increments";
import { createModel, type Look } from "./model";
import { cleanNode, type Desk, labelOf, learnNode, refresh, type Unseen } from "./nodes";
import { useKey } from "./pseudonym";
import { type Event, fields, number, numbers, string, TYPE } from "./shapes";
import { cleanText, isPlaceholder, useTexts } from "./text";
import { cleanUrl, useAssets } from "./url";
import type { Vocabulary } from "./vocabulary";
import { topicOf } from "./words";

/** The parts of a site's policy that the gate reads. A site only ever adds to the built-in rules. */
export interface GatePolicy {
  readonly query_keys: readonly string[];
  /** Whether `data-placet-unmask` may show what a mark above it masks. Never what is blocked, never a password. */
  readonly unmask: boolean;
  /** Input types whose values pass the text rules instead of being hidden whole. */
  readonly open_input_types: readonly string[];
  /** Where the site's public pictures, sheets and fonts lie: their file names stay. */
  readonly asset_origins?: readonly string[];
  /** JSON pointers of what may be kept of an answer; the text rules hold for it. */
  readonly response_fields?: readonly string[];
  /** Expressions that the server has found harmless; what they match is hidden in every text. */
  readonly text_patterns?: readonly string[];
  /** In `strict`, text is shown only where it belongs to the interface. */
  readonly mode?: "standard" | "strict";
}

export interface Verdict {
  /** What may leave; nothing when the event was dropped. */
  readonly event?: Event;
  /** A rule failed: what the page looks like is uncertain until the next snapshot. */
  readonly failed?: true;
  /** Something that was shown is marked now: a snapshot should follow. */
  readonly tightened?: true;
}

export interface Gate {
  /**
   * What a field shows instead of a value. `words` are all that says what it asks for; a person's value is
   * remembered, so that it is hidden wherever the page repeats it.
   */
  typed(field: object, words: readonly (string | null | undefined)[], value: string): string;
  pass(event: unknown): Verdict;
  /** How often each rule hid something since the last call; `undefined` when never. */
  counts(): Record<string, number> | undefined;
  /** Places that the recording cannot show, since the last call. */
  unseen(): Unseen[];
}

/** Sites may open many types, but never these. */
const NEVER_OPEN = new Set(["password", "hidden", "file"]);

/** Letters that a typed value has at least, before it is looked for in the page. */
const SHORTEST_TYPED = 4;

const DROPPED: Verdict = {};

/**
 * `key`: any text that nobody can guess, the same for all pages of one recording; it numbers the placeholders.
 * `holds`: of a strict site, the words that are its own.
 */
export function createGate(policy: GatePolicy, look: Look, key: string, holds?: Vocabulary): Gate {
  useKey(key);
  useTexts(policy.text_patterns ?? []);
  useAssets(policy.asset_origins ?? []);
  const model = createModel(look, policy.unmask);
  const typed = new Map<object, string>();
  let tally: Record<string, number> = {};
  let places: Unseen[] = [];
  const desk: Desk = {
    model,
    look,
    count: (rule) => {
      tally[rule] = (tally[rule] ?? 0) + 1;
    },
    queryKeys: policy.query_keys,
    openTypes: new Set(policy.open_input_types.filter((type) => !NEVER_OPEN.has(type))),
    typed,
    strict: policy.mode === "strict",
    holds: holds ?? (() => false),
    hidden: new Set(),
    now: 0,
    context: createContext(model),
    read: new Map(),
    unseen: (place) => places.push(place),
  };

  function clean(event: Event): Verdict {
    const { type, timestamp } = event;
    desk.now = timestamp;
    switch (type) {
      case TYPE.meta: {
        const data = fields(event.data);
        const href = cleanUrl(string(data.href), { queryKeys: policy.query_keys });
        return { event: { type, data: { href, ...numbers(data, "width", "height") }, timestamp } };
      }
      case TYPE.fullSnapshot: {
        const data = fields(event.data);
        model.begin();
        learnNode(data.node, 0, null, desk);
        refresh(desk);
        const node = cleanNode(data.node, 0, desk);
        return {
          event: {
            type,
            data: { node, initialOffset: numbers(fields(data.initialOffset), "left", "top") },
            timestamp,
          },
        };
      }
      case TYPE.incremental: {
        const { data, tightened } = cleanIncrement(event.data, desk);
        return { ...(data ? { event: { type, data, timestamp } } : {}), ...(tightened ? { tightened } : {}) };
      }
      case TYPE.custom: {
        const data = cleanCustom(event.data, {
          queryKeys: policy.query_keys,
          fields: policy.response_fields ?? [],
          count: desk.count,
          label: (id) => labelOf(id, desk),
        });
        return data ? { event: { type, data, timestamp } } : DROPPED;
      }
      default:
        return DROPPED;
    }
  }

  return {
    typed(field, words, value) {
      const text = value.trim();
      const isPersonal = words.some((word) => word && topicOf(word, "input") !== undefined);
      // Short words and small numbers are in many texts by chance.
      if (isPersonal && text.length >= SHORTEST_TYPED && /\p{L}{3}|\d{4}/u.test(text)) typed.set(field, text);
      else typed.delete(field);
      const clean = cleanText(value);
      // The agent sees that two addresses differ, without seeing either.
      return isPlaceholder(clean) ? clean : value && "*";
    },
    pass(raw) {
      try {
        const event = fields(raw);
        return clean({ type: number(event.type), data: event.data, timestamp: number(event.timestamp) });
      } catch {
        return { failed: true };
      }
    },
    counts() {
      const result = tally;
      tally = {};
      return Object.keys(result).length > 0 ? result : undefined;
    },
    unseen() {
      const result = places;
      places = [];
      return result;
    },
  };
}
