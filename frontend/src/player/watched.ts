/** Which parts somebody of the staff has seen, as a thin line below the other one. It grows while one watches. */

import { make } from "./dom";
import { fill, spoken } from "./format";
import { noteMoment, type WatchedSpan } from "./watch";
import type { Words } from "./words";

/** The time covered by spans that may overlap, in milliseconds. */
export function covered(spans: readonly WatchedSpan[]): number {
  let reached = 0;
  let whole = 0;
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    whole += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return whole;
}

export interface Watched {
  moment(ms: number): void;
}

export function newWatched(
  lane: HTMLElement,
  durationMs: number,
  before: readonly WatchedSpan[],
  words: Words,
): Watched {
  const line = make("div", { class: "lane-watched" });
  lane.prepend(line);
  const now: WatchedSpan[] = [];
  const whole = Math.max(1, durationMs);
  const drawn: HTMLElement[] = [];
  const place = (block: HTMLElement, [from, to]: WatchedSpan) => {
    block.style.insetInlineStart = `${(from / whole) * 100}%`;
    block.style.inlineSize = `${((Math.min(to, whole) - from) / whole) * 100}%`;
  };
  const draw = (span: WatchedSpan): HTMLElement => {
    const block = make("span");
    place(block, span);
    line.append(block);
    return block;
  };
  for (const span of before) draw(span);
  const seen = covered(before);
  if (seen > 0) line.title = fill(words.watchedBefore, { time: spoken(seen) });
  return {
    moment(ms) {
      noteMoment(now, ms);
      const last = now[now.length - 1];
      if (last === undefined) return;
      const at = now.length - 1;
      drawn[at] ??= draw(last);
      const block = drawn[at];
      if (block) place(block, last);
    },
  };
}
