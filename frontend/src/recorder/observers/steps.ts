import { all, listen, type Stop } from "../../shared/guard";
import type { Emit } from "./types";

const PRESSABLE = "a,button,summary,label,input,select,textarea,[role],[onclick]";
/** Whatever is marked, by us or by anybody: its words stay with the page. */
const MARKED =
  "[data-placet-mask],[data-placet-block],[data-clairvio-mask],[data-clairvio-block],.placet-mask,.placet-block,[contenteditable]";
const LABEL = 80;

function roleOf(element: Element): string {
  const tag = element.tagName.toLowerCase();
  const type = element instanceof HTMLInputElement ? element.type : "";
  return element.getAttribute("role") ?? (tag === "a" ? "link" : tag === "input" ? type : tag);
}

/** What the element is called on the page; never what is typed in it. */
function labelOf(element: Element, hidden: (element: Element) => boolean): string {
  if (element.closest(MARKED) || hidden(element)) return "[hidden]";
  const button =
    element instanceof HTMLInputElement && ["submit", "button", "reset"].includes(element.type)
      ? element.value
      : "";
  const field =
    element instanceof HTMLInputElement ||
    element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement;
  const named = field ? element.labels?.[0]?.innerText : (element as HTMLElement).innerText;
  const text = element.getAttribute("aria-label") || button || named || element.getAttribute("title") || "";
  return text.replace(/\s+/g, " ").trim().slice(0, LABEL);
}

function pressed(event: Event): Element | undefined {
  const path = event.composedPath().filter((item): item is Element => item instanceof Element);
  if (path.some((element) => element.localName === "placet-bar")) return undefined;
  return path.find((element) => element.matches(PRESSABLE)) ?? path[0];
}

/** What the person did, in words that the server needs no page for. */
export function observeSteps(emit: Emit, hidden: (element: Element) => boolean): Stop {
  const step = (kind: string, element: Element | undefined) => {
    if (element) emit("placet.step", { kind, label: labelOf(element, hidden), role: roleOf(element) });
  };
  return all(
    listen<MouseEvent>(document, "click", (event) => {
      const element = pressed(event);
      // A press of Enter in a form clicks its button by itself; that is the same step.
      if (event.isTrusted && !(element instanceof HTMLSelectElement)) step("click", element);
    }),
    listen(document, "change", (event) => {
      const element = pressed(event);
      step(element instanceof HTMLSelectElement ? "choose" : "input", element);
    }),
    listen<SubmitEvent>(document, "submit", (event) => {
      if (event.submitter === null && event.target instanceof Element) step("submit", event.target);
    }),
  );
}
