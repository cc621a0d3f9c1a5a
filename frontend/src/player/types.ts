/** What the server sends (docs/wire.md, "Replay"). All `_ms` are epoch milliseconds unless they are durations. */

export interface WirePage {
  page: number;
  tab: string;
  url: string;
  start_ms: number;
  end_ms: number;
}

export interface WireSegment {
  n: number;
  page: number;
  start_ms: number;
  end_ms: number;
  bytes: number;
}

export interface WireSpan {
  from_ms: number;
  to_ms: number;
}

export interface WireGap {
  from_ms: number;
  to_ms?: number;
  cause: string;
}

export interface WireFront {
  at_ms: number;
  page: number;
}

/** In the order of their weight. */
export const SERIOUS = ["error", "network", "message", "console"] as const;
export const SIGNS = ["rage", "dead", "loop", "crash", "slow", "reload", "back"] as const;
export type ProblemKind = (typeof SERIOUS)[number] | (typeof SIGNS)[number];
export type MarkerKind = ProblemKind | "navigate" | "note" | "remark";

export interface WireMarker {
  at_ms: number;
  kind: MarkerKind;
  text: string;
}

export interface WireStep {
  at_ms: number;
  kind: string;
  text: string;
}

export interface WireConsole {
  at_ms: number;
  level: string;
  text: string;
  count?: number;
}

export interface WireNetwork {
  at_ms: number;
  kind: string;
  method: string;
  url: string;
  status: number;
  duration_ms?: number | null;
  request_bytes?: number | null;
  response_bytes?: number | null;
  error?: string | null;
}

export interface WireError {
  at_ms: number;
  message: string;
  source?: string | null;
  stack?: string | null;
}

/** Where the second gate found something; what it was is nowhere any more. */
export interface WireCatch {
  at_ms: number;
  page: number;
  class: string;
  place: string;
  element: string;
}

export interface WireIndex {
  recording: string;
  state: string;
  start_ms: number;
  end_ms: number;
  duration_ms: number;
  epoch: number;
  /** Our own names of the public files that the pages showed, by their addresses. */
  assets?: Record<string, string>;
  pages: WirePage[];
  segments: WireSegment[];
  /** Absent in what was packed before it was written down. */
  fronts?: WireFront[];
  gaps: WireGap[];
  idle: WireSpan[];
  markers: WireMarker[];
  steps: WireStep[];
  console: WireConsole[];
  network: WireNetwork[];
  errors: WireError[];
  masked: Record<string, number>;
  second_gate: Record<string, number>;
  /** Absent in what was packed before it was written down. */
  caught?: WireCatch[];
}

/** An rrweb event, as far as we look into it. */
export interface ReplayEvent {
  type: number;
  data: unknown;
  timestamp: number;
}
