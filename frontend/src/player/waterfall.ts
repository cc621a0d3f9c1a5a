/** Where each request lies beside those of the same burst: what a network panel draws as bars. */

export interface Call {
  at: number;
  took: number;
}

/** Shares of the burst's whole time, 0 to 1. */
export interface Bar {
  from: number;
  size: number;
}

/** A burst ends when nothing was under way for so long, in milliseconds. */
const QUIET_MS = 2_000;
/** A bar must be seen. */
const SMALLEST = 0.01;

/** One bar for each of `calls`, which are in the order of their beginnings. */
export function waterfall(calls: readonly Call[]): Bar[] {
  const bars: Bar[] = [];
  let burst: Call[] = [];
  let endsAt = 0;
  const draw = () => {
    const begun = burst[0]?.at ?? 0;
    const whole = Math.max(1, endsAt - begun);
    for (const { at, took } of burst) {
      const size = Math.max(SMALLEST, took / whole);
      bars.push({ from: Math.min((at - begun) / whole, 1 - size), size });
    }
    burst = [];
    endsAt = 0;
  };
  for (const call of calls) {
    if (burst.length > 0 && call.at > endsAt + QUIET_MS) draw();
    burst.push(call);
    endsAt = Math.max(endsAt, call.at + call.took);
  }
  draw();
  return bars;
}
