/** One segment, built in a frame of its own. It stays hidden until it shows the wanted moment. */

import { SCROLLS_APPLIED } from "./constants";
import { fill, newReplayer, type Replayer } from "./rrweb";
import type { ReplayEvent } from "./types";
import { markUnseen, type UnseenWords, unseenIn, unseenRules } from "./unseen";
import { type Assets, wash } from "./wash";

export interface Frame {
  readonly element: HTMLElement;
  readonly iframe: HTMLIFrameElement;
  /** Show the moment `atMs` (epoch) and hold it. When this returns, the document is there. */
  show(atMs: number): void;
  /** Go on from `atMs` (epoch). */
  play(atMs: number, speed: number): void;
  /** Stop where it is. */
  hold(): void;
  /** Boxes that came in the meantime get their words. */
  tick(atMs: number): void;
  size(): { width: number; height: number };
  destroy(): void;
}

const META = 4;
const FULL_SNAPSHOT = 2;
const INCREMENT = 3;
const SCROLL = 3;
const VIEWPORT_RESIZE = 4;

interface Size {
  at: number;
  width: number;
  height: number;
}

function sizesIn(events: readonly ReplayEvent[]): Size[] {
  const sizes: Size[] = [];
  for (const event of events) {
    const data = event.data as { source?: number; width?: number; height?: number };
    const resizes = event.type === META || (event.type === INCREMENT && data.source === VIEWPORT_RESIZE);
    if (resizes && data.width && data.height)
      sizes.push({ at: event.timestamp, width: data.width, height: data.height });
  }
  return sizes;
}

function scrollsIn(events: readonly ReplayEvent[]): number {
  const isScroll = ({ type, data }: ReplayEvent) =>
    type === INCREMENT && (data as { source?: number }).source === SCROLL;
  return events.filter(isScroll).length;
}

export interface FrameOptions {
  root: HTMLElement;
  assets: Assets;
  words: UnseenWords;
  title: string;
  onResize: () => void;
}

/** One bad event must not end the replay of all the others; what can be shown is shown. */
function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    console.warn("placet: an event of this recording could not be applied", error);
  }
}

/** A frame without a page: making its document takes as long as a thousand elements, and can be done beforehand. */
export interface BlankFrame {
  element: HTMLElement;
  replayer: Replayer;
}

export function newBlankFrame({ root, words, title }: Omit<FrameOptions, "onResize" | "assets">): BlankFrame {
  const element = document.createElement("div");
  element.className = "stage-frame";
  root.append(element);
  const replayer = newReplayer({
    root: element,
    speed: 1,
    showWarning: false,
    // Focus stays with the player, or its keys would stop working.
    triggerFocus: false,
    mouseTail: { duration: 600, lineCap: "round", lineWidth: 3, strokeStyle: "rgb(20 110 70 / 0.55)" },
    insertStyleRules: unseenRules(words),
    UNSAFE_replayCanvas: false,
  });
  replayer.iframe.title = title;
  replayer.iframe.tabIndex = -1;
  return { element, replayer };
}

/** Rejects when the segment holds no snapshot: nothing can be shown of it. */
export async function newFrame(
  raw: ReplayEvent[],
  options: FrameOptions,
  blank: BlankFrame = newBlankFrame(options),
): Promise<Frame> {
  const { element, replayer } = blank;
  const events = wash(raw, options.assets).sort((a, b) => a.timestamp - b.timestamp);
  const first = events[0];
  const snapshot = events.find((event) => event.type === FULL_SNAPSHOT);
  if (first === undefined || snapshot === undefined) {
    element.remove();
    throw new Error("a segment without a snapshot");
  }
  const startMs = first.timestamp;
  // Before its snapshot a segment has nothing to show, and events at the very moment are not applied yet.
  const earliestMs = snapshot.timestamp + 1;
  const unseen = unseenIn(events);
  const sizes = sizesIn(events);
  replayer.setConfig({ useVirtualDom: scrollsIn(events) > SCROLLS_APPLIED });
  await fill(replayer, events);

  let nowMs = earliestMs;
  const sizeNow = (): Size => {
    const past = sizes.filter((size) => size.at <= nowMs);
    return past[past.length - 1] ?? sizes[0] ?? { at: 0, width: 1280, height: 720 };
  };
  const apply = () => {
    const { width, height } = sizeNow();
    for (const box of [replayer.iframe, replayer.wrapper.querySelector("canvas")]) {
      if (box && box.getAttribute("width") !== String(width)) box.setAttribute("width", String(width));
      if (box && box.getAttribute("height") !== String(height)) box.setAttribute("height", String(height));
    }
    options.onResize();
  };
  const label = () => markUnseen(unseen, nowMs, (id) => replayer.getMirror().getNode(id));
  replayer.on("resize", () => queueMicrotask(apply));
  replayer.on("fullsnapshot-rebuilded", label);

  let gone = false;
  return {
    element,
    iframe: replayer.iframe,
    show(atMs) {
      nowMs = Math.max(earliestMs, atMs);
      attempt(() => replayer.pause(nowMs - startMs));
      label();
      apply();
    },
    play(atMs, speed) {
      nowMs = Math.max(earliestMs, atMs);
      replayer.setConfig({ speed });
      attempt(() => replayer.play(nowMs - startMs));
      label();
      apply();
    },
    hold() {
      replayer.pause();
    },
    tick(atMs) {
      nowMs = Math.max(nowMs, atMs);
      label();
    },
    size: sizeNow,
    destroy() {
      if (gone) return;
      gone = true;
      replayer.destroy();
      element.remove();
    },
  };
}
