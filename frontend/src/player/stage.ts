/** The page at its true size, made small enough to fit. */

import type { Frame } from "./frame";

/** Whatever has a picture and a true size. */
type Shown = Pick<Frame, "element" | "size">;

export interface Stage {
  fit(frame: Shown | undefined): void;
}

export function newStage(root: HTMLElement): Stage {
  let shown: Shown | undefined;
  // Measured before anything is built and after each change: measuring in between would lay out the whole page.
  let box = { width: root.clientWidth, height: root.clientHeight };
  const apply = () => {
    if (shown === undefined) return;
    const { width, height } = shown.size();
    const scale = Math.min(box.width / width, box.height / height, 1);
    const { style } = shown.element;
    style.width = `${width}px`;
    style.height = `${height}px`;
    // On whole pixels: between two of them every letter is blurred.
    const left = Math.round(Math.max(0, (box.width - width * scale) / 2));
    const top = Math.round(Math.max(0, (box.height - height * scale) / 2));
    style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
    root.dataset.scale = scale.toFixed(3);
  };
  new ResizeObserver(() => {
    box = { width: root.clientWidth, height: root.clientHeight };
    apply();
  }).observe(root);
  return {
    fit(frame) {
      shown = frame;
      apply();
    },
  };
}
