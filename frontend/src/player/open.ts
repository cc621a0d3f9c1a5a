/** Open the player on a page that has its parts, and keep picture, line and lists in step. */

import { AWAY_MS, FURNISHED_MS, TICK_MS } from "./constants";
import { type Controls, newControls } from "./controls";
import { newDesk, type Remark } from "./desk";
import { part } from "./dom";
import { Engine } from "./engine";
import { fill, spoken } from "./format";
import { type BlankFrame, newBlankFrame } from "./frame";
import { explainHidden } from "./hidden";
import { whenIdle } from "./idle";
import { newLanes, spansOfTab } from "./lanes";
import { newPanels, type Panels } from "./panels";
import { newRangeLine, type Range } from "./range";
import { gapAt, planOf, spanAt } from "./schedule";
import { type Source, SourceError } from "./source";
import { newSplit } from "./split";
import { newStage } from "./stage";
import { newTimeline } from "./timeline";
import { newTimes } from "./times";
import { listTrouble } from "./trouble";
import type { WatchedSpan } from "./watch";
import { newWatched } from "./watched";
import type { Words } from "./words";

/** How long a sentence stays over the picture. */
const SAID_MS = 2_600;

export interface Opened {
  engine: Engine;
  /** Take the picture away and say why. */
  close(sentence: string): void;
}

export interface OpenOptions {
  root: HTMLElement;
  source: Source;
  words: Words;
  /** Where this recording's own assets lie; empty: nowhere. */
  assets: string;
  /** Seconds from the start, as in `?t=`. */
  startAt: number;
  /** As the key e does, once it is open. */
  atProblem?: boolean;
  /** The part that the link was made of: play ends with it. */
  range?: Range | undefined;
  /** What staff has seen before. */
  watched?: WatchedSpan[];
  /** The person's page has no lists of console and network. */
  withPanels: boolean;
  /** What staff wrote, and where more of it goes; the person's page has none. */
  desk?: { remarks: Remark[]; base: string; csrf: string };
  /** Made by `blankIn` while the index was on its way. */
  blank?: BlankFrame;
  /** Hears which moment is on the screen. */
  onMoment?: (ms: number) => void;
}

function failure(error: unknown, words: Words): string {
  const status = error instanceof SourceError ? String(error.status) : "other";
  return words.failed[status] ?? words.failed.other ?? "";
}

export function showFailure(root: HTMLElement, sentence: string): void {
  root.dataset.state = "error";
  const cover = part(root, "cover");
  cover.hidden = false;
  cover.dataset.kind = "error";
  part(root, "cover-text").textContent = sentence;
}

/** What the first picture is drawn in, made while there is nothing else to do. */
export function blankIn(root: HTMLElement, words: Words): BlankFrame {
  return newBlankFrame({ root: part(root, "stage"), words: words.unseen, title: words.frameTitle });
}

