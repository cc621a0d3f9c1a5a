/** The border between picture and lists: dragged, or moved with the arrow keys, and remembered. */

import { part } from "./dom";
import { remember, remembered } from "./memory";

const KEY = "placet-player-side";
/** CSS pixels. Narrower lists cannot be read; the picture keeps at least half of the window. */
const NARROWEST = 300;
const STEP = 24;

/** A width that leaves both sides usable. */
export function sideWidth(wanted: number, whole: number): number {
  return Math.round(Math.min(Math.max(wanted, NARROWEST), Math.max(NARROWEST, whole / 2)));
}

export function newSplit(root: HTMLElement): void {
  const bar = root.querySelector<HTMLElement>('[data-part="split"]');
  if (bar === null) return;
  const side = part(root, "side");
  const set = (wanted: number, keep: boolean) => {
    const width = sideWidth(wanted, root.clientWidth);
    root.style.setProperty("--side", `${width}px`);
    bar.setAttribute("aria-valuenow", String(width));
    if (keep) remember(KEY, String(width));
  };
  const kept = Number(remembered(KEY));
  if (kept > 0) set(kept, false);

  bar.addEventListener("pointerdown", (event) => {
    bar.setPointerCapture(event.pointerId);
    const moved = (move: PointerEvent) => set(root.getBoundingClientRect().right - move.clientX, true);
    const done = () => {
      bar.removeEventListener("pointermove", moved);
      bar.removeEventListener("lostpointercapture", done);
    };
    bar.addEventListener("pointermove", moved);
    bar.addEventListener("lostpointercapture", done);
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(side.clientWidth + step, true);
  });
}
