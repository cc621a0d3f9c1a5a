/** The buttons and keys of the player, and what is remembered of them. */

import { FRAME_MS, LEAP_MS, PROBLEM_LEAD_MS, SPEEDS, STEP_MS } from "./constants";
import { part } from "./dom";
import type { Engine } from "./engine";
import { clock, fill } from "./format";
import { listenToKeys } from "./keys";
import { remember, remembered } from "./memory";
import { linkTo, type RangeLine } from "./range";
import { firstProblem, nextMarker, previousMarker } from "./schedule";
import type { Times } from "./times";
import { named, type Words } from "./words";

const SPEED_KEY = "placet-player-speed";
const SKIP_KEY = "placet-player-skip";

export interface Controls {
  /** Play from a little before the first problem. */
  problem(): void;
  /** Buttons and texts say what is the case. */
  refresh(): void;
}

export interface ControlsOptions {
  root: HTMLElement;
  engine: Engine;
  words: Words;
  /** Opens a remark on the moment shown; the person's page has none. */
  remark?: () => void;
  times: Times;
  /** Draws the part that a link is made of. */
  rangeLine: RangeLine;
  /** Say it: in the live region, and for a moment over the picture. */
  say(text: string): void;
}

export function newControls({
  root,
  engine,
  words,
  say,
  remark,
  times,
  rangeLine,
}: ControlsOptions): Controls {
  const { plan } = engine;
  const playButton = part<HTMLButtonElement>(root, "play");
  const time = part(root, "time");
  const speed = part<HTMLSelectElement>(root, "speed");
  const skip = part<HTMLInputElement>(root, "skip");
  const help = part<HTMLDialogElement>(document.body, "help");

  const toggle = () => (engine.isPlaying ? engine.pause() : engine.play());
  const by = (ms: number) => void engine.seek(engine.timeMs + ms);
  const setSpeed = (value: number) => {
    engine.setSpeed(value);
    speed.value = String(value);
    remember(SPEED_KEY, String(value));
  };
  const faster = (steps: 1 | -1) => {
    const at = SPEEDS.findIndex((one) => one >= engine.speed);
    const next = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + steps))] ?? 1;
    setSpeed(next);
    say(fill(words.speed, { speed: next }));
  };
  const marker = (which: "next" | "previous") => {
    const found = which === "next" ? nextMarker(plan, engine.timeMs) : previousMarker(plan, engine.timeMs);
    if (found === undefined) return say(words.noMarker);
    void engine.seek(found.at);
    say(`${clock(found.at)} ${named(found.kind, found.text, words)}`);
  };
  const problem = () => {
    const found = firstProblem(plan);
    if (found === undefined) return say(words.noProblem);
    void engine.seek(Math.max(0, found.at - PROBLEM_LEAD_MS)).then(() => engine.play());
    say(named(found.kind, found.text, words));
  };
  const copy = async (link: string, copied: string, time: string) => {
    try {
      await navigator.clipboard.writeText(link);
      say(fill(copied, { time }));
    } catch {
      // No clipboard without a secure origin: the address bar has it then.
      history.replaceState(null, "", link);
      say(fill(words.copyThis, { time }));
    }
  };
  const copyLink = () => copy(linkTo(location.href, engine.timeMs), words.copied, clock(engine.timeMs));
  let rangeFrom: number | undefined;
  /** The first press begins a part, the next one ends it and copies its link. */
  const range = () => {
    const to = engine.timeMs;
    if (rangeFrom === undefined || to <= rangeFrom) {
      rangeFrom = to;
      rangeLine.show({ from: to, to });
      say(fill(words.rangeFrom, { time: clock(to) }));
    } else {
      const from = rangeFrom;
      rangeFrom = undefined;
      rangeLine.show({ from, to });
      void copy(linkTo(location.href, from, to), words.rangeCopied, `${clock(from)}–${clock(to)}`);
    }
    for (const button of root.querySelectorAll('[data-part="range-link"]'))
      button.setAttribute("aria-pressed", String(rangeFrom !== undefined));
  };
  const fullScreen = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else root.requestFullscreen?.().catch(() => {});
  };
  const showHelp = () => (help.open ? help.close() : help.showModal());

  const presses: Record<string, () => void> = {
    play: toggle,
    back: () => by(-LEAP_MS),
    forward: () => by(LEAP_MS),
    previous: () => marker("previous"),
    next: () => marker("next"),
    problem,
    link: () => void copyLink(),
    "range-link": range,
    full: fullScreen,
    "help-open": showHelp,
  };
  for (const [name, press] of Object.entries(presses)) {
    for (const button of document.querySelectorAll(`[data-part="${name}"]`))
      button.addEventListener("click", press);
  }
  speed.addEventListener("change", () => setSpeed(Number(speed.value)));
  skip.addEventListener("change", () => {
    engine.skipsIdle = skip.checked;
    remember(SKIP_KEY, skip.checked ? "1" : "0");
  });
  const sides = { back: -1, forward: 1 } as const;
  listenToKeys({
    toggle,
    leap: (side) => by(sides[side] * LEAP_MS),
    step: (side) => by(sides[side] * STEP_MS),
    frame: (side) => {
      engine.pause();
      by(sides[side] * FRAME_MS);
    },
    tenth: (n) => void engine.seek((plan.durationMs * n) / 10),
    marker,
    problem,
    faster,
    copyLink: () => void copyLink(),
    range,
    remark: () => remark?.(),
    fullScreen,
    help: showHelp,
  });
  // A press with the mouse must not leave the space bar on that button.
  root.addEventListener("click", (event) => {
    const { target } = event;
    if (event.detail > 0 && target instanceof Element) target.closest<HTMLElement>("button")?.blur();
  });

  const kept = Number(remembered(SPEED_KEY));
  setSpeed(SPEEDS.find((one) => one === kept) ?? 1);
  engine.skipsIdle = remembered(SKIP_KEY) !== "0";
  skip.checked = engine.skipsIdle;

  return {
    problem,
    refresh() {
      const label = engine.isPlaying ? words.pause : words.play;
      if (playButton.getAttribute("aria-label") !== label) {
        playButton.setAttribute("aria-label", label);
        playButton.title = label;
        playButton.dataset.playing = String(engine.isPlaying);
      }
      const text = `${times.write(engine.timeMs)} / ${times.write(plan.durationMs)}`;
      if (time.textContent !== text) time.textContent = text;
    },
  };
}
