import { all, guard, type Stop } from "../../shared/guard";
import { watchCalls } from "./patch";
import type { Emit } from "./types";

const LEVELS = ["log", "info", "warn", "error", "debug"] as const;
/** Objects are named, never walked: what is in them is the page's own business. */
function word(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value === null || ["number", "boolean", "undefined", "bigint"].includes(typeof value))
    return String(value);
  return `[${typeof value}]`;
}

/** What the page writes to its console; the same line again is counted, not repeated. */
export function observeConsole(emit: Emit): Stop {
  let latest = "";
  let busy = false;
  const note = (level: string, args: unknown[]) => {
    const text = args.map(word).join(" ").slice(0, 2_000);
    if (busy || `${level} ${text}` === latest) return;
    busy = true;
    latest = `${level} ${text}`;
    const stack = args.find((value): value is Error => value instanceof Error)?.stack;
    emit("placet.console", { level, text, count: 1, ...(stack ? { stack } : {}) });
    busy = false;
  };
  return all(
    ...LEVELS.map((level) =>
      watchCalls(console, level, (call, args) => {
        guard(note)(level, args);
        return call();
      }),
    ),
  );
}
