/** A long list of which only what is seen is in the document. */

import { ROW_PX, ROWS_SPARE } from "./constants";
import { make } from "./dom";
import { rowAt } from "./schedule";

export interface Row {
  at: number;
  /** What a search looks through, in lower case. */
  text: string;
  /** Filters that let it through, such as a level. */
  group: string;
  tone: string;
  /** All of it, for the place below the list; a row shows only its beginning. */
  whole?: string;
  draw(): HTMLElement[];
}

export interface RowList {
  show(rows: Row[]): void;
  /** Highlight the last row at or before `ms`, and bring it into view unless somebody is reading. */
  follow(ms: number): void;
  draw(): void;
}

/** For so long after somebody scrolled by hand the list stays where they put it. */
const READING_MS = 4_000;

/** `root` scrolls; `onPick` hears the row that was pressed; `write` says when it was. */
export function rowList(
  root: HTMLElement,
  onPick: (row: Row) => void,
  write: (ms: number) => string,
): RowList {
  const list = make("ol", { class: "rows" });
  root.append(list);
  let rows: Row[] = [];
  let times: number[] = [];
  let current = -1;
  let heldUntil = 0;
  let wanted = 0;

  function rowElement(row: Row, at: number): HTMLElement {
    const button = make("button", { type: "button", class: "row", "data-at-ms": String(Math.round(row.at)) });
    button.append(
      make("span", { class: "row-time" }, write(row.at)),
      make("span", { class: "row-body" }, ...row.draw()),
    );
    if (at === current) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => onPick(row));
    const item = make("li", {
      class: `row-item tone-${row.tone}`,
      "aria-setsize": String(rows.length),
      "aria-posinset": String(at + 1),
    });
    item.style.transform = `translateY(${at * ROW_PX}px)`;
    item.append(button);
    return item;
  }

  function draw(): void {
    if (root.clientHeight === 0) return;
    const first = Math.max(0, Math.floor(root.scrollTop / ROW_PX) - ROWS_SPARE);
    const last = Math.min(rows.length, Math.ceil((root.scrollTop + root.clientHeight) / ROW_PX) + ROWS_SPARE);
    // A pressed row keeps its focus while the list is drawn anew around it.
    const focused = list.contains(document.activeElement)
      ? document.activeElement?.closest("li")?.getAttribute("aria-posinset")
      : null;
    list.replaceChildren(...rows.slice(first, last).map((row, i) => rowElement(row, first + i)));
    if (focused)
      list.querySelector<HTMLElement>(`[aria-posinset="${focused}"] button`)?.focus({ preventScroll: true });
  }

  function reveal(at: number): void {
    const top = at * ROW_PX;
    const seen = top >= root.scrollTop && top + ROW_PX <= root.scrollTop + root.clientHeight;
    if (seen || root.clientHeight === 0 || performance.now() < heldUntil) return;
    wanted = Math.max(0, top - root.clientHeight / 2);
    root.scrollTop = wanted;
  }

  const held = () => {
    heldUntil = performance.now() + READING_MS;
  };
  root.addEventListener("wheel", held, { passive: true });
  root.addEventListener("touchmove", held, { passive: true });
  root.addEventListener("pointerdown", held, { passive: true });
  root.addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(draw).observe(root);

  return {
    show(next) {
      rows = next;
      times = rows.map((row) => row.at);
      current = -1;
      list.style.height = `${rows.length * ROW_PX}px`;
      draw();
    },
    follow(ms) {
      const now = rowAt(times, ms);
      if (now === current) return;
      current = now;
      if (now >= 0) reveal(now);
      draw();
    },
    draw,
  };
}
