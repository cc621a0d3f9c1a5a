/** A part of the recording that somebody is sent to: `?t=12&to=30`. */

import { make } from "./dom";

export interface Range {
  from: number;
  to: number;
}

/** The part that an address names, in milliseconds; none without a later end. */
export function rangeIn(query: string): Range | undefined {
  const asked = new URLSearchParams(query);
  const from = (Number(asked.get("t")) || 0) * 1000;
  const to = (Number(asked.get("to")) || 0) * 1000;
  return to > from && from >= 0 ? { from, to } : undefined;
}

/** The address of a moment, or of a part. */
export function linkTo(href: string, from: number, to?: number): string {
  const url = new URL(href);
  url.searchParams.delete("problem");
  url.searchParams.set("t", String(Math.floor(from / 1000)));
  if (to === undefined) url.searchParams.delete("to");
  else url.searchParams.set("to", String(Math.ceil(to / 1000)));
  return url.href;
}

export interface RangeLine {
  show(range: Range | undefined): void;
}

export function newRangeLine(lane: HTMLElement, durationMs: number): RangeLine {
  const block = make("span", { class: "lane-range" });
  block.hidden = true;
  lane.append(block);
  return {
    show(range) {
      block.hidden = range === undefined;
      if (range === undefined) return;
      const whole = Math.max(1, durationMs);
      block.style.insetInlineStart = `${(range.from / whole) * 100}%`;
      block.style.inlineSize = `${((Math.min(range.to, whole) - range.from) / whole) * 100}%`;
    },
  };
}
