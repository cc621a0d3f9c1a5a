/** Watch while it happens: one frame for each page, the one that the person is on in front. */

import { LEAP_MS, LIVE_BUFFER_MS, LIVE_POLL_MS } from "./constants";
import { part } from "./dom";
import { clock, fill, spoken } from "./format";
import { type Frame, type FrameOptions, newFrame } from "./frame";
import { type LiveFrame, newLiveFrame } from "./liveframe";
import { showFailure } from "./open";
import { SourceError } from "./source";
import { newStage } from "./stage";
import type { ReplayEvent } from "./types";
import type { Words } from "./words";

interface News {
  state: string;
  now_ms: number;
  cursor: number;
  chunks: { page: number; events: ReplayEvent[] }[];
}

interface LivePage {
  /** As they came, for looking back. */
  events: ReplayEvent[];
  frame: LiveFrame | undefined;
}

export interface LiveOptions {
  root: HTMLElement;
  words: Words;
  assets: string;
  /** The live view's address, with a slash at its end. */
  url: string;
  csrf: string;
}

const FULL_SNAPSHOT = 2;
const INCREMENT = 3;
/** Moves, presses, scrolls, input, touch: what shows which page the person is on. */
const BY_HAND: ReadonlySet<number> = new Set([1, 2, 3, 5, 6]);

export function isByHand(event: ReplayEvent): boolean {
  const { source } = event.data as { source?: number };
  return event.type === FULL_SNAPSHOT || (event.type === INCREMENT && BY_HAND.has(source ?? -1));
}

async function json<T>(url: string, init: RequestInit = {}): Promise<T> {
  const headers = { Accept: "application/json", ...(init.headers ?? {}) };
  const answer = await fetch(url, { credentials: "same-origin", ...init, headers }).catch(() => {
    throw new SourceError(0, "unreachable");
  });
  if (!answer.ok) throw new SourceError(answer.status, answer.statusText);
  return (await answer.json()) as T;
}

/** Begin to watch. Rejects when that is refused; later ends are shown by themselves. */
export async function watchLive({ root, words, assets, url, csrf }: LiveOptions): Promise<void> {
  const stage = newStage(part(root, "stage"));
  const note = part(root, "note");
  const time = part(root, "time");
  const back = part<HTMLButtonElement>(root, "return");
  const pages = new Map<number, LivePage>();
  let front = 0;
  let cursor = 0;
  let firstMs = 0;
  let newestMs = 0;
  let state = "";
  let past: { frame: Frame; at: number } | undefined;
  let over = false;

  const options = (): FrameOptions => ({
    root: part(root, "stage"),
    assets: { base: assets, names: {} },
    words: words.unseen,
    title: words.frameTitle,
    onResize: () => show(),
  });

  function show(): void {
    const live = pages.get(front)?.frame;
    const shown = past?.frame ?? live;
    for (const page of pages.values()) page.frame?.setFront(page.frame === shown);
    stage.fit(shown);
    part(root, "cover").hidden = shown !== undefined;
    back.disabled = past === undefined;
    const paused = state === "paused" ? words.livePaused : "";
    const behind = past ? fill(words.liveBehind, { time: spoken(newestMs - past.at) }) : "";
    note.textContent = behind || paused || (shown ? "" : words.liveWaits);
    note.hidden = note.textContent === "";
    root.dataset.state = shown ? (state === "paused" || past ? "paused" : "playing") : "loading";
    root.dataset.timeMs = String(Math.max(0, (past?.at ?? newestMs) - firstMs));
    time.textContent = clock((past?.at ?? newestMs) - firstMs);
  }

  function take(chunk: News["chunks"][number], nowMs: number): void {
    const page = pages.get(chunk.page) ?? { events: [], frame: undefined };
    pages.set(chunk.page, page);
    page.events.push(...chunk.events);
    if (chunk.events.some(isByHand)) front = chunk.page;
    for (const event of chunk.events) {
      firstMs = firstMs || event.timestamp;
      newestMs = Math.max(newestMs, event.timestamp);
    }
    if (page.frame === undefined && page.events.some((event) => event.type === FULL_SNAPSHOT)) {
      page.frame = newLiveFrame(options(), nowMs - LIVE_BUFFER_MS);
      page.frame.add(page.events);
    } else page.frame?.add(chunk.events);
  }

  function toLive(): void {
    past?.frame.destroy();
    past = undefined;
    show();
  }

  async function rewind(): Promise<void> {
    const from = past?.at ?? newestMs;
    const page = pages.get(front);
    if (page === undefined || !page.events.some((event) => event.type === FULL_SNAPSHOT)) return;
    const at = Math.max(firstMs, from - LEAP_MS);
    const frame = await newFrame(structuredClone(page.events), options());
    if (over) return frame.destroy();
    past?.frame.destroy();
    frame.show(at);
    frame.element.classList.add("is-current");
    frame.iframe.setAttribute("data-current", "");
    past = { frame, at };
    show();
  }

  /** What was seen goes with the end: the person has not sent it. */
  function end(sentence: string): void {
    over = true;
    past?.frame.destroy();
    for (const page of pages.values()) page.frame?.destroy();
    pages.clear();
    past = undefined;
    part(root, "stage").replaceChildren();
    note.hidden = true;
    showFailure(root, sentence);
  }

  async function poll(watch: number): Promise<void> {
    while (!over) {
      try {
        const news = await json<News>(`${url}news?watch=${watch}&after=${cursor}`);
        cursor = news.cursor;
        state = news.state;
        for (const chunk of news.chunks) take(chunk, news.now_ms);
        show();
      } catch (error) {
        const status = error instanceof SourceError ? error.status : 0;
        // Out of reach for a moment is no end.
        if (!(error instanceof SourceError)) console.error(error);
        if (status === 410) end(words.failed["410"] ?? words.liveEnded);
        else if (status >= 400 && status < 500) end(words.liveEnded);
      }
      await new Promise((done) => setTimeout(done, LIVE_POLL_MS));
    }
  }

  part(root, "rewind").addEventListener("click", () => void rewind());
  back.addEventListener("click", toLive);
  const begun = await json<{ watch: number }>(`${url}watch`, {
    method: "POST",
    headers: { "X-CSRFToken": csrf },
  });
  await poll(begun.watch);
}
