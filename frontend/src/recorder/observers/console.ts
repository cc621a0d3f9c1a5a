import { topicOfKey } from "../../privacy";
import { all, guard, type Stop } from "../../shared/guard";
import { watchCalls } from "./patch";
import type { Emit } from "./types";

const LEVELS = ["log", "info", "warn", "error", "debug"] as const;
const MOST_ENTRIES = 20;
const MOST_VALUES = 100;
let left = 0;

/** What of a value of the page is told: words, and of plain objects what is no text of somebody's. */
export function word(value: unknown): string {
  left = MOST_VALUES;
  return typeof value === "string" ? written(value) : told(value);
}

/** An object that the page has written out is read as the object. */
function written(text: string): string {
  try {
    return /^\s*[{[]/.test(text) ? told(JSON.parse(text)) : text;
  } catch {
    return text;
  }
}

function told(value: unknown): string {
  if (typeof value === "string") return inner(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const isList = Array.isArray(value);
  if (--left < 0 || !(isList || [Object.prototype, null].includes(Object.getPrototypeOf(value))))
    return "[object]";
  const entries = Object.keys(value)
    .slice(0, MOST_ENTRIES)
    .map((key) => (isList ? "" : `${inner(key)}: `) + entry(value, key))
    .join(", ");
  return isList ? `[${entries}]` : `{${entries}}`;
}

/** A getter is not asked: the page could see that. */
function entry(value: object, key: string): string {
  const topic = topicOfKey(key);
  return topic ? `[${topic}]` : told(Object.getOwnPropertyDescriptor(value, key)?.value);
}

/** Inside an object only codes, states and numbers are told; sentences and names are somebody's. */
const inner = (text: string): string =>
  /^[\w$./:-]{1,40}$/.test(text) && !/^[A-Z][a-z]+$/.test(text) ? text : "[text]";

/** What the page writes to its console; the same line again is counted, not repeated. */
export function observeConsole(emit: Emit): Stop {
  let latest = { level: "", text: "", count: 0 };
  let busy = false;
  const tell = () => {
    if (latest.count > 0) emit("placet.console", latest);
  };
  const note = (level: string, args: unknown[]) => {
    if (busy) return;
    busy = true;
    try {
      const text = args.map(word).join(" ").slice(0, 2_000);
      if (latest.level === level && latest.text === text) {
        latest.count++;
        return;
      }
      tell();
      latest = { level, text, count: 0 };
      const stack = args.find((value): value is Error => value instanceof Error)?.stack;
      emit("placet.console", { level, text, count: 1, ...(stack ? { stack } : {}) });
    } finally {
      busy = false;
    }
  };
  return all(
    tell,
    ...LEVELS.map((level) =>
      watchCalls(console, level, (call, args) => {
        guard(note)(level, args);
        return call();
      }),
    ),
  );
}
