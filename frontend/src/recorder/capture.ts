// rrweb between the page and the gate. Nothing that it emits goes anywhere but through `gate.pass`.
import { record } from "@rrweb/record";
import {
  BLOCK,
  BLOCK_SELECTOR,
  createGate,
  type Event,
  type Exposure,
  type Look,
  MASK,
  SHOW,
  type Vocabulary,
} from "../privacy";
import { all, guard, listen, type Stop } from "../shared/guard";
import type { Policy } from "../shared/wire";
import { BUDGET_MS, BUDGET_WINDOW_MS, SNAPSHOT_BYTES, SNAPSHOT_MS } from "./constants";

export interface Capture {
  emit(tag: string, payload: Record<string, unknown>): void;
  snapshot(): void;
  /** A snapshot when the page has had its turn; asked for twice, it is taken once. */
  snapshotSoon(): void;
  /** The policy has got another selector to block: from now on it is. */
  tighten(): void;
  stop: Stop;
}

export interface CaptureOptions {
  policy: Policy;
  key: string;
  /** What a strict site shows all the same. */
  holds?: Vocabulary | undefined;
  now(): number;
  paused(): boolean;
  out(event: Event): void;
  overBudget(): void;
}

const BAR = "placet-bar";
/** rrweb's own mark, which pages may carry from another recorder. */
const BLOCKED_BEFORE = ".rr-block";
/** Their values are what the page wrote on them. */
const BUTTONS = /^(submit|button|reset|image)$/;

/** The page's tree across shadow roots, which `closest` does not cross. */
function within(node: Node | null, selector: string): boolean {
  let at: Node | null = node instanceof Element ? node : (node?.parentNode ?? null);
  while (at) {
    if (at instanceof Element && at.closest(selector)) return true;
    const root: Node = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return false;
}

function valid(selectors: string[]): { list: string; broken: boolean } {
  const good = selectors.filter((selector) => {
    try {
      document.createDocumentFragment().querySelector(selector);
      return true;
    } catch {
      return false;
    }
  });
  return { list: good.join(","), broken: good.length < selectors.length };
}

/** Roughly how much JSON a mutation makes; exact would mean writing it twice. */
function weigh(event: Event): number {
  const data = event.data as { adds?: unknown[]; attributes?: unknown[]; texts?: unknown[] };
  const count = (list: unknown[] | undefined) => (Array.isArray(list) ? list.length : 0);
  return 100 + 250 * count(data.adds) + 120 * count(data.attributes) + 80 * count(data.texts);
}

export const nodeOf = (id: number): Node | null => record.mirror.getNode(id);

export function startCapture({ policy, key, holds, now, paused, out, overBudget }: CaptureOptions): Capture {
  const mask = valid(policy.mask_selectors);
  let block = valid(policy.block_selectors);

  function exposureOf(node: Node | null): Exposure {
    // A selector of the site's that does not parse hides everything rather than nothing.
    if (node === null || mask.broken || block.broken) return MASK;
    if (block.list && within(node, block.list)) return BLOCK;
    return mask.list && within(node, mask.list) ? MASK : SHOW;
  }
  const look: Look = {
    exposure: (id) => guard(() => exposureOf(record.mirror.getNode(id)))() ?? MASK,
    size: guard((id: number) => {
      const node = record.mirror.getNode(id);
      if (!(node instanceof Element)) return undefined;
      const { width, height } = node.getBoundingClientRect();
      return { width: Math.round(width), height: Math.round(height) };
    }),
  };
  const gate = createGate(policy, look, key, holds);
  const open = new Set(policy.open_input_types);
  let sinceBytes = 0;
  let sinceMs = now();
  let failures = 0;
  let spent = 0;
  let windowBegan = performance.now();
  let asked = false;
  let stopped = false;
  const frames = new Map<HTMLIFrameElement, Stop>();

  const ours = (tag: string, payload: Record<string, unknown>) => {
    const { label } = payload;
    // An element is told by its number: the gate knows what of its words may leave.
    const told = label instanceof Element ? { ...payload, label: record.mirror.getId(label) } : payload;
    const { event } = gate.pass({ type: 5, data: { tag, payload: told }, timestamp: now() });
    if (event && !paused() && !stopped) out(event);
  };

  const snapshot = guard(() => {
    asked = false;
    sinceBytes = 0;
    sinceMs = now();
    record.takeFullSnapshot();
  });
  const snapshotSoon = () => {
    if (asked || stopped) return;
    asked = true;
    setTimeout(() => !stopped && !paused() && snapshot(), 0);
  };

  function report(): void {
    const counts = gate.counts();
    if (counts) ours("placet.masked", { counts });
    for (const { cause, id, unsure } of gate.unseen()) {
      const node = unsure ? record.mirror.getNode(id) : null;
      if (node instanceof HTMLIFrameElement) watchFrame(node, id);
      else ours("placet.unseen", { cause, id });
    }
  }

  /** A frame of the same site is recorded with the page; whether it is a stranger's shows each time it has loaded. */
  function watchFrame(frame: HTMLIFrameElement, id: number): void {
    const look = () => {
      if (!guard(() => frame.contentDocument)()) ours("placet.unseen", { cause: "frame", id });
    };
    frames.get(frame)?.();
    frames.set(frame, listen(frame, "load", look));
    look();
  }

  function budget(begun: number): void {
    const end = performance.now();
    if (end - windowBegan > BUDGET_WINDOW_MS) {
      windowBegan = end;
      spent = 0;
    }
    spent += end - begun;
    if (spent > BUDGET_MS) {
      spent = 0;
      overBudget();
    }
  }

  function take(raw: unknown): void {
    if (stopped || paused()) return;
    const begun = performance.now();
    const { event, failed, tightened } = gate.pass({ ...(raw as object), timestamp: now() });
    if (event) {
      out(event);
      if (event.type === 2) sinceMs = now();
      else sinceBytes += weigh(event);
    }
    if (failed && failures++ < 5) {
      ours("placet.gap", { cause: "gate", from_ms: now() });
      snapshotSoon();
    }
    if (tightened) snapshotSoon();
    const due = sinceBytes > SNAPSHOT_BYTES || now() - sinceMs > SNAPSHOT_MS;
    if (due && event?.type === 3) snapshotSoon();
    report();
    budget(begun);
  }

  const shows = ({ type }: HTMLInputElement) => open.has(type) || BUTTONS.test(type);
  const shownOf = (text: string, field: HTMLInputElement): string => {
    if (text === "" || (field instanceof HTMLInputElement && shows(field))) return text;
    const { type, name, id, autocomplete, labels } = field;
    const label = labels?.[0]?.textContent ?? field.getAttribute("aria-label");
    const words = [type === "textarea" ? "message" : type, name, id, autocomplete, label];
    return gate.typed(field, words, text);
  };
  // Everything else that rrweb can be asked for is settled in rrweb.mjs.
  const stopRecord = record({
    emit: guard(take),
    maskInputFn: (text, element) => guard(shownOf)(text, element as HTMLInputElement) ?? "*",
    blockSelector: [BLOCK_SELECTOR, BAR, BLOCKED_BEFORE, block.list].filter(Boolean).join(","),
  });

  return {
    emit: guard(ours),
    snapshot: () => void snapshot(),
    snapshotSoon,
    tighten: () => {
      block = valid(policy.block_selectors);
      snapshot();
    },
    stop: () => {
      if (stopped) return;
      stopped = true;
      all(...frames.values(), () => stopRecord?.())();
    },
  };
}
