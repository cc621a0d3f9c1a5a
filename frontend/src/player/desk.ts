/** What an agent does with a recording besides watching it: remark on a moment, copy the story, take a file. */

import { part } from "./dom";
import type { Engine } from "./engine";
import { clock, fill } from "./format";
import { SourceError } from "./source";
import type { Words } from "./words";

export interface Remark {
  at_ms: number | null;
  who: string;
  body: string;
}

export interface DeskOptions {
  root: HTMLElement;
  engine: Engine;
  words: Words;
  /** The recording's address, with a slash at its end. */
  base: string;
  csrf: string;
  say(text: string): void;
  /** A remark was kept. */
  remarked(atMs: number, body: string): void;
}

async function post(url: string, csrf: string, fields: Record<string, string>): Promise<Response> {
  const answer = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": csrf },
    body: new URLSearchParams(fields),
  }).catch(() => {
    throw new SourceError(0, "unreachable");
  });
  // They must show that it is still them; the page that asks leads back here.
  if (answer.status === 401)
    location.assign(`/accounts/reauthenticate/?next=${encodeURIComponent(location.pathname)}`);
  if (!answer.ok) throw new SourceError(answer.status, answer.statusText);
  return answer;
}

/** The browser's own download; the name is the server's. */
async function save(answer: Response): Promise<void> {
  const name =
    /filename="([\w.-]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "recording";
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Returns what opens the remark's dialog. */
export function newDesk({ root, engine, words, base, csrf, say, remarked }: DeskOptions): () => void {
  const dialog = part<HTMLDialogElement>(document.body, "remark-dialog");
  const body = part<HTMLTextAreaElement>(dialog, "remark-body");
  const failed = (error: unknown) => {
    const status = error instanceof SourceError ? String(error.status) : "other";
    say(words.failed[status] ?? words.notDone);
  };
  let atMs = 0;

  const open = () => {
    engine.pause();
    atMs = Math.round(engine.timeMs);
    part(dialog, "remark-at").textContent = fill(words.remarkAt, { time: clock(atMs) });
    dialog.showModal();
    body.focus();
  };
  const keep = async () => {
    const text = body.value.trim();
    if (text === "") return;
    await post(`${base}remarks`, csrf, { body: text, at_ms: String(atMs) });
    remarked(atMs, text);
    body.value = "";
    dialog.close();
    say(words.remarkKept);
  };
  part(dialog, "remark-keep").addEventListener("click", () => keep().catch(failed));
  part(dialog, "remark-cancel").addEventListener("click", () => dialog.close());
  body.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) keep().catch(failed);
  });
  part(root, "remark").addEventListener("click", open);

  const copy = part<HTMLButtonElement>(root, "story");
  copy.addEventListener("click", () => {
    copy.disabled = true;
    post(`${base}story`, csrf, {})
      .then(() => say(words.storyCopied))
      .catch((error) => {
        copy.disabled = false;
        failed(error);
      });
  });

  const reason = part<HTMLInputElement>(root, "export-reason");
  part(root, "export").addEventListener("click", () => {
    if (!reason.reportValidity()) return;
    const kind = part<HTMLSelectElement>(root, "export-kind").value;
    post(`${base}exports/${kind}`, csrf, { reason: reason.value })
      .then(save)
      .then(() => say(words.exported))
      .catch(failed);
  });
  return open;
}
