// What "More" in the bar opens: a note at a moment, hiding a part of the page, and what support will not see.

import type { Bar, Button } from "../bar";
import { SHOW } from "../privacy/exposure";
import { markOf } from "../privacy/marks";
import type { Api } from "../recorder/api";
import type { Capture } from "../recorder/capture";
import type { Kept } from "../recorder/grant";
import { listen, type Stop } from "../shared/guard";
import type { Policy } from "../shared/wire";
import { attributesOf, createLayer, hostOf, isValid, put } from "./overlay";

/** What the recorder lends. */
export interface Kit {
  kept: Kept;
  capture: Capture;
  server: Api;
  bar: Bar;
  say(key: string, n?: string | number): string;
  hold(kept: Kept): void;
  /** Since when this page may have been recorded. */
  since: number;
  /** Back to what the bar says of the recording. */
  close(): void;
}

const FIELDS = "input,textarea,select,[contenteditable]:not([contenteditable=false])";
const CLOSED = "iframe,canvas,video,audio,object,embed";
const BUTTONS = /^(?:submit|button|reset|image|checkbox|radio|range|color)$/;
const NOTE_LONGEST = 200;
/** Of a page with more elements only the first are looked at. */
const MOST = 20_000;
const LOOK_MS = 500;

// On the elements themselves: a sheet of its own, or a rule more in the bar's, would be told in the recording.
const FIELD_STYLE =
  "font:inherit;color:inherit;background:none;border:1px solid var(--line);border-radius:9px;min-height:44px;padding:0 12px;flex:1 1 220px;box-sizing:border-box;min-width:0";
const TOLD_STYLE = "flex:1 0 100%;color:var(--soft);font-size:13px";

export function openTools(kit: Kit): void {
  const { say } = kit;
  const button = (id: string, press: () => void, kind = ""): Button => ({
    id: `placet-${id}`,
    text: say(id.replace("-", ".")),
    kind,
    press,
  });
  const back = button("tools-back", kit.close);
  kit.bar.lend(say("tools"), [
    button("tools-note", () => writeNote(kit, button, back)),
    button("tools-hide", () => pointAtSomething(kit, button, back)),
    button("tools-look", () => showHidden(kit, back)),
    back,
  ]);
}

type Make = (id: string, press: () => void, kind?: string) => Button;

// --- A note ---------------------------------------------------------------------------------------------

function writeNote(kit: Kit, button: Make, back: Button): void {
  const field = document.createElement("input");
  const save = (): void => {
    const text = field.value.trim();
    if (!text) {
      field.focus();
      return;
    }
    kit.capture.emit("placet.note", { text });
    kit.bar.lend(kit.say("note.done"), [button("tools-done", kit.close, "go")]);
  };
  const acts = kit.bar.lend(kit.say("note"), [button("note-save", save, "go"), back]);
  field.style.cssText = FIELD_STYLE;
  field.maxLength = NOTE_LONGEST;
  field.autocomplete = "off";
  field.dataset.testid = "placet-note";
  field.setAttribute("aria-label", kit.say("note"));
  field.addEventListener("keydown", (event) => {
    // The page's own keys are not meant.
    event.stopPropagation();
    if (event.key !== "Enter" || !event.isTrusted) return;
    // Else it would press the button that has the focus next.
    event.preventDefault();
    save();
  });
  acts.prepend(field);
  field.focus();
}

// --- Hide this ------------------------------------------------------------------------------------------

function pointAtSomething(kit: Kit, button: Make, back: Button): void {
  const layer = createLayer();
  let at: Element | undefined;
  const choose = (): void => {
    if (!at) return;
    hide(kit, selectorOf(at));
    kit.bar.lend(kit.say("hide.done"), [
      button("hide-before", () => void takeOut(kit, button), "stop"),
      button("hide-keep", kit.close),
    ]);
  };
  const acts = kit.bar.lend(kit.say("hide"), [button("hide-this", choose, "go"), back]);
  const host = hostOf(acts);
  const frame = layer.box();
  const told = document.createElement("span");
  told.style.cssText = TOLD_STYLE;
  told.setAttribute("role", "status");
  acts.append(told);
  const mark = (element: Element | null | undefined): void => {
    if (!element || element === host) return;
    at = element;
    put(frame, element);
    told.textContent = nameOf(element);
  };
  layer.open(acts, "cursor:crosshair");
  layer.element.addEventListener("pointermove", ({ clientX, clientY }) =>
    mark(document.elementsFromPoint(clientX, clientY).find((element) => element !== host)),
  );
  layer.element.addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    mark(document.elementsFromPoint(event.clientX, event.clientY).find((element) => element !== host));
    choose();
  });
  const start = document.activeElement === host ? null : document.activeElement;
  mark(start && start !== document.body ? start : document.body.firstElementChild);
  acts.addEventListener("keydown", (event) => {
    const next = steps[event.key]?.(at ?? document.body);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    mark(next);
    next.scrollIntoView({ block: "nearest" });
    put(frame, next);
  });
}

