// Gated events become numbered chunks; chunks go in order, one at a time, until each is acknowledged. A chunk that
// cannot get there leaves a span that the recording marks as a gap.
import type { Event } from "../privacy";
import { guard } from "../shared/guard";
import { type Api, Gone, Later } from "./api";
import {
  CHUNK_BYTES,
  CHUNK_LARGE,
  CHUNK_MOST,
  CHUNK_MS,
  KEPT_BYTES,
  RETRY_LONGEST_MS,
  RETRY_MS,
  SAFE_BYTES,
  TAIL_BYTES,
  WAITING_BYTES,
} from "./constants";
import { type Span, spanOf, type Waiting } from "./grant";
import { gzip } from "./gzip";

/** What a page leaves for the next one. */
export interface Left {
  waiting: Waiting[];
  lost: Span | undefined;
}

export interface Uploader {
  add(event: Event): void;
  /** A trusted pointer or key event happened. Answers whether it is the first since the last chunk. */
  trust(): boolean;
  /** A new page load's numbers begin, with its first event. */
  page(number: number, first: Event): void;
  /** Send what is there; resolves when all is acknowledged, or given up because recording is over. */
  flush(): Promise<void>;
  /** What is not acknowledged yet, as far as there is room to keep it. */
  left(): Left;
  /** The page goes: one keepalive request with what fits. Answers what to keep for the next page. */
  tail(): Left;
  /** Mark the page's end, send it, and take nothing more. */
  finish(): Promise<void>;
  stop(): void;
}

export interface UploaderOptions {
  api: Api;
  waiting: Waiting[];
  gone(reason: string): void;
  /** The server is away for too long. */
  full(): void;
  /** One event is more than the server takes. */
  large(event: Event): void;
  /** The server will never take this part; `row` counts refusals without a chunk taken in between. */
  lost(span: Span, row: number): void;
  /** All is acknowledged. */
  drained(): void;
}

interface Item {
  json: string;
  at: number;
  snapshot: boolean;
}

const size = (text: string) => new Blob([text]).size;

