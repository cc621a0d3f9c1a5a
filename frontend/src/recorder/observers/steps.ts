import { all, listen, type Stop } from "../../shared/guard";
import type { Emit } from "./types";

const PRESSABLE = "a,button,summary,label,input,select,textarea,[role],[onclick]";

function roleOf(element: Element): string {
  const tag = element.tagName.toLowerCase();
  const type = element instanceof HTMLInputElement ? element.type : "";
  return element.getAttribute("role") ?? (tag === "a" ? "link" : tag === "input" ? type : tag);
}

/** What names the element: its words on a button, else an element, whose words only the gate may read. */
function namedBy(element: Element): Element | string {
  if (element instanceof HTMLInputElement && ["submit", "button", "reset"].includes(element.type))
    return element.value;
  return (element as HTMLInputElement).labels?.[0] ?? element;
}

function pressed(event: Event): Element | undefined {
  const path = event.composedPath().filter((item): item is Element => item instanceof Element);
  if (path.some((element) => element.localName === "placet-bar")) return undefined;
  return path.find((element) => element.matches(PRESSABLE)) ?? path[0];
}

/** What the person did, in words that the server needs no page for. */
export function observeSteps(emit: Emit): Stop {
  const step = (kind: string, element: Element | undefined) => {
    if (element) emit("placet.step", { kind, label: namedBy(element), role: roleOf(element) });
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