/** With keys: out, in, and along. */
const steps: Record<string, (at: Element) => Element | null> = {
  ArrowUp: (at) => (at === document.body ? null : at.parentElement),
  ArrowDown: (at) => at.firstElementChild,
  ArrowLeft: (at) => at.previousElementSibling,
  ArrowRight: (at) => at.nextElementSibling,
};

/** It goes with the grant, so that the next pages hide it, too. */
function hide({ kept, hold, capture }: Kit, selector: string): void {
  kept.grant.policy.block_selectors.push(selector);
  hold({ ...kept, waiting: [] });
  capture.tighten();
}

/** Whether the server has heard that what was recorded of this page so far goes for good. */
async function isTakenOut({ server, since, capture }: Kit): Promise<boolean> {
  try {
    await server.control("take_out", since);
  } catch {
    return false;
  }
  capture.snapshot();
  return true;
}

async function takeOut(kit: Kit, button: Make): Promise<void> {
  const done = button("tools-done", kit.close, "go");
  kit.bar.lend(kit.say((await isTakenOut(kit)) ? "hide.gone" : "hide.failed"), [done]);
}

/** Its id, else its place among its kind under the nearest element that has one. It may match more: that hides more. */
export function selectorOf(element: Element): string {
  const parts: string[] = [];
  for (let at: Element | null = element; at && at !== document.documentElement; at = at.parentElement) {
    if (at.id && document.querySelectorAll(`#${CSS.escape(at.id)}`).length === 1) {
      parts.unshift(`#${CSS.escape(at.id)}`);
      break;
    }
    const { localName } = at;
    const alike = Array.from(at.parentElement?.children ?? []).filter((one) => one.localName === localName);
    const name = CSS.escape(localName);
    parts.unshift(alike.length > 1 ? `${name}:nth-of-type(${alike.indexOf(at) + 1})` : name);
  }
  return parts.join(">");
}

const nameOf = (element: Element): string =>
  (element.getAttribute("aria-label") ?? element.textContent ?? "")
    .trim()
    .replace(/\s+/g, " ")
    .slice(0, 60) || element.localName;

// --- What support does not see --------------------------------------------------------------------------

function showHidden(kit: Kit, back: Button): void {
  const layer = createLayer();
  const { policy } = kit.kept.grant;
  const found = hiddenIn(policy);
  const strict = policy.mode === "strict" ? "look.strict" : "look";
  const acts = kit.bar.lend(kit.say(strict, found.length), [back]);
  layer.open(acts, "pointer-events:none");
  const boxes = found.map((element) => [layer.box(), element] as const);
  const draw = (): void => {
    for (const [box, element] of boxes) put(box, element);
  };
  draw();
  const stop: Stop = listen(document, "scroll", draw);
  const timer = setInterval(() => {
    if (layer.element.isConnected) return draw();
    clearInterval(timer);
    stop();
  }, LOOK_MS);
}

/** The outermost elements whose contents never leave the browser. */
function hiddenIn(policy: Policy): Element[] {
  const selectors = [...policy.mask_selectors, ...policy.block_selectors].filter(isValid).join(",");
  const open = new Set(policy.open_input_types);
  const isHidden = (element: Element): boolean =>
    element.matches(CLOSED) ||
    (element.matches(FIELDS) && !(element instanceof HTMLInputElement && isOpen(element, open))) ||
    (selectors !== "" && element.matches(selectors)) ||
    markOf(attributesOf(element)).exposure !== SHOW;
  const found: Element[] = [];
  for (const element of Array.from(document.body.querySelectorAll("*")).slice(0, MOST)) {
    if (element.localName === "placet-bar" || found.at(-1)?.contains(element)) continue;
    const { width, height } = element.getBoundingClientRect();
    if (width > 0 && height > 0 && isHidden(element)) found.push(element);
  }
  return found;
}

const isOpen = ({ type }: HTMLInputElement, open: Set<string>): boolean =>
  open.has(type) || BUTTONS.test(type);
