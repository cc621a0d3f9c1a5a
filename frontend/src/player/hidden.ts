/** Why a place in the picture shows no value: said where the pointer rests on it. */

import type { Frame } from "./frame";
import { UNSEEN } from "./unseen";
import type { Words } from "./words";

/** "[e-mail 2]" stands where an address stood: its class, and a number that tells one from another. */
const PLACEHOLDER = /\[([A-Za-z][A-Za-z -]*?)(?: \d+)?\]/;

/** The sentence for what stands in a text; empty where nothing was hidden. */
export function reasonIn(text: string, words: Pick<Words, "masked" | "hiddenHere">): string {
  const name = PLACEHOLDER.exec(text)?.[1] ?? "";
  const what = Object.hasOwn(words.masked, name) ? words.masked[name] : undefined;
  return what === undefined ? "" : words.hiddenHere.replace("{what}", what);
}

/** What an element itself says, without its children. */
function ownText(element: Element): string {
  const texts = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.nodeValue);
  const { value, placeholder } = element as Partial<HTMLInputElement>;
  return [...texts, value, placeholder].filter((text) => typeof text === "string").join(" ");
}

function reasonOf(element: Element, words: Words): string {
  const cause = element.closest(`[${UNSEEN}]`)?.getAttribute(UNSEEN);
  const unseen = Object.entries(words.unseen).find(([name]) => name === cause);
  return unseen?.[1] ?? reasonIn(ownText(element), words);
}

/** The frame takes no pointer, so the place is looked up in its document. */
export function explainHidden(stage: HTMLElement, front: () => Frame | undefined, words: Words): void {
  stage.addEventListener("pointermove", ({ clientX, clientY }) => {
    const iframe = front()?.iframe;
    if (iframe === undefined) return;
    const box = iframe.getBoundingClientRect();
    const scale = box.width / Math.max(1, iframe.offsetWidth);
    const found = iframe.contentDocument?.elementFromPoint(
      (clientX - box.left) / scale,
      (clientY - box.top) / scale,
    );
    const reason = found ? reasonOf(found, words) : "";
    if (stage.title !== reason) stage.title = reason;
  });
}
