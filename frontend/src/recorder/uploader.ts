// Gated events become numbered chunks; chunks go in order, one at a time, until each is acknowledged.
import type { Event } from "../privacy";
import { guard } from "../shared/guard";
import type { Status } from "../shared/wire";
import { type Api, Gone, Later } from "./api";
import { CHUNK_BYTES, KEPT_BYTES, RETRY_LONGEST_MS, RETRY_MS, TAIL_BYTES, WAITING_BYTES } from "./constants";
import type { Kept } from "./grant";

type Waiting = Kept["waiting"][number];

export interface Uploader {
  add(event: Event): void;
  /** A trusted pointer or key event happened. */
  trust(): void;
  /** A new page load's numbers begin. */
  page(number: number): void;
  /** Send what is there; resolves when all is acknowledged, or given up because recording is over. */
  flush(): Promise<void>;
  /** The page goes: one keepalive request with what fits. Answers what to keep for the next page. */
  tail(): Waiting[];
  /** Mark the page's end, send it, and take nothing more. */
  finish(): Promise<void>;
  stop(): void;
}

export interface UploaderOptions {
  api: Api;
  waiting: Waiting[];
  heard(status: Status): void;
  gone(reason: string): void;
  full(): void;
}

async function gzip(text: string): Promise<BlobPart> {
  if (typeof CompressionStream === "undefined") return text;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

export function createUploader({ api, waiting, heard, gone, full }: UploaderOptions): Uploader {
  let page = 0;
  let seq = 0;
  let events: string[] = [];
  let bytes = 0;
  let first = 0;
  let last = 0;
  let snapshot = false;
  let trusted = false;
  let over = false;
  let pumping: Promise<void> | undefined;
  let flushMs = 2_000;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wake: (() => void) | undefined;

  function seal(extra = ""): void {
    if (events.length === 0 || page === 0) return;
    const flags = `${snapshot ? "s" : ""}${trusted ? "t" : ""}${extra}` || "-";
    const head = `${Math.floor(first)} ${Math.ceil(last)} ${flags}`;
    waiting.push([page, seq++, head, `[${events.join(",")}]`]);
    events = [];
    bytes = 0;
    snapshot = trusted = false;
    if (waiting.reduce((sum, [, , , json]) => sum + json.length, 0) > WAITING_BYTES) full();
  }

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, ms);
    });

  async function pump(): Promise<void> {
    let wait = RETRY_MS;
    while (waiting.length > 0 && !over) {
      const [number, count, head, json] = waiting[0] as Waiting;
      try {
        const status = await api.chunk(number, count, head, await gzip(json));
        waiting.shift();
        wait = RETRY_MS;
        flushMs = status.flush_ms;
        heard(status);
      } catch (error) {
        if (error instanceof Gone) {
          over = true;
          gone(error.reason);
        } else if (error instanceof Later) {
          await pause(Math.max(wait, error.seconds * 1_000));
          wait = Math.min(wait * 2, RETRY_LONGEST_MS);
        } else {
          // The server will never take this one; those behind it may still be good.
          waiting.shift();
        }
      }
    }
  }

  function send(): Promise<void> {
    pumping ??= pump().finally(() => {
      pumping = undefined;
    });
    return pumping;
  }

  function schedule(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      seal();
      void send();
    }, flushMs);
  }

  const online = () => wake?.();
  window.addEventListener("online", online);
  if (waiting.length > 0) void send();

  return {
    add: (event) => {
      if (over) return;
      const json = JSON.stringify(event);
      if (events.length === 0) first = event.timestamp;
      first = Math.min(first, event.timestamp);
      last = events.length === 0 ? event.timestamp : Math.max(last, event.timestamp);
      events.push(json);
      bytes += json.length;
      snapshot ||= event.type === 2;
      if (bytes >= CHUNK_BYTES) {
        seal();
        void send();
      } else schedule();
    },
    trust: () => {
      trusted = true;
    },
    page: (number) => {
      seal();
      page = number;
      seq = 0;
    },
    flush: async () => {
      seal();
      while (waiting.length > 0 && !over) await send();
    },
    tail: () => {
      seal("lk");
      const newest = waiting[waiting.length - 1];
      if (newest && !over && newest[3].length <= TAIL_BYTES) {
        const [number, count, head, json] = newest;
        // Compressing here would come too late (measured), so it goes as it is.
        guard(() => void api.chunk(number, count, head, json, true).catch(() => {}))();
      }
      let room = KEPT_BYTES;
      return waiting.filter(([, , , json]) => {
        room -= json.length;
        return room >= 0;
      });
    },
    finish: async () => {
      seal("l");
      while (waiting.length > 0 && !over) await send();
    },
    stop: () => {
      over = true;
      events = [];
      waiting.length = 0;
      clearTimeout(timer);
      window.removeEventListener("online", online);
      wake?.();
    },
  };
}
