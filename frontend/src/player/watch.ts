/** Tell the server that somebody watches, and what. Its answer may end it. */

import { type Asked, post } from "./begin";
import { BEAT_MS } from "./constants";
import { type Begun, SourceError } from "./source";

export type WatchedSpan = [fromMs: number, toMs: number];

/** Two moments further apart than this are two spans. */
const JOIN_MS = 1_500;

/** Add the moment `ms` to `spans`: lengthens the last one while it is played, else begins another. */
export function noteMoment(spans: WatchedSpan[], ms: number): void {
  const last = spans[spans.length - 1];
  const at = Math.round(ms);
  if (last && at >= last[1] && at - last[1] <= JOIN_MS) last[1] = at;
  else if (!last || at < last[0] || at > last[1]) spans.push([at, at]);
}

export interface Watch {
  /** The index and the first piece, which came with the answer. */
  begun: Begun;
  moment(ms: number): void;
  stop(): void;
}

interface Answer {
  watch: number;
  state: string;
}

async function read<T>(asked: Promise<Response>): Promise<T> {
  let answer: Response;
  try {
    answer = await asked;
  } catch {
    throw new SourceError(0, "unreachable");
  }
  if (!answer.ok) throw new SourceError(answer.status, answer.statusText);
  return (await answer.json()) as T;
}

/**
 * Begin the watch that was asked for; rejects when that is not allowed. `onEnd` hears once that the recording may no longer be shown:
 * with the state it is in, or with the status of the refusal. Lost beats are not an end.
 */
export async function startWatch(
  url: string,
  csrf: string,
  asked: Asked,
  onEnd: (why: { state?: string; status?: number }) => void,
): Promise<Watch> {
  const { watch, ...begun } = await read<Answer & Begun>(asked.answer);
  let spans: WatchedSpan[] = [];
  let over = false;

  const end = (why: { state?: string; status?: number }) => {
    if (over) return;
    stop();
    onEnd(why);
  };
  async function beat(keepalive: boolean): Promise<void> {
    if (over) return;
    const sent = spans;
    spans = [];
    try {
      const { state } = await read<Answer>(post(url, csrf, { watch, spans: sent }, keepalive));
      if (state !== "ready") end({ state });
    } catch (error) {
      const status = error instanceof SourceError ? error.status : 0;
      if ([403, 404, 409, 410].includes(status)) end({ status });
      else spans = [...sent, ...spans];
    }
  }
  const timer = setInterval(() => {
    if (document.visibilityState === "visible") void beat(false);
  }, BEAT_MS);
  const leaving = () => {
    if (document.visibilityState === "hidden") void beat(true);
    else void beat(false);
  };
  document.addEventListener("visibilitychange", leaving);
  function stop(): void {
    over = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", leaving);
  }
  return { begun, moment: (ms) => noteMoment(spans, ms), stop };
}
