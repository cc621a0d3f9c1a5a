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

/** `indexUrl` ends in "index.json", beside which "segments/" lies; `ahead` is a segment worth asking for at once. */
export function serverSource(indexUrl: string, ahead?: number): Source {
  const segments = indexUrl.replace(/index\.json$/, "segments/");
  const read = (n: number) => readJson<ReplayEvent[]>(`${segments}${n}`);
  let early: Promise<ReplayEvent[]> | undefined;
  return {
    index() {
      early = ahead === undefined ? undefined : read(ahead);
      // Whoever takes it hears of the failure.
      early?.catch(() => {});
      return readJson<WireIndex>(indexUrl);
    },
    segment(n) {
      const answer = n === ahead && early ? early : read(n);
      early = undefined;
      return answer;
    },
  };
}

/** A recording that lies in the page itself. */
export function inlineSource(index: Source["index"], segment: Source["segment"]): Source {
  return { index, segment };
}
