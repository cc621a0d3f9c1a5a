// Our own events: one table of fields for each tag of the wire. What has no row is dropped.
import type { Count } from "./count";
import { type Fields, fields, number } from "./shapes";
import { cleanText, placeholderOf } from "./text";
import { cleanUrl } from "./url";
import { topicOf } from "./words";

export interface Site {
  readonly queryKeys: readonly string[];
  /** Pointers of what the site keeps of an answer. */
  readonly fields: readonly string[];
  readonly count: Count;
  /** What of an element's own words may leave. */
  label(id: number): string;
}

type Rule = (value: unknown, site: Site) => unknown;

/** Longer texts are cut: a console is read by the line. */
const MAX_TEXT = 2_000;

const text: Rule = (value, { count }) =>
  typeof value === "string" ? cleanText(value.slice(0, MAX_TEXT), count) : undefined;
const label: Rule = (value, site) => (typeof value === "number" ? site.label(value) : text(value, site));
const url: Rule = (value, { queryKeys }) =>
  typeof value === "string" ? cleanUrl(value, { queryKeys }) : undefined;
const figure: Rule = (value) => (value === undefined || value === null ? undefined : number(value));
const word: Rule = (value) => (typeof value === "string" && /^[\w-]{1,40}$/.test(value) ? value : undefined);
const oneOf =
  (...allowed: string[]): Rule =>
  (value) =>
    typeof value === "string" && allowed.includes(value) ? value : undefined;

/** A stack: the addresses in it lose queries, fragments and telling segments; the rest is text. */
const stack: Rule = (value, site) => {
  if (typeof value !== "string") return undefined;
  const clean = value.replace(/\b(?:https?|wss?|blob|file):[^\s)"']+/g, (address) => {
    const [, base = address, line = ""] = /^(.*?)((?::\d+){0,2})$/.exec(address) ?? [];
    return cleanUrl(base, { asset: true }) + line;
  });
  return text(clean, site);
};

/** Header names whose values say how a request went, and nothing about who sent it. */
const HEADERS = new Set([
  "content-type",
  "content-length",
  "cache-control",
  "x-request-id",
  "retry-after",
  "server-timing",
]);
const headers: Rule = (value, site) => {
  if (value === undefined) return undefined;
  const result: Fields = {};
  for (const [name, entry] of Object.entries(fields(value))) {
    if (HEADERS.has(name.toLowerCase())) result[name.toLowerCase()] = text(entry, site);
  }
  return result;
};

/** What the site has named of an answer. A pointer to something of a person shows what it is, and no more. */
const answer: Rule = (value, site) => {
  if (value === undefined) return undefined;
  const given = fields(value);
  const result: Fields = {};
  for (const pointer of site.fields) {
    const entry = given[pointer];
    if (entry === undefined || typeof entry === "object") continue;
    const topic = topicOf(pointer.replace(/\W/g, " "), "loose");
    // An error's message is the application's.
    result[pointer] = topic && topic !== "message" ? placeholderOf(topic) : text(String(entry), site);
  }
  return result;
};

const counts: Rule = (value) => {
  const result: Fields = {};
  for (const [name, entry] of Object.entries(fields(value)))
    if (/^[\w -]{1,30}$/.test(name)) result[name] = number(entry);
  return result;
};

const TAGS: Record<string, Record<string, Rule>> = {
  "placet.page": { page: figure, tab: word, url, width: figure, height: figure },
  "placet.navigate": { url },
  "placet.step": { kind: oneOf("click", "input", "choose", "submit", "key"), label, role: word },
  "placet.console": {
    level: oneOf("log", "info", "warn", "error", "debug"),
    text,
    count: figure,
    stack,
  },
  "placet.error": {
    kind: oneOf("error", "rejection", "resource"),
    message: text,
    source: url,
    line: figure,
    column: figure,
    stack,
  },
  "placet.network": {
    kind: oneOf("fetch", "xhr", "beacon", "eventsource", "websocket"),
    method: word,
    url,
    status: figure,
    start_ms: figure,
    duration_ms: figure,
    request_bytes: figure,
    response_bytes: figure,
    error: text,
    operation: word,
    headers,
    fields: answer,
  },
  "placet.gap": {
    cause: oneOf("paused", "offline", "hidden", "over_budget", "gate", "covered", "never_path", "lost"),
    from_ms: figure,
    to_ms: figure,
  },
  "placet.unseen": { cause: oneOf("frame", "canvas", "blocked", "media"), id: figure },
  "placet.masked": { counts },
  "placet.note": { text },
  "placet.vitals": { name: word, value: figure },
};

/** A clean custom event's data, or `undefined` for a tag that is not ours. */
export function cleanCustom(raw: unknown, site: Site): Fields | undefined {
  const { tag, payload } = fields(raw);
  const rules = typeof tag === "string" && Object.hasOwn(TAGS, tag) ? TAGS[tag] : undefined;
  if (rules === undefined) return undefined;
  const given = fields(payload);
  const clean: Fields = {};
  for (const name in rules) {
    const value = rules[name]?.(given[name], site);
    if (value !== undefined) clean[name] = value;
  }
  return { tag, payload: clean };
}
