// Requests as docs/wire.md has them: text/plain without credentials, so that there is no preflight.
import type { Action, Grant, Status } from "../shared/wire";

/** The page's own fetch, taken before anything of ours or another tool's wraps it again. */
const nativeFetch = window.fetch.bind(window);

/** 410: stop and purge, with the reason. */
export class Gone extends Error {
  constructor(readonly reason: string) {
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
  if (response.status === 410) throw new Gone(String(body.reason ?? body.error ?? "gone"));
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
  control(action: Action, keepalive?: boolean): Promise<Status>;
  beat(page: number): Promise<Status>;
  chunk(page: number, seq: number, head: string, body: BlobPart, keepalive?: boolean): Promise<Status>;
}

export async function exchange(base: string, code: string, tab: string): Promise<Grant> {
  return (await post(`${base}/ingest/v1/exchange`, JSON.stringify({ code, tab }))) as Grant;
}

export function api(base: string, { recording, token }: Pick<Grant, "recording" | "token">): Api {
  const at = `${base}/ingest/v1/recordings/${recording}`;
  return {
    page: async (tab) =>
      (await post(`${at}/pages`, JSON.stringify({ token, tab }))) as Status & { page: number },
    control: async (action, keepalive) =>
      (await post(`${at}/control`, JSON.stringify({ token, action }), keepalive)) as Status,
    beat: async (page) => (await post(`${at}/beat`, JSON.stringify({ token, page }))) as Status,
    chunk: async (page, seq, head, body, keepalive) =>
      (await post(
        `${at}/chunks/${page}/${seq}`,
        new Blob([`1 ${token}\t${head}\n`, body]),
        keepalive,
      )) as Status,
  };
}
