// The grant lies in this tab's sessionStorage, and only there.
import { guard } from "../shared/guard";
import type { Grant } from "../shared/wire";
import { HANDOVER_MS, KEY } from "./constants";

export interface Kept {
  grant: Grant;
  tab: string;
  /** Server time less ours, in ms, measured at the exchange. */
  offset: number;
  /** A hand has started it, or it came straight from our own page. */
  started: boolean;
  pausedByPerson: boolean;
  /** Numbers the placeholders of this recording; it never leaves the browser. */
  key: string;
  /** Gated chunks without an answer yet: [page, seq, head, JSON]. */
  waiting: [number, number, string, string][];
}

export function randomTab(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join("");
}

export function parse(text: string | undefined): Kept | undefined {
  if (!text) return undefined;
  try {
    const kept = JSON.parse(text) as Kept;
    return typeof kept.grant.token === "string" && Array.isArray(kept.waiting) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** False when the browser has no room for it; then it lives as long as the page does. */
export function keep(kept: Kept): boolean {
  return (
    guard(() => {
      sessionStorage.setItem(KEY, JSON.stringify(kept));
      return true;
    })() === true
  );
}

export function purge(): void {
  guard(() => sessionStorage.removeItem(KEY))();
  guard(() => localStorage.removeItem(KEY))();
}

/** Leave the grant for a tab that opens `address` within ten seconds. A new tab gets no sessionStorage. */
export function handOver(address: string, kept: Kept): void {
  const forTab = JSON.stringify({ ...kept, tab: randomTab(), waiting: [] });
  guard(() => localStorage.setItem(KEY, JSON.stringify([address, Date.now() + HANDOVER_MS, forTab])))();
}
