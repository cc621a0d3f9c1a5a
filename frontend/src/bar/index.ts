// The one thing that the recorded person sees of us in the customer's page. It is never in its own recording.
import { guard } from "../shared/guard";
import { STYLE } from "./style";
import { say } from "./words";

export { say, useWords } from "./words";

export interface Press {
  start(): void;
  notMe(): void;
  pause(): void;
  resume(): void;
  stop(): void;
  withdraw(): void;
  /** What else can be done; it comes in a file of its own. */
  more(): void;
}

export interface Bar {
  /** Before anything is recorded: for whom it is, and a press starts it. */
  ask(whom: string): void;
  /** `note` is a few words on what else matters now. */
  recording(seconds: number, left: number, watchers: number, note?: string): void;
  paused(why: string): void;
  /** The bar is another's until `settle`: what it says, its buttons, and the element that they are in. */
  lend(words: string, buttons: Button[], state?: string): HTMLElement;
  /** A question is answered: what comes next may take its place. */
  settle(): void;
  /** A last word, with a way on where there is one. */
  over(text: string, address?: string): void;
  /** Whether a person can see and reach it now. */
  isVisible(): boolean;
  /** Put it back where a script took it away. */
  show(): void;
  /** Go along into the dialog that makes all else inert, and back. */
  follow(): void;
  /** Go to the other edge where it is less in the way. */
  avoid(): void;
  remove(): void;
}

/** Where across it the page is asked what stands there. */
const AT = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

const time = (seconds: number) =>
  [seconds / 60, seconds % 60].map((part) => `${Math.floor(Math.max(0, part))}`.padStart(2, "0")).join(":");

export interface Button {
  id: string;
  text: string;
  kind?: string;
  press?: (() => void) | undefined;
}

