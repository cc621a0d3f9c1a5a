// The grant lies in this tab's sessionStorage, and only there.
import { guard } from "../shared/guard";
import type { Grant } from "../shared/wire";
import { HANDOVER_MS, KEY } from "./constants";

/** A gated chunk without an answer yet: page, seq, head, JSON. */
export type Waiting = [number, number, string, string];
/** From and to, in the server's milliseconds. */
export type Span = [number, number];

/** Who paused: a hand, the page's script, we ourselves, a path that is never recorded, or another window. */
export type PausedBy = "" | "person" | "page" | "us" | "path" | "elsewhere";

export interface Kept {
  grant: Grant;
  tab: string;
  /** Server time less ours, in ms, measured at the exchange. */
  offset: number;
  /** A hand has started it, or it came straight from our own page. */
  started: boolean;
  pausedBy: PausedBy;
  /** Numbers the placeholders of this recording; it never leaves the browser. */
  key: string;
  waiting: Waiting[];
  /** What could not be kept, for the next page to mark as a gap. */
  lost?: Span | undefined;
}

/**
 * Before the kept text while a page of this tab is open: a copy of it (a popup, a duplicated tab) must not join.
 * Its blanks make room for what a page that leaves has to say, should the page's own have filled the storage.
 */
const HELD = "!".padEnd(64);

export function spanOf(chunks: Waiting[]): Span {
  const heads = chunks.map(([, , head]) => head.split(" ").map(Number));
  return [Math.min(...heads.map(([first = 0]) => first)), Math.max(...heads.map(([, last = 0]) => last))];
}

export function randomTab(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join("");
}

export function parse(text: string | null | undefined): Kept | undefined {
  if (!text) return undefined;
  try {
    const kept = JSON.parse(text.replace(/^! */, "")) as Kept;
    return typeof kept.grant.token === "string" && Array.isArray(kept.waiting) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function write(mark: string, kept: Kept): void {
  const set = (value: Kept) =>
    guard(() => {
      sessionStorage.setItem(KEY, mark + JSON.stringify(value));
      return true;
    })();
  // Without room for the chunks, the next page learns at least that they were there.
  if (!set(kept) && kept.waiting.length > 0) set({ ...kept, waiting: [], lost: spanOf(kept.waiting) });
}

/** This page has it. */
export const hold = (kept: Kept): void => write(HELD, kept);
/** This page goes: the next one of this tab may take it. */
export const putDown = (kept: Kept): void => write("", kept);
/** What lies there now: another page of this tab may have changed or ended it. */
export const lying = (): Kept | undefined => parse(guard(() => sessionStorage.getItem(KEY))());

export function purge(): void {
  guard(() => sessionStorage.removeItem(KEY))();
  guard(() => localStorage.removeItem(KEY))();
}

/** Leave the grant for a tab that opens `address` within ten seconds. A new tab gets no sessionStorage. */
export function handOver(address: string, kept: Kept): void {
  const forTab = JSON.stringify({ ...kept, tab: randomTab(), waiting: [], lost: undefined });
  const left = JSON.stringify([address, Date.now() + HANDOVER_MS, forTab]);
  guard(() => localStorage.setItem(KEY, left))();
  setTimeout(
    guard(() => localStorage.getItem(KEY) === left && localStorage.removeItem(KEY)),
    HANDOVER_MS,
  );
}

/** A hand-over that nobody claimed in time. */
export function tidy(): void {
  guard(() => {
    const left = localStorage.getItem(KEY);
    if (left && JSON.parse(left)[1] < Date.now()) localStorage.removeItem(KEY);
  })();
}
