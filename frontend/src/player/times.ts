/** How a moment is written: from the start of the recording, or as the clock showed it, here or in UTC. */

import { clock } from "./format";
import { remember, remembered } from "./memory";

const KEY = "placet-player-times";
export const TIMES = ["start", "local", "utc"] as const;
export type TimesIn = (typeof TIMES)[number];

const two = (n: number) => String(n).padStart(2, "0");

/** "14:03:11" of the moment `ms` after the start. */
export function written(ms: number, startMs: number, how: TimesIn): string {
  if (how === "start") return clock(ms);
  const at = new Date(startMs + ms);
  const parts =
    how === "utc"
      ? [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()]
      : [at.getHours(), at.getMinutes(), at.getSeconds()];
  return parts.map(two).join(":");
}

export interface Times {
  write(ms: number): string;
  /** Hears that all times are written in another way now. */
  onChange(heard: () => void): void;
}

/** Without its switch in the page (the recorded person's has none) all times are from the start. */
export function newTimes(root: HTMLElement, startMs: number): Times {
  const choice = root.querySelector<HTMLSelectElement>('[data-part="times"]');
  const hearing: (() => void)[] = [];
  let how: TimesIn = "start";
  const set = (wanted: string | null) => {
    how = TIMES.find((one) => one === wanted) ?? "start";
    root.dataset.times = how;
    if (choice) choice.value = how;
  };
  if (choice) set(remembered(KEY));
  choice?.addEventListener("change", () => {
    set(choice.value);
    remember(KEY, how);
    for (const heard of hearing) heard();
  });
  return {
    write: (ms) => written(ms, startMs, how),
    onChange: (heard) => void hearing.push(heard),
  };
}