/** Without presses it can only say a last word. */
export function createBar(press: Partial<Press>): Bar {
  const host = document.createElement("placet-bar");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.setAttribute("role", "region");
  // The person's language may run the other way than the page's.
  bar.dir = "auto";
  bar.setAttribute("aria-label", say("recording"));
  const dot = document.createElement("span");
  dot.className = "dot";
  const text = document.createElement("div");
  text.className = "text";
  const said = document.createElement("div");
  // Only changes of state are announced; the running time would never let a screen reader rest.
  said.setAttribute("role", "status");
  const small = document.createElement("small");
  text.append(said, small);
  const acts = document.createElement("div");
  acts.className = "acts";
  bar.append(dot, text, acts);
  root.append(bar);
  let shown = "";
  let asking = false;

  function button({ id, text: label, kind = "", press: act }: Button): HTMLButtonElement {
    const element = document.createElement("button");
    element.type = "button";
    element.className = kind;
    element.dataset.testid = id;
    element.textContent = label;
    // A script of the page may narrow a recording, through window.placet; here only a hand counts.
    element.addEventListener(
      "click",
      guard((event: MouseEvent) => {
        if (event.isTrusted) act?.();
      }),
    );
    return element;
  }

  function draw(state: string, words: string, buttons: Button[]): void {
    const key = `${state}|${words}|${buttons.map(({ id }) => id)}`;
    if (key === shown) return;
    shown = key;
    asking = false;
    bar.dataset.state = state;
    said.textContent = words;
    small.textContent = "";
    const move = button({
      id: "placet-move",
      text: "⇅",
      kind: "move",
      press: flip,
    });
    move.setAttribute("aria-label", say("move"));
    const focused = root.activeElement !== null;
    acts.replaceChildren(...buttons.map(button), move);
    show();
    // Whoever works by keyboard stays where the buttons are.
    if (focused) acts.querySelector("button")?.focus();
  }

  function lend(words: string, buttons: Button[], state = "recording"): HTMLElement {
    draw(state, words, buttons);
    asking = true;
    return acts;
  }

  const stop: Button = { id: "placet-stop", text: say("stop"), press: press.stop };
  const withdraw: Button = {
    id: "placet-withdraw",
    text: say("withdraw"),
    kind: "stop",
    press: () => {
      lend(
        say("withdraw.sure"),
        [
          { id: "placet-resume", text: say("keep"), press: press.resume },
          { id: "placet-withdraw-confirm", text: say("withdraw.now"), kind: "stop", press: press.withdraw },
        ],
        "paused",
      );
    },
  };

  /** An open modal dialog makes all but itself inert, the bar too, unless it is inside. */
  function place(): Element {
    const { fullscreenElement: full, documentElement } = document;
    // By name: to ask the whole page for `:modal` several times a second takes its time.
    const open = [...document.getElementsByTagName("dialog")]
      .filter((dialog) => dialog.matches(":modal"))
      .pop();
    return (open?.contains(full) ? full : open) ?? (full?.matches(":modal") ? full : documentElement);
  }

  function show(): void {
    const at = place();
    if (host.parentNode !== at) at.append(host);
  }

  function flip(): void {
    host.dataset.at = host.dataset.at === "top" ? "bottom" : "top";
  }

  /** On how much it lies that has the focus, or that a person uses and cannot scroll out from under it. */
  function inTheWay(): number {
    const { left, top, width, height } = bar.getBoundingClientRect();
    const { activeElement: focused, body, documentElement: page } = document;
    const room = host.dataset.at === "top" ? scrollY : page.scrollHeight - innerHeight - scrollY;
    const isFocus = (element: Element | null) => element === focused && element !== body && element !== host;
    const counts = (element: Element) =>
      isFocus(element) || (room < height && element.matches("input,select,textarea,button,iframe"));
    // What stands there need not be asked where nothing of it counts.
    if (room >= height && !(focused && isFocus(focused) && isOver(focused))) return 0;
    return AT.filter((part) => document.elementsFromPoint(left + width * part, top + height / 2).some(counts))
      .length;
  }

  function isOver(element: Element): boolean {
    const [one, other] = [bar.getBoundingClientRect(), element.getBoundingClientRect()];
    return (
      one.top < other.bottom && other.top < one.bottom && one.left < other.right && other.left < one.right
    );
  }

  function isVisible(): boolean {
    if (!host.isConnected || host.parentNode !== place()) return false;
    const { left, top, width, height } = bar.getBoundingClientRect();
    if (width < 40 || height < 20) return false;
    if (left < -1 || top < -1 || left + width > innerWidth + 1 || top + height > innerHeight + 1)
      return false;
    if (host.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) === false) return false;
    // At its middle and its edges the topmost element must be ours.
    return AT.every((part) => document.elementFromPoint(left + width * part, top + height / 2) === host);
  }

  return {
    ask: (whom) => {
      draw("ask", whom, [
        { id: "placet-start", text: say("start"), kind: "go", press: press.start },
        { id: "placet-not-me", text: say("not_me"), press: press.notMe },
      ]);
      small.textContent = say("start.before");
    },
    recording: (seconds, left, watchers, note) => {
      if (asking) return;
      draw("recording", say(watchers > 0 ? "recording.watched" : "recording", watchers), [
        { id: "placet-pause", text: say("pause"), press: press.pause },
        { id: "placet-more", text: say("more"), press: press.more },
        stop,
        withdraw,
      ]);
      small.textContent = [time(seconds), say("left", time(left)), note].filter(Boolean).join(" · ");
    },
    paused: (why) =>
      draw("paused", why, [
        { id: "placet-resume", text: say("resume"), kind: "go", press: press.resume },
        stop,
        withdraw,
      ]),
    lend,
    settle: () => {
      asking = false;
    },
    over: (words, address) => {
      const go = {
        id: "placet-go",
        text: say("go"),
        kind: "go",
        press: () => location.assign(address ?? ""),
      };
      const close = { id: "placet-close", text: say("close"), press: () => host.remove() };
      draw("over", words, address ? [go, close] : [close]);
    },
    isVisible: () => guard(isVisible)() === true,
    show,
    follow: () => {
      if (host.isConnected) show();
    },
    avoid: () => {
      const here = inTheWay();
      if (!here) return;
      flip();
      // No better there: then where it was is as good as anywhere.
      if (inTheWay() >= here) flip();
    },
    remove: () => host.remove(),
  };
}