/** Rejects when the index cannot be read; the player says why by itself. */
export async function open(options: OpenOptions): Promise<Opened> {
  const { root, source, words } = options;
  const live = part(document.body, "live");
  const toast = part(root, "toast");
  const cover = part(root, "cover");
  const note = part(root, "note");

  let fading = 0;
  const say = (text: string) => {
    live.textContent = text;
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(fading);
    fading = window.setTimeout(() => {
      toast.hidden = true;
    }, SAID_MS);
  };

  let index: Awaited<ReturnType<Source["index"]>>;
  try {
    index = await source.index();
  } catch (error) {
    showFailure(root, failure(error, words));
    throw error;
  }
  for (const { at_ms, who, body } of options.desk?.remarks ?? []) {
    if (at_ms !== null)
      index.markers.push({ at_ms: index.start_ms + at_ms, kind: "remark", text: `${who}: ${body}` });
  }
  const plan = planOf(index);
  root.dataset.durationMs = String(Math.round(plan.durationMs));
  // The controls set the remembered speed at once: a change before all of these are there.
  let controls: Controls | undefined;
  let lastTick = 0;
  let lastState = "";
  newSplit(root);
  const stage = newStage(part(root, "stage"));
  const engine = new Engine(
    plan,
    source,
    {
      root: part(root, "stage"),
      assets: { base: options.assets, names: index.assets ?? {} },
      words: words.unseen,
      title: words.frameTitle,
    },
    {
      changed: () => changed(),
      skipped: (ms) => {
        const cause = causeNow();
        say(fill(cause ? words.skippedGap : words.skipped, { time: spoken(ms), cause }));
      },
      framed: (frame) => {
        cover.hidden = true;
        stage.fit(frame);
      },
      failed: (error) => {
        // What the server refused is said; a piece that cannot be built is worth a trace as well.
        if (!(error instanceof SourceError)) console.error(error);
        showFailure(root, failure(error, words));
      },
    },
    options.blank,
  );
  explainHidden(part(root, "stage"), () => engine.frame, words);
  const seek = (ms: number) => void engine.seek(ms);
  const times = newTimes(root, plan.startMs);
  const timeline = newTimeline(root, plan, words, seek, times);
  const lane = part(root, "lane");
  const watched = options.watched && newWatched(lane, plan.durationMs, options.watched, words);
  const rangeLine = newRangeLine(lane, plan.durationMs);
  rangeLine.show(options.range);
  engine.stopAt = options.range?.to;
  const followed = plan.spans;
  let isPinned = false;
  const pin = (tab: string | undefined) => {
    isPinned = tab !== undefined;
    engine.setSpans(tab === undefined ? followed : spansOfTab(index, tab));
  };
  let panels: Panels | undefined;
  /** The lists beside the picture: nobody reads them before there is one. */
  const furnish = () => {
    if (options.withPanels) panels = newPanels(root, index, words, seek, times);
    panels?.follow(engine.timeMs);
    newLanes({ root, index, plan: { ...plan, spans: followed }, words, seek, pin, say });
    const trouble = () => listTrouble(root, plan, words, seek, times);
    trouble();
    times.onChange(trouble);
  };
  const remark =
    options.desk &&
    newDesk({
      ...options.desk,
      ...{ root, engine, words, say },
      remarked(at, text) {
        plan.markers.push({ at, kind: "remark", text });
        plan.markers.sort((a, b) => a.at - b.at);
        timeline.mark({ at, kind: "remark", text });
        panels?.tell(at, "remark", text);
      },
    });
  controls = newControls({ root, engine, words, say, times, rangeLine, ...(remark ? { remark } : {}) });
  times.onChange(() => controls?.refresh());

  /** Why there is nothing to see now; empty where there is. */
  function causeNow(): string {
    const gap = gapAt(plan, engine.timeMs);
    if (gap) return words.gaps[gap.cause] ?? gap.cause;
    const span = spanAt(plan, engine.timeMs);
    if (span?.still && isPinned) return words.notOpen;
    return span?.still && span.to - span.from > AWAY_MS ? (words.gaps.away ?? "") : "";
  }

  function changed(): void {
    if (root.dataset.state === "error" && engine.state !== "error") cover.hidden = true;
    root.dataset.timeMs = String(Math.round(engine.timeMs));
    root.dataset.state = engine.state;
    const wall = performance.now();
    const quiet = engine.state === "playing" && lastState === "playing" && wall - lastTick < TICK_MS;
    if (engine.state === "playing" || engine.state === "paused") {
      options.onMoment?.(engine.timeMs);
      watched?.moment(engine.timeMs);
    }
    if (quiet) return;
    lastTick = wall;
    lastState = engine.state;
    timeline.follow(engine.timeMs);
    panels?.follow(engine.timeMs);
    controls?.refresh();
    // A still picture must not look like a page that hangs.
    const cause = causeNow();
    note.hidden = cause === "";
    if (cause) note.textContent = cause;
  }

  // What nobody sees is not played on: the spans watched stay true.
  let resume = false;
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      resume = engine.isPlaying;
      engine.pause();
    } else if (resume) engine.play();
  });

  await engine.seek(options.startAt * 1000);
  whenIdle(furnish, FURNISHED_MS);
  if (options.atProblem) controls.problem();
  return {
    engine,
    close(sentence) {
      engine.close();
      part(root, "stage").replaceChildren();
      showFailure(root, sentence);
    },
  };
}
