import { all, guard, type Stop } from "../../shared/guard";
import { watchCalls } from "./patch";
import type { Emit } from "./types";

interface Call {
  kind: "fetch" | "xhr" | "beacon";
  method: string;
  url: string;
  begun: number;
  operation?: string | undefined;
}

/** What of an answer the site has asked to keep; called while the page has not read it yet. */
export type ReadFields = (answer: Response | XMLHttpRequest) => Promise<Record<string, unknown> | undefined>;

const absolute = (url: string) => new URL(url, document.baseURI).href;

/** An address as it was given. What would have to be asked for its text is not: the page could see that. */
function addressOf(given: unknown): string {
  if (typeof given === "string") return given;
  if (given instanceof URL) return given.href;
  return given instanceof Request ? given.url : "";
}

function methodOf(input: unknown, init: unknown): string {
  const method = (init as RequestInit | undefined)?.method;
  return typeof method === "string" ? method : input instanceof Request ? input.method : "GET";
}

/** What a request of GraphQL asks for, by the name that its developers gave it; never with what. */
function operationOf(url: string, body: unknown): string | undefined {
  if (typeof body !== "string" || !/graphql|gql/i.test(url)) return undefined;
  return /"operationName"\s*:\s*"(\w+)"|"(?:query|mutation|subscription) (\w+)/
    .exec(body)
    ?.slice(1)
    .find(Boolean);
}

/**
 * How requests went: method, address (the gate cleans it), status, times and sizes. Never a header, and never a body
 * but for the fields that the site has named.
 */
export function observeNetwork(emit: Emit, now: () => number, read?: ReadFields): Stop {
  const done = guard(
    (
      { kind, method, url, begun, operation }: Call,
      status: number,
      error?: string,
      bytes?: number,
      answer?: Response | XMLHttpRequest,
    ) => {
      const payload = {
        kind,
        method: method.toUpperCase(),
        url: absolute(url),
        status,
        start_ms: Math.round(begun),
        duration_ms: Math.round(now() - begun),
        response_bytes: bytes,
        error,
        operation,
      };
      const tell = (fields?: unknown) => emit("placet.network", { ...payload, fields });
      if (answer && read) void read(answer).then(tell, () => tell());
      else tell();
    },
  );

  const calls = new WeakMap<XMLHttpRequest, Call>();
  return all(
    watchCalls(window, "fetch", (go, [input, init]) => {
      const method = guard(methodOf)(input, init) ?? "GET";
      const url = guard(addressOf)(input) ?? "";
      const operation = guard(() => operationOf(url, (init as RequestInit | undefined)?.body))();
      const call: Call = { kind: "fetch", method, url, begun: now(), operation };
      // The page gets a promise of its own, so that what it leaves unhandled is reported as before.
      return (go() as Promise<Response>).then(
        (response) => {
          const length = response.headers.get("content-length");
          done(call, response.status, undefined, length === null ? undefined : Number(length), response);
          return response;
        },
        (error: unknown) => {
          done(call, 0, error instanceof Error ? error.name : "failed");
          throw error;
        },
      );
    }),
    watchCalls(XMLHttpRequest.prototype, "open", (go, [method, url], self) => {
      if (self instanceof XMLHttpRequest)
        calls.set(self, {
          kind: "xhr",
          method: typeof method === "string" ? method : "GET",
          url: guard(addressOf)(url) ?? "",
          begun: 0,
        });
      return go();
    }),
    watchCalls(XMLHttpRequest.prototype, "send", (go, [body], self) => {
      const call = self instanceof XMLHttpRequest ? calls.get(self) : undefined;
      if (call && self instanceof XMLHttpRequest) {
        call.begun = now();
        call.operation = guard(operationOf)(call.url, body);
        self.addEventListener(
          "loadend",
          guard(() => done(call, self.status, self.status ? undefined : "failed", undefined, self)),
          { once: true },
        );
      }
      return go();
    }),
    watchCalls(Navigator.prototype, "sendBeacon", (go, [url]) => {
      const sent = go();
      done(
        { kind: "beacon", method: "POST", url: guard(addressOf)(url) ?? "", begun: now() },
        sent ? 202 : 0,
      );
      return sent;
    }),
  );
}
