// What a person does in a page, in the events of rrweb: where the pointer goes, what is pressed, scrolled and typed.
// The patched package (rrweb.mjs) asks here; its own observers carry options that we never give.
import { SOURCE } from "../../privacy/shapes";
import { all, guard, listen, type Stop } from "../../shared/guard";
import { watchSetter } from "./patch";

export interface HandSink {
  idOf(node: Node): number;
  /** Whether the node stands in something of which nothing is told. */
  isBlocked(node: Node): boolean;
  /** What a field shows instead of its value. */
  shownOf(value: string, field: Element): string;
  tell(source: number, data: Record<string, unknown>): void;
}

type Field = HTMLInputElement;

const MOVE_MS = 50;
const MOVES_MS = 500;
const SCROLL_MS = 150;
const RESIZE_MS = 200;
const TOUCH = 2;
const CLICK = 2;
/** Numbers of rrweb's; a touch begins and ends as a pointer does, and has numbers of its own. */
const PRESSES: Record<string, number> = {
  pointerup: 0,
  pointerdown: 1,
  click: CLICK,
  contextmenu: 3,
  dblclick: 4,
  focus: 5,
  blur: 6,
  touchcancel: 10,
};
const TOUCHES = [9, 7];
const POINTERS = ["mouse", "pen", "touch"];

const targetOf = (event: Event): Node => (event.composedPath()[0] ?? event.target) as Node;

/** At most once in so many ms: at once, and when they are over once more if it was asked for meanwhile. */
function seldom<A extends unknown[]>(ms: number, call: (...args: A) => void, later = true) {
  const safe = guard(call);
  let before = 0;
  let timer = 0;
  return (...args: A): void => {
    const rest = ms - (Date.now() - before);
    const go = () => {
      timer = 0;
      before = Date.now();
      safe(...args);
    };
    if (rest <= 0 || rest > ms) {
      clearTimeout(timer);
      go();
    } else if (later) timer ||= window.setTimeout(go, rest);
  };
}

function observeMoves(doc: Document, { idOf, tell }: HandSink): Stop {
  let positions: { x: number; y: number; id: number; timeOffset: number }[] = [];
  let began = 0;
  const send = seldom(MOVES_MS, (source: number) => {
    const past = Date.now() - began;
    for (const position of positions) position.timeOffset -= past;
    tell(source, { positions });
    positions = [];
  });
  return listen(
    doc,
    ["mousemove", "touchmove", "drag"],
    seldom(
      MOVE_MS,
      (event: MouseEvent | TouchEvent) => {
        const [source, at] =
          "changedTouches" in event
            ? [SOURCE.touchMove, event.changedTouches[0] as Touch]
            : [event.type === "drag" ? SOURCE.drag : SOURCE.mouseMove, event];
        if (positions.length === 0) began = Date.now();
        const { clientX: x, clientY: y } = at;
        positions.push({ x, y, id: idOf(targetOf(event)), timeOffset: Date.now() - began });
        send(source);
      },
      false,
    ),
  );
}

function observePresses(doc: Document, { idOf, isBlocked, tell }: HandSink): Stop {
  let latest = -1;
  return listen(doc, Object.keys(PRESSES), (event: PointerEvent | TouchEvent) => {
    const target = targetOf(event);
    if (isBlocked(target)) return;
    const touches = "changedTouches" in event ? event.changedTouches : undefined;
    const { clientX: x, clientY: y } = (touches?.[0] ?? event) as PointerEvent;
    let type = PRESSES[event.type] as number;
    let pointer = touches ? TOUCH : POINTERS.indexOf((event as PointerEvent).pointerType);
    if (pointer === TOUCH) type = TOUCHES[type] ?? type;
    if (pointer >= 0) {
      latest = pointer;
      // The number says it already.
      if (type > 6 || (type < CLICK && pointer === 0)) pointer = -1;
    } else if (type === CLICK) [pointer, latest] = [latest, -1];
    tell(SOURCE.mouseInteraction, {
      type,
      id: idOf(target),
      x,
      y,
      ...(pointer >= 0 && { pointerType: pointer }),
    });
  });
}

export function observeScrolls(root: Document | ShadowRoot, { idOf, isBlocked, tell }: HandSink): Stop {
  return listen(
    root,
    "scroll",
    seldom(SCROLL_MS, (event: Event) => {
      const target = targetOf(event);
      if (isBlocked(target)) return;
      const { scrollX, scrollY } = (target as Document).defaultView ?? {};
      const { scrollLeft, scrollTop } = target as Element;
      tell(SOURCE.scroll, { id: idOf(target), x: scrollX ?? scrollLeft, y: scrollY ?? scrollTop });
    }),
  );
}

function observeSize(win: Window, { tell }: HandSink): Stop {
  let told = "";
  return listen(
    win,
    "resize",
    seldom(RESIZE_MS, () => {
      const size = `${innerWidth} ${innerHeight}`;
      if (size !== told) tell(SOURCE.viewportResize, { width: innerWidth, height: innerHeight });
      told = size;
    }),
  );
}

const told = new WeakMap<Field, string>();

function observeFields(doc: Document, { idOf, isBlocked, shownOf, tell }: HandSink): Stop {
  const { HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement, HTMLOptionElement } =
    doc.defaultView as Window & typeof globalThis;
  const tellOf = (field: Field, text: string, isChecked: boolean) => {
    const now = `${isChecked}${text}`;
    if (told.get(field) === now) return;
    told.set(field, now);
    tell(SOURCE.input, { text, isChecked, id: idOf(field) });
  };
  const look = (node: Node) => {
    const field = (node.nodeName === "OPTION" ? node.parentElement : node) as Field;
    if (!/^(?:INPUT|TEXTAREA|SELECT|OPTION)$/.test(node.nodeName) || isBlocked(field)) return;
    const { type, value, name, checked } = field;
    if (type !== "radio" && type !== "checkbox") return tellOf(field, shownOf(value, field), false);
    tellOf(field, value, checked);
    // The others of its group lose their mark without an event.
    if (type === "radio" && name && checked)
      for (const other of doc.querySelectorAll<Field>(`input[type="radio"][name="${CSS.escape(name)}"]`))
        if (other !== field) tellOf(other, other.value, false);
  };
  return all(
    listen(doc, ["input", "change"], (event) => look(targetOf(event))),
    ...(
      [
        [HTMLInputElement, "value"],
        [HTMLInputElement, "checked"],
        [HTMLSelectElement, "value"],
        [HTMLTextAreaElement, "value"],
        // By which some libraries choose.
        [HTMLSelectElement, "selectedIndex"],
        [HTMLOptionElement, "selected"],
      ] as const
    ).map(([of, name]) => watchSetter(of.prototype, name, (self) => look(self as Field))),
  );
}

export function observeHand(doc: Document, sink: HandSink): Stop {
  return all(
    observeMoves(doc, sink),
    observePresses(doc, sink),
    observeScrolls(doc, sink),
    observeSize(doc.defaultView as Window, sink),
    observeFields(doc, sink),
  );
}
