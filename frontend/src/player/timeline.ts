/** One line for the whole recording: where it is, what went wrong, and what was not recorded. */

import { make, part } from "./dom";
import { clock, fill, spoken } from "./format";
import { isProblem, type Marker, type Plan } from "./schedule";
import type { Times } from "./times";
import { named, type Words } from "./words";

export interface Timeline {
  /** One mark more. */
  mark(marker: Marker): void;
  follow(ms: number): void;
}

/** Markers closer than this share of the whole are drawn as one. */
const CLOSE = 0.006;

function place(element: HTMLElement, from: number, to: number | undefined, plan: Plan): void {
  const whole = Math.max(1, plan.durationMs);
  element.style.insetInlineStart = `${(from / whole) * 100}%`;
  if (to !== undefined) element.style.inlineSize = `${(Math.max(0, to - from) / whole) * 100}%`;
}

/** The markers to draw: of those that would lie on each other the first problem, else the first. */
export function thinned(markers: readonly Marker[], durationMs: number): { marker: Marker; more: number }[] {
  const near = durationMs * CLOSE;
  const drawn: { marker: Marker; more: number; from: number }[] = [];
  for (const marker of markers) {
    const last = drawn[drawn.length - 1];
    if (last === undefined || marker.at - last.from > near) {
      drawn.push({ marker, more: 0, from: marker.at });
    } else {
      last.more += 1;
      if (isProblem(marker.kind) && !isProblem(last.marker.kind)) last.marker = marker;
    }
  }
  return drawn;
}

export function newTimeline(
  root: HTMLElement,
  plan: Plan,
  words: Words,
  seek: (ms: number) => void,
  times: Times,
): Timeline {
  const range = part<HTMLInputElement>(root, "range");
  const done = part(root, "done");
  const lane = part(root, "lane");
  const tip = part(root, "tip");
  range.max = String(Math.max(1, Math.round(plan.durationMs)));

  for (const idle of plan.idle) {
    const block = make("span", { class: "lane-idle" });
    place(block, idle.from, idle.to, plan);
    lane.append(block);
  }
  for (const gap of plan.gaps) {
    const cause = words.gaps[gap.cause] ?? words.gaps.lost ?? gap.cause;
    const label = fill(words.gapAt, { cause, from: clock(gap.from), time: spoken(gap.to - gap.from) });
    const block = make("button", {
      type: "button",
      class: `lane-gap gap-${gap.cause}`,
      title: label,
      tabindex: "-1",
    });
    block.append(make("span", { class: "lane-gap-word" }, words.gapsShort[gap.cause] ?? ""));
    block.setAttribute("aria-label", label);
    block.addEventListener("click", () => seek(gap.from));
    place(block, gap.from, gap.to, plan);
    lane.append(block);
  }
  const mark = (marker: Marker, more = 0) => {
    const rest = more > 0 ? ` (+${more})` : "";
    const label = `${clock(marker.at)} ${named(marker.kind, marker.text, words)}${rest}`;
    const button = make("button", {
      type: "button",
      class: `mark mark-${marker.kind}`,
      title: label,
      "aria-label": label,
      // Reached with n and p and in the panels; a hundred tab stops would bury the controls.
      tabindex: "-1",
      "data-at-ms": String(Math.round(marker.at)),
    });
    button.addEventListener("click", () => seek(marker.at));
    place(button, marker.at, undefined, plan);
    lane.append(button);
  };
  for (const { marker, more } of thinned(plan.markers, plan.durationMs)) mark(marker, more);

  range.addEventListener("input", () => seek(Number(range.value)));
  range.addEventListener("pointermove", (event) => {
    const box = range.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)));
    tip.textContent = times.write(share * plan.durationMs);
    tip.style.insetInlineStart = `${share * 100}%`;
    tip.hidden = false;
  });
  range.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  return {
    mark,
    follow(ms) {
      range.value = String(Math.round(ms));
      range.setAttribute(
        "aria-valuetext",
        fill(words.timeOf, { time: spoken(ms), whole: spoken(plan.durationMs) }),
      );
      done.style.inlineSize = `${(ms / Math.max(1, plan.durationMs)) * 100}%`;
    },
  };
}
