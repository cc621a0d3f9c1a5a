/** The page that checks a receipt: a file or pasted text, the keys of this installation or of a file. */

import { check, type Document, type PublicKey, readDocument, readKeys } from "./check";

function element<T extends HTMLElement>(root: ParentNode, name: string): T {
  const found = root.querySelector<T>(`[data-part="${name}"]`);
  if (found === null) throw new Error(`no ${name} on this page`);
  return found;
}

async function chosen(input: HTMLInputElement): Promise<string> {
  return (await input.files?.[0]?.text()) ?? "";
}

/** What the receipt says of itself, as far as it is plain text. */
function facts(document: Document): [string, string][] {
  const names = [
    "schema",
    "receipt_id",
    "record_id",
    "checkpoint_id",
    "recording_id",
    "consent_receipt",
    "cause",
    "due",
    "started",
    "key_destroyed",
    "finished",
    "kept_until",
    "claims",
    "chain",
    "number",
    "hash",
    "at",
  ]; // prettier-ignore
  return names
    .map((name): [string, unknown] => [name, document[name]])
    .filter((pair): pair is [string, string | number] => ["string", "number"].includes(typeof pair[1]))
    .map(([name, value]) => [name.replaceAll("_", " "), String(value)]);
}

/** `data-*` of the form holds every sentence that is said. */
export function startVerify(root: HTMLElement): () => void {
  const form = element<HTMLFormElement>(root, "form");
  const verdict = element<HTMLElement>(root, "verdict");
  const list = element<HTMLElement>(root, "facts");
  const words = form.dataset;

  const say = (kind: "good" | "bad" | "unsure", sentence: string): void => {
    verdict.dataset.verdict = kind;
    verdict.textContent = sentence;
    verdict.hidden = false;
  };

  const keys = async (): Promise<PublicKey[]> => {
    const given = await chosen(element<HTMLInputElement>(root, "keys"));
    return readKeys(given || (await (await fetch(words.keysUrl ?? "")).text()));
  };

  const look = async (): Promise<void> => {
    list.replaceChildren();
    const text =
      (await chosen(element<HTMLInputElement>(root, "file"))) ||
      element<HTMLTextAreaElement>(root, "text").value;
    let document: Document;
    try {
      document = readDocument(text);
    } catch {
      say("unsure", words.notJson ?? "");
      return;
    }
    try {
      const { genuine, why, keyId } = await check(document, await keys());
      if (genuine) say("good", (words.genuine ?? "").replace("{key}", keyId));
      else
        say(
          "bad",
          { unsigned: words.unsigned, unknown_key: words.unknownKey }[why as string] ?? words.changed ?? "",
        );
      if (genuine) list.append(...facts(document).flatMap(row));
    } catch {
      say("unsure", words.cannot ?? "");
    }
  };

  const row = ([name, value]: [string, string]): HTMLElement[] => {
    const term = root.ownerDocument.createElement("dt");
    const said = root.ownerDocument.createElement("dd");
    term.textContent = name;
    said.textContent = value;
    return [term, said];
  };

  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void look();
  };
  form.addEventListener("submit", onSubmit);
  return () => form.removeEventListener("submit", onSubmit);
}
