/** What went wrong, as a short list of jumps beside the steps. */

import { PROBLEM_LEAD_MS } from "./constants";
import { make, part } from "./dom";
import { type Marker, type Plan, problemsIn } from "./schedule";
import type { Times } from "./times";
import { named, type Words } from "./words";

/** More than this is a log, and the log is in its own panel. */
const MOST = 30;

interface Found {
  marker: Marker;
  count: number;
}

/** The same again is one line, where it was first seen. */
export function together(markers: readonly Marker[]): Found[] {
  const found = new Map<string, Found>();
  for (const marker of markers) {
    const key = `${marker.kind} ${marker.text}`;
    const same = found.get(key);
    if (same) same.count += 1;
    else found.set(key, { marker, count: 1 });
  }
  return [...found.values()];
}

function said(marker: Marker, count: number, words: Words): string {
  const text = named(marker.kind, marker.text, words);
  return count > 1 ? `${text} ${words.times.replace("{count}", String(count))}` : text;
}

/** Each press goes to a little before it, so that its cause is seen. */
export function listTrouble(
  root: HTMLElement,
  plan: Plan,
  words: Words,
  seek: (ms: number) => void,
  times: Times,
): void {
  const list = root.querySelector<HTMLElement>('[data-part="trouble"]');
  if (list === null) return;
  const found = together(problemsIn(plan));
  const rows = found.slice(0, MOST).map(({ marker, count }) => {
    const button = make(
      "button",
      { type: "button", class: "trouble-row", "data-kind": marker.kind },
      make("span", { class: "row-time figures" }, times.write(marker.at)),
      make("span", {}, said(marker, count, words)),
    );
    button.addEventListener("click", () => seek(Math.max(0, marker.at - PROBLEM_LEAD_MS)));
    return make("li", {}, button);
  });
  list.replaceChildren(...rows);
  part(root, "trouble-count").textContent = found.length > 0 ? String(found.length) : "";
  part(root, "trouble-none").hidden = found.length > 0;
  part(root, "trouble-more").hidden = found.length <= MOST;
}
