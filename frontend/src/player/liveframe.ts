/** A frame that grows while it is shown. */

import type { FrameOptions } from "./frame";
import { newReplayer } from "./rrweb";
import type { ReplayEvent } from "./types";
import { markUnseen, type Unseen, unseenIn, unseenRules } from "./unseen";
import { wash } from "./wash";

export interface LiveFrame {
  readonly element: HTMLElement;
  readonly iframe: HTMLIFrameElement;
  /** What happened next. Events before the first snapshot have nothing to be shown on. */
  add(events: ReplayEvent[]): void;
  setFront(on: boolean): void;
  size(): { width: number; height: number };
  destroy(): void;
}

const META = 4;
const RESIZE = 4;

/** Events before `baselineMs` are applied at once, later ones in their time. */
export function newLiveFrame(options: FrameOptions, baselineMs: number): LiveFrame {
  const element = document.createElement("div");
  element.className = "stage-frame";
  options.root.append(element);
  const replayer = newReplayer({
    root: element,
    speed: 1,
    showWarning: false,
    triggerFocus: false,
    mouseTail: { duration: 600, lineCap: "round", lineWidth: 3, strokeStyle: "rgb(20 110 70 / 0.55)" },
    insertStyleRules: unseenRules(options.words),
    UNSAFE_replayCanvas: false,
  });
  replayer.startLive(baselineMs);
  replayer.iframe.title = options.title;
  replayer.iframe.tabIndex = -1;
  let size = { width: 1280, height: 720 };
  let unseen: Unseen[] = [];
  let begun = false;
  const label = () => markUnseen(unseen, Number.POSITIVE_INFINITY, (id) => replayer.getMirror().getNode(id));
  replayer.on("fullsnapshot-rebuilded", label);

  function measure(event: ReplayEvent): void {
    const { source, width, height } = event.data as { source?: number; width?: number; height?: number };
    if ((event.type !== META && source !== RESIZE) || !width || !height) return;
    size = { width, height };
    replayer.iframe.setAttribute("width", String(width));
    replayer.iframe.setAttribute("height", String(height));
    options.onResize();
  }

  return {
    element,
    iframe: replayer.iframe,
    add(events) {
      // The events are kept for looking back, and washing changes them.
      const washed = wash(structuredClone(events), options.assets);
      const first = begun ? 0 : washed.findIndex((event) => event.type === META);
      if (first < 0) return;
      begun = true;
      const fresh = washed.slice(first);
      unseen = [...unseen, ...unseenIn(fresh)];
      for (const event of fresh) {
        replayer.addEvent(event);
        measure(event);
      }
      setTimeout(label, 0);
    },
    setFront(on) {
      element.classList.toggle("is-current", on);
      if (on) replayer.iframe.setAttribute("data-current", "");
      else replayer.iframe.removeAttribute("data-current");
    },
    size: () => size,
    destroy() {
      replayer.destroy();
      element.remove();
    },
  };
}
