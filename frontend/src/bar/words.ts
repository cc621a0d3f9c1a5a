// What the bar says. The server sends the words with the grant, in the language in which the person agreed
// (apps/recordings/bar.py); here is only what a bar without a grant, which can but end, says in any case.

export type Words = Readonly<Record<string, string>>;

const PLAIN: Words = { recording: "Recording", ended: "The recording has ended.", close: "Close" };

let words: Words = {};

export function useWords(sent: Words | undefined): void {
  words = sent ?? {};
}

/** `paused.slow` falls back to what is said of `paused`, and without words to the key, so that no button is
 * nameless; `{n}` in a text gives way to `n`. */
export function say(key: string, n: string | number = ""): string {
  const [kind = key] = key.split(".");
  return (words[key] ?? words[kind] ?? PLAIN[key] ?? PLAIN[kind] ?? kind).replace("{n}", String(n));
}
