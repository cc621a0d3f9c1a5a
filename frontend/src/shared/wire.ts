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
  /** JSON pointers of what may be kept of an answer. */
  response_fields?: string[];
  /** Where the site's public pictures, sheets and fonts lie. */
  asset_origins?: string[];
  mode?: "standard" | "strict";
  vocabulary?: VocabularyFile | null;
}

/** Where the words of a strict site lie: docs/wire.md, "Vocabulary". */
export interface VocabularyFile {
  url: string;
  integrity: string;
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
  /** What the bar says, by key. */
  words?: Record<string, string>;
}

export type Action = "pause" | "resume" | "stop" | "sign_out" | "withdraw" | "not_me" | "take_out";
