// Requests as docs/wire.md has them: text/plain without credentials, so that there is no preflight.
import type { Action, Grant, Status } from "../shared/wire";

/** The page's own fetch, taken before anything of ours or another tool's wraps it again. */
const nativeFetch = window.fetch.bind(window);

/** 410: stop and purge, with the reason. */
export class Gone extends Error {
  /** `detail` is a sentence for the person. */
  constructor(
    readonly reason: string,
    readonly detail = "",
  ) {
    super(reason);
  }
}

/** 429, 503 or no answer at all: keep it and try again after `seconds`. */
export class Later extends Error {
  constructor(readonly seconds: number) {
    super("later");
  }
}

/** Any other refusal: trying again would not help. */
export class Refused extends Error {
  constructor(readonly status: number) {
    super(String(status));
  }
}

async function answer(response: Response): Promise<unknown> {
  const body: Record<string, unknown> = await response.json().catch(() => ({}));
  if (response.ok) return body;
  if (response.status === 410) throw new Gone(String(body.reason ?? "gone"), String(body.detail ?? ""));
  if (response.status === 429 || response.status >= 500)
    throw new Later(Number(body.retry_after ?? response.headers.get("Retry-After") ?? 0));
  throw new Refused(response.status);
}

async function post(url: string, body: BodyInit, keepalive = false): Promise<unknown> {
  let response: Response;
  try {
    response = await nativeFetch(url, {
      method: "POST",
      body,
      keepalive,
      credentials: "omit",
      mode: "cors",
      referrerPolicy: "no-referrer",
      headers: { "Content-Type": "text/plain;charset=UTF-8" },
    });
  } catch {
    throw new Later(0);
  }
  return answer(response);
}

export interface Api {
  page(tab: string): Promise<Status & { page: number }>;
  control(action: Action, from_ms?: number): Promise<Status>;
  beat(page: number): Promise<Status>;
  chunk(
    page: number,
    seq: number,
    head: string,
    body: string | Uint8Array,
    keepalive?: boolean,
  ): Promise<Status>;
}

export async function exchange(base: string, code: string, tab: string): Promise<Grant> {
  return (await post(`${base}/ingest/v1/exchange`, JSON.stringify({ code, tab }))) as Grant;
}

/** In one piece: a blob would go by way of another process. */
function joined(line: string, body: string | Uint8Array): BodyInit {
  if (typeof body === "string") return line + body;
  const head = new TextEncoder().encode(line);
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}

/** `hear` is asked when a request begins, and gets its answer: what has changed meanwhile makes it an old one. */
export function api(
  base: string,
  { recording, token }: Pick<Grant, "recording" | "token">,
  hear: () => (status: Status) => void,
): Api {
  const at = `${base}/ingest/v1/recordings/${recording}`;
  async function ask<Answer extends Status>(
    path: string,
    body: BodyInit,
    keepalive = false,
  ): Promise<Answer> {
    const heard = hear();
    const status = (await post(`${at}/${path}`, body, keepalive)) as Answer;
    heard(status);
    return status;
  }
  return {
    page: (tab) => ask("pages", JSON.stringify({ token, tab })),
    control: (action, from_ms) => ask("control", JSON.stringify({ token, action, from_ms })),
    beat: (page) => ask("beat", JSON.stringify({ token, page })),
    chunk: (page, seq, head, body, keepalive) =>
      ask(`chunks/${page}/${seq}`, joined(`1 ${token}\t${head}\n`, body), keepalive),
  };
}
