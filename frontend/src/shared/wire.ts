// What browser and server say to each other: docs/wire.md.

export type State =
  | "created"
  | "recording"
  | "paused"
  | "processing"
  | "in_review"
  | "ready"
  | "deleting"
  | "deleted";

export interface Status {
  state: State;
  watchers: number;
  seconds_left: number;
  flush_ms: number;
  retry_after: number;
}

export interface Policy {
  console: boolean;
  network: boolean;
  query_keys: string[];
  unmask: boolean;
  mask_selectors: string[];
  block_selectors: string[];
  /** Expressions of a small, safe set (docs/wire.md): what they match in a text is hidden. */
  text_patterns: string[];
  open_input_types: string[];
  mode?: "standard" | "strict";
  /** The words of a strict site (docs/wire.md, "Vocabulary"): read by `readVocabulary` of the gate. */
  vocabulary?: { url: string; integrity: string } | null;
}

/** The answer to a start code; kept, less the page number, as this tab's grant. */
export interface Grant extends Status {
  recording: string;
  token: string;
  page: number;
  server_ms: number;
  person_url: string;
  origins: string[];
  site: string;
  agent: string;
  ticket: number;
  live: boolean;
  sign_out_paths: string[];
  never_paths: string[];
  policy: Policy;
}

export type Action = "pause" | "resume" | "stop" | "sign_out" | "withdraw" | "not_me";
