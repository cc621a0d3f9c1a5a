/** Where index and segments come from. */

import type { ReplayEvent, WireIndex } from "./types";

/** The server refused; `status` is HTTP's, 0 when it could not be reached. */
export class SourceError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Source {
  index(): Promise<WireIndex>;
  segment(n: number): Promise<ReplayEvent[]>;
}

async function readJson<T>(url: string): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
  } catch {
    throw new SourceError(0, "unreachable");
  }
  if (!answer.ok) throw new SourceError(answer.status, answer.statusText);
  return (await answer.json()) as T;
}

/** What was answered before anything was asked for: the index, and the events of one piece. */
export interface Begun {
  index: WireIndex;
  first: number;
  events: ReplayEvent[];
}

/** `indexUrl` ends in "index.json", beside which "segments/" lies. */
export function serverSource(indexUrl: string, begun?: Begun): Source {
  const segments = indexUrl.replace(/index\.json$/, "segments/");
  let early = begun;
  return {
    index: () => (begun ? Promise.resolve(begun.index) : readJson<WireIndex>(indexUrl)),
    segment(n) {
      // Once only: whoever replays it changes it.
      const events = early?.first === n ? early.events : undefined;
      early = undefined;
      return events ? Promise.resolve(events) : readJson<ReplayEvent[]>(`${segments}${n}`);
    },
  };
}

/** A recording that lies in the page itself. */
export function inlineSource(index: Source["index"], segment: Source["segment"]): Source {
  return { index, segment };
}
