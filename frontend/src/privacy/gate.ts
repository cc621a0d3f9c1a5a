// The one way out of the page. Every event of every observer goes through `pass`; what it does not know stays.
import { cleanCustom } from "./customs";
import { cleanIncrement } from "./increments";
import { type Look, Model } from "./model";
import { cleanNode, type Desk, type Unseen } from "./nodes";
import { type Event, fields, number, numbers, string, TYPE } from "./shapes";
import { cleanUrl } from "./url";

/** The parts of a site's policy that the gate reads. A site only ever adds to the built-in rules. */
export interface GatePolicy {
  readonly query_keys: readonly string[];
  /** Whether `data-placet-unmask` may show what a mark above it masks. Never what is blocked, never a password. */
  readonly unmask: boolean;
  /** Input types whose values pass the text rules instead of being hidden whole. */
  readonly open_input_types: readonly string[];
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
  pass(event: unknown): Verdict;
  /** How often each rule hid something since the last call; `undefined` when never. */
  counts(): Record<string, number> | undefined;
  /** Places that the recording cannot show, since the last call. */
  unseen(): Unseen[];
  /** The recorder starts counting nodes anew. */
  reset(): void;
}

/** Sites may open many types, but never these. */
const NEVER_OPEN = new Set(["password", "hidden", "file"]);

const DROPPED: Verdict = {};

export function createGate(policy: GatePolicy, look: Look): Gate {
  const model = new Model(look, policy.unmask);
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
    unseen: (place) => places.push(place),
  };

  function clean(event: Event): Verdict {
    const { type, timestamp } = event;
    switch (type) {
      case TYPE.meta: {
        const data = fields(event.data);
        const href = cleanUrl(string(data.href), { queryKeys: policy.query_keys });
        return { event: { type, data: { href, ...numbers(data, "width", "height") }, timestamp } };
      }
      case TYPE.fullSnapshot: {
        const data = fields(event.data);
        model.begin();
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
        const data = cleanCustom(event.data, { queryKeys: policy.query_keys, count: desk.count });
        return data ? { event: { type, data, timestamp } } : DROPPED;
      }
      default:
        return DROPPED;
    }
  }

  return {
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
    reset: () => model.reset(),
  };
}
