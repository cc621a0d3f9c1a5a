// What the bar says where there is no grant and so no words: in the first language of the reader that there is.
import type { Words } from "../bar/words";
import texts from "./notstarted.json";

const ALSO: Record<string, string> = { no: "nb", nn: "nb", iw: "he", zh: "zh-hans" };

/** By the languages of the browser, as the server chooses for its own pages (apps/core/languages.py). */
export function notStarted(wishes: readonly string[] = navigator.languages): Words {
  const said: Record<string, Words> = texts;
  for (const wish of wishes) {
    const code = wish.toLowerCase();
    const [primary = ""] = code.split("-");
    const words = said[code] ?? said[primary] ?? said[ALSO[primary] ?? ""];
    if (words) return words;
  }
  return texts.en;
}
