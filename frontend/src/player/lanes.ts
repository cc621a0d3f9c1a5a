/** The tabs of a recording below its line: which pages were open in each, and where the person was. One can be kept in front. */

import { make } from "./dom";
import { clock, fill, shortUrl } from "./format";
import { type Plan, planOf } from "./schedule";
import type { WireIndex } from "./types";
import type { Words } from "./words";

interface Stretch {
  from: number;
  to: number;
}

export interface Lane {
  tab: string;
  pages: (Stretch & { url: string })[];
  /** When the person was in it. */
  active: Stretch[];
}

/** One lane for each tab, in the order in which they were opened. */
export function lanesOf(index: WireIndex, plan: Plan): Lane[] {
  const tabOf = new Map(index.pages.map((page) => [page.page, page.tab]));
  const pageOf = new Map(index.segments.map((segment) => [segment.n, segment.page]));
  const lanes = new Map<string, Lane>();
  for (const page of [...index.pages].sort((a, b) => a.start_ms - b.start_ms)) {
    const lane = lanes.get(page.tab) ?? { tab: page.tab, pages: [], active: [] };
    lanes.set(page.tab, lane);
    const since = (ms: number) => Math.min(Math.max(0, ms - index.start_ms), plan.durationMs);
    lane.pages.push({ from: since(page.start_ms), to: since(page.end_ms), url: page.url });
  }
  for (const { from, to, segment, still } of plan.spans) {
    const lane = lanes.get(tabOf.get(pageOf.get(segment) ?? -1) ?? "");
    if (lane && !still) lane.active.push({ from, to });
  }
  return [...lanes.values()];
}

/** The spans of a plan in which the tab `tab` alone is shown. */
export function spansOfTab(index: WireIndex, tab: string): Plan["spans"] {
  const own = new Set(index.pages.filter((page) => page.tab === tab).map((page) => page.page));
  const segments = index.segments.filter((segment) => own.has(segment.page));
  return planOf({ ...index, segments, fronts: [] }).spans;
}

export interface LanesOptions {
  root: HTMLElement;
  index: WireIndex;
  plan: Plan;
  words: Words;
  seek(ms: number): void;
  /** Show this tab only; `undefined`: the one that the person was in. */
  pin(tab: string | undefined): void;
  say(text: string): void;
}

export function newLanes({ root, index, plan, words, seek, pin, say }: LanesOptions): void {
  const place = root.querySelector<HTMLElement>('[data-part="lanes"]');
  const lanes = lanesOf(index, plan);
  if (place === null || lanes.length < 2) return;
  const whole = Math.max(1, plan.durationMs);
  const put = (block: HTMLElement, { from, to }: Stretch) => {
    block.style.insetInlineStart = `${(from / whole) * 100}%`;
    block.style.inlineSize = `${(Math.max(0, to - from) / whole) * 100}%`;
    return block;
  };
  let pinned: string | undefined;
  const pins: HTMLElement[] = [];
  const rows = lanes.map((lane, at) => {
    const name = fill(words.tab, { number: at + 1 });
    const keep = make("button", { type: "button", class: "tab-pin", "aria-pressed": "false" }, name);
    keep.title = words.keepTab;
    keep.addEventListener("click", () => {
      pinned = pinned === lane.tab ? undefined : lane.tab;
      for (const [other, button] of pins.entries())
        button.setAttribute("aria-pressed", String(lanes[other]?.tab === pinned));
      say(pinned === undefined ? words.followsTabs : fill(words.keepsTab, { tab: name }));
      pin(pinned);
    });
    pins.push(keep);
    const pages = lane.pages.map(({ from, to, url }) => {
      const label = `${clock(from)} ${shortUrl(url)}`;
      const block = make("button", { type: "button", class: "tab-page", title: label, tabindex: "-1" });
      block.setAttribute("aria-label", `${name}: ${label}`);
      block.append(make("span", {}, shortUrl(url)));
      block.addEventListener("click", () => seek(from));
      return put(block, { from, to });
    });
    const active = lane.active.map((stretch) => put(make("span", { class: "tab-active" }), stretch));
    return make("div", { class: "tab-lane" }, keep, make("div", { class: "tab-track" }, ...pages, ...active));
  });
  place.replaceChildren(...rows);
  place.setAttribute("aria-label", words.tabs);
  place.hidden = false;
  root.dataset.lanes = String(lanes.length);
}
