// Connections that stay open: when they came and went, and how much went through. Never what.
import { watchCalls } from "../recorder/observers/patch";
import type { Emit } from "../recorder/observers/types";
import { all, guard, type Stop } from "../shared/guard";

type Made = WebSocket | EventSource;

interface Line {
  kind: "websocket" | "eventsource";
  url: string;
  begun: number;
  sent: number;
  received: number;
}

/** Bytes, where they can be told without reading; of a text, its letters. */
function sizeOf(data: unknown): number {
  if (typeof data === "string") return data.length;
  return (data instanceof Blob ? data.size : (data as ArrayBuffer).byteLength) || 0;
}

/** Look on while the page makes one of these. The page sees the same class, and gets it back. */
function watchMade(name: "WebSocket" | "EventSource", made: (it: Made) => void): Stop {
  const host = window as unknown as Record<string, new (...args: unknown[]) => Made>;
  const original = host[name];
  if (!original) return () => {};
  let active = true;
  const tell = guard(made);
  const proxy = new Proxy(original, {
    construct: (of, args, target) => {
      const it: Made = Reflect.construct(of, args, target);
      if (active) tell(it);
      return it;
    },
  });
  const put = (from: typeof original, to: typeof original) => {
    if (host[name] === from) host[name] = to;
    if (original.prototype.constructor === from) original.prototype.constructor = to;
  };
  put(original, proxy);
  return () => {
    active = false;
    put(proxy, original);
  };
}

export function observeSockets(emit: Emit, now: () => number): Stop {
  const lines = new WeakMap<object, Line>();
  const tell = ({ kind, url, begun, sent, received }: Line, status: number, error?: string) =>
    emit("placet.network", {
      kind,
      method: "GET",
      url,
      status,
      start_ms: Math.round(begun),
      duration_ms: Math.round(now() - begun),
      request_bytes: sent,
      response_bytes: received,
      error,
    });
  const on = <E extends Event>(it: Made, name: string, then: (event: E) => void) =>
    it.addEventListener(name, guard(then) as (event: Event) => void);
  const follow = (it: Made, kind: Line["kind"], opened: number): Line => {
    const line = { kind, url: it.url, begun: now(), sent: 0, received: 0 };
    lines.set(it, line);
    on(it, "open", () => tell(line, opened));
    on<MessageEvent>(it, "message", ({ data }) => {
      line.received += sizeOf(data);
    });
    return line;
  };
  return all(
    watchMade("WebSocket", (it) => {
      const line = follow(it, "websocket", 101);
      on<CloseEvent>(it, "close", ({ wasClean, code }) =>
        wasClean ? tell(line, 101) : tell(line, 0, `closed ${code}`),
      );
    }),
    watchCalls(WebSocket.prototype, "send", (go, [data], self) => {
      const line = lines.get(self as object);
      if (line) line.sent += guard(sizeOf)(data) ?? 0;
      return go();
    }),
    watchMade("EventSource", (it) => {
      const line = follow(it, "eventsource", 200);
      // It tries again by itself as long as it is not closed.
      on(it, "error", () => it.readyState === EventSource.CLOSED && tell(line, 0, "failed"));
    }),
  );
}