export function createUploader(options: UploaderOptions): Uploader {
  const { api, waiting } = options;
  const packed = new WeakMap<Waiting, ReturnType<typeof gzip>>();
  let page = 0;
  let seq = 0;
  let items: Item[] = [];
  let bytes = 0;
  let trusted = false;
  let over = false;
  let refusals = 0;
  /** Bytes of a keepalive request that is under way. */
  let flying = 0;
  let pumping: Promise<void> | undefined;
  let sealed = 0;
  let flushMs = 2_000;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wake: (() => void) | undefined;

  /** Make a chunk of the first `count` events. */
  function seal(flag = "", count = items.length): void {
    if (count === 0 || page === 0) return;
    const part = items.slice(0, count);
    items = items.slice(count);
    bytes = items.reduce((sum, { json }) => sum + json.length, 0);
    const times = part.map(({ at }) => at);
    const snapshot = part.some((item) => item.snapshot);
    const flags = `${snapshot ? "s" : ""}${trusted ? "t" : ""}${flag}` || "-";
    trusted = false;
    sealed = Date.now();
    const head = `${Math.floor(Math.min(...times))} ${Math.ceil(Math.max(...times))} ${flags}`;
    waiting.push([page, seq++, head, `[${part.map(({ json }) => json).join(",")}]`]);
    if (waiting.reduce((sum, [, , , json]) => sum + json.length, 0) > WAITING_BYTES) options.full();
  }

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, ms);
    });

  function pack(chunk: Waiting): ReturnType<typeof gzip> {
    const before = packed.get(chunk);
    if (before) return before;
    const made = gzip(chunk[3]);
    packed.set(chunk, made);
    return made;
  }

  async function send(chunk: Waiting): Promise<void> {
    const [number, count, head] = chunk;
    const body = await pack(chunk);
    const safe = body.length <= SAFE_BYTES;
    flying = safe ? body.length : 0;
    try {
      const status = await api.chunk(number, count, head, body, safe);
      flushMs = status.flush_ms;
    } finally {
      flying = 0;
    }
  }

  function refused(chunk: Waiting): void {
    waiting.shift();
    options.lost(spanOf([chunk]), ++refusals);
  }

  async function pump(): Promise<void> {
    let wait = RETRY_MS;
    while (waiting.length > 0 && !over) {
      const chunk = waiting[0] as Waiting;
      try {
        await send(chunk);
        waiting.shift();
        refusals = 0;
        wait = RETRY_MS;
        if (waiting.length === 0) options.drained();
      } catch (error) {
        if (over) return;
        if (error instanceof Gone) {
          over = true;
          options.gone(error.reason);
        } else if (error instanceof Later) {
          await pause(Math.max(wait, error.seconds * 1_000));
          wait = Math.min(wait * 2, RETRY_LONGEST_MS);
        } else refused(chunk);
      }
    }
  }

  function run(): Promise<void> {
    pumping ??= pump()
      .catch(() => {})
      .finally(() => {
        pumping = undefined;
      });
    return pumping;
  }

  async function all(): Promise<void> {
    wake?.();
    while (waiting.length > 0 && !over) await run();
  }

  function schedule(): void {
    timer ??= setTimeout(
      guard(() => {
        timer = undefined;
        seal();
        void run();
      }),
      flushMs,
    );
  }

  /** As many of the oldest as there is room for; what comes after them is lost to the next page. */
  function left(): Left {
    let room = KEPT_BYTES;
    const first = waiting.findIndex(([, , , json]) => {
      room -= json.length;
      return room < 0;
    });
    if (first < 0) return { waiting: [...waiting], lost: undefined };
    return { waiting: waiting.slice(0, first), lost: spanOf(waiting.slice(first)) };
  }

  /** How many of the oldest events must stay out of a last request that holds `most` bytes. */
  function tooMuch(most: number): number {
    let room = most;
    for (let at = items.length - 1; at >= 0; at--) {
      room -= size((items[at] as Item).json) + 1;
      if (room < 0) return at + 1;
    }
    return 0;
  }

  const online = () => wake?.();
  window.addEventListener("online", online);
  if (waiting.length > 0) void run();

  return {
    add: (event) => {
      if (over) return;
      const json = JSON.stringify(event);
      if (json.length > CHUNK_MOST / 3 && size(json) > CHUNK_MOST) return options.large(event);
      // A large event stands alone: what is small goes quickly, and fits a last request.
      if (json.length > CHUNK_BYTES) seal();
      items.push({ json, at: event.timestamp, snapshot: event.type === 2 });
      bytes += json.length;
      if (page === 0 && bytes > WAITING_BYTES) return options.full();
      // Where much happens a chunk may grow: a request costs the page more than what is in it.
      const soon = Date.now() - sealed < CHUNK_MS;
      if (bytes >= (soon ? CHUNK_LARGE : CHUNK_BYTES) && page > 0) {
        seal();
        void run();
      } else schedule();
    },
    trust: () => {
      const first = !trusted;
      trusted = true;
      return first;
    },
    page: (number, first) => {
      seal();
      page = number;
      seq = 0;
      items.unshift({ json: JSON.stringify(first), at: first.timestamp, snapshot: false });
      schedule();
    },
    flush: () => {
      seal();
      return all();
    },
    left,
    tail: () => {
      const most = TAIL_BYTES - flying;
      // Without a number there is nowhere to send it: what this page held is lost, and said to be.
      if (page === 0 && items.length > 0) {
        const { waiting: kept, lost } = left();
        const times = [...items.map(({ at }) => at), ...(lost ?? [])];
        return { waiting: kept, lost: [Math.min(...times), Math.max(...times)] };
      }
      seal("", tooMuch(most));
      seal("lk");
      const newest = waiting[waiting.length - 1];
      if (newest && !over && size(newest[3]) <= most) {
        const [number, count, head, json] = newest;
        // Compressing here would come too late (measured), so it goes as it is.
        guard(() => void api.chunk(number, count, head, json, true).catch(() => {}))();
      }
      return left();
    },
    finish: () => {
      seal("l");
      return all();
    },
    stop: () => {
      over = true;
      items = [];
      waiting.length = 0;
      clearTimeout(timer);
      window.removeEventListener("online", online);
      wake?.();
    },
  };
}
