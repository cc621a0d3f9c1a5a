// What a recording would show, drawn over the site's own page for its developers. The gate itself is asked, with the
// site's policy: what it would let out stays in memory, is compared with the page, and goes nowhere.
import type { Bar, Press } from "../bar";
import { SHOW } from "../privacy/exposure";
import { markOf } from "../privacy/marks";
import type { Event } from "../privacy/shapes";
import type { Vocabulary } from "../privacy/vocabulary";
import { all, listen } from "../shared/guard";
import type { Policy } from "../shared/wire";
import { attributesOf, createLayer, HIDDEN_STYLE, isValid, put } from "./overlay";
import { fetchVocabulary } from "./vocabulary";

/** What the recorder lends. */
export interface PreviewKit {
  base: string;
  token: string;
  createBar(press: Partial<Press>): Bar;
  /** The capture as a recording has it; what comes out is handed to `out` alone. */
  watch(
    policy: Policy,
    vocabulary: Vocabulary | undefined,
    out: (event: Event) => void,
  ): { snapshot(): void; stop(): void };
  nodeOf(id: number): Node | null;
}

/** What the server says (apps/recordings/replayer.py). */
export interface PreviewWords {
  said: string;
  counted: string;
  again: string;
  close: string;
  shown: string;
  mark: string;
  rule: string;
  strict: string;
  classes: Record<string, string>;
  unseen: Record<string, string>;
}

interface Answer {
  policy: Policy;
  words: PreviewWords;
}

export type Kind = "shown" | "masked" | "left";

/** A place in the page: what becomes of it, and why. */
export interface Finding {
  node: Node;
  kind: Kind;
  why: string;
}

interface CleanNode {
  id: number;
  type: number;
  attributes?: Record<string, unknown>;
  textContent?: string;
  childNodes?: CleanNode[];
}

/** For a page that got no words: the mark in its address is too old, or another site's. */
const REFUSED = "This preview is over. Make a new one in Placet.";
const ELEMENT = 2;
const TEXT = 3;
const LOOK_MS = 500;
/** A page that changed is looked at anew so often. */
const AGAIN_MS = 2_000;
/** More frames than these would show nothing any more. */
const MOST = 3_000;
const READ = ["title", "alt", "placeholder", "aria-label"];
const PLACEHOLDER = /\[([A-Za-z][A-Za-z -]*?)(?: \d+)?\]/;
const STYLES: Record<Kind, string> = {
  shown: "border:1px solid rgb(23 105 74/.55)",
  masked: "border:2px solid #8a5a00;background:rgb(240 192 105/.28)",
  left: HIDDEN_STYLE,
};
const LABEL_STYLE =
  "position:absolute;left:0;bottom:100%;font:600 11px/1.3 system-ui,sans-serif;white-space:nowrap;padding:0 4px;border-radius:3px;color:#fff;background:";
const LABELS: Record<Kind, string> = { shown: "", masked: "#8a5a00", left: "#b3261e" };

async function ask(base: string, token: string): Promise<Answer | undefined> {
  const answer = await fetch(`${base}/ingest/v1/preview`, {
    method: "POST",
    body: JSON.stringify({ token }),
    credentials: "omit",
    referrerPolicy: "no-referrer",
    headers: { "Content-Type": "text/plain;charset=UTF-8" },
  });
  return answer.ok ? answer.json() : undefined;
}

export async function preview(kit: PreviewKit): Promise<void> {
  const bar = kit.createBar({});
  const answer = await ask(kit.base, kit.token).catch(() => undefined);
  if (!answer) return bar.over(REFUSED);
  const { policy, words } = answer;
  const vocabulary = policy.vocabulary
    ? await fetchVocabulary(policy.vocabulary).catch(() => undefined)
    : undefined;
  show(kit, bar, policy, words, vocabulary);
}

function show(
  kit: PreviewKit,
  bar: Bar,
  policy: Policy,
  words: PreviewWords,
  vocabulary: Vocabulary | undefined,
): void {
  const layer = createLayer();
  let page: CleanNode | undefined;
  let unseen = new Map<number, string>();
  let boxes: (readonly [HTMLElement, Element | Range])[] = [];
  let changed = false;
  const place = () => {
    for (const [box, at] of boxes) put(box, at);
  };
  const draw = () => {
    if (!page) return;
    const found = findingsIn(page, unseen, policy, words, kit.nodeOf);
    layer.element.replaceChildren();
    boxes = found.slice(0, MOST).map((finding) => [boxOf(finding, layer), placeOf(finding.node)] as const);
    const count = (kind: Kind) => String(found.filter((finding) => finding.kind === kind).length);
    told.textContent = words.counted
      .replace("{shown}", count("shown"))
      .replace("{masked}", count("masked"))
      .replace("{left}", count("left"));
    place();
  };
  const capture = kit.watch(policy, vocabulary, ({ type, data }) => {
    const { node, tag, payload } = data as {
      node?: CleanNode;
      tag?: string;
      payload?: { cause: string; id: number };
    };
    if (type === 2) {
      page = node;
      unseen = new Map();
      changed = false;
      // What is not seen is told behind the snapshot.
      setTimeout(draw, 0);
    } else if (tag === "placet.unseen" && payload) unseen.set(payload.id, payload.cause);
    else if (type === 3) changed = true;
  });
  const looks = setInterval(place, LOOK_MS);
  const agains = setInterval(() => changed && capture.snapshot(), AGAIN_MS);
  const stop = all(
    () => capture.stop(),
    () => clearInterval(looks),
    () => clearInterval(agains),
    listen(document, "scroll", place),
    () => bar.remove(),
  );
  const buttons = [
    { id: "placet-preview-again", text: words.again, kind: "go", press: () => capture.snapshot() },
    { id: "placet-preview-close", text: words.close, press: stop },
  ];
  const acts = bar.lend(words.said, buttons, "ask");
  const told = document.createElement("span");
  told.dataset.testid = "placet-preview-counts";
  told.style.cssText = "flex:1 0 100%;color:var(--soft);font-size:13px";
  acts.append(told);
  layer.open(acts, "pointer-events:none");
}

function placeOf(node: Node): Element | Range {
  if (node instanceof Element) return node;
  const range = document.createRange();
  range.selectNodeContents(node);
  return range;
}

function boxOf({ kind, why }: Finding, layer: ReturnType<typeof createLayer>): HTMLElement {
  const box = layer.box(STYLES[kind]);
  box.dataset.kind = kind;
  if (kind === "shown") return box;
  const label = box.appendChild(document.createElement("b"));
  label.style.cssText = LABEL_STYLE + LABELS[kind];
  label.textContent = why;
  return box;
}

/** What of a page would be shown, masked and left out; `page` is what the gate lets out of it. */
export function findingsIn(
  page: CleanNode,
  unseen: ReadonlyMap<number, string>,
  policy: Policy,
  words: PreviewWords,
  nodeOf: (id: number) => Node | null,
): Finding[] {
  const found: Finding[] = [];
  const selectors = [...policy.mask_selectors, ...policy.block_selectors].filter(isValid).join(",");

  function why(clean: string, at: Element): string {
    if (selectors && at.closest(selectors)) return words.rule;
    for (let up: Element | null = at; up; up = up.parentElement)
      if (markOf(attributesOf(up)).exposure !== SHOW) return words.mark;
    if (/\u2587/.test(clean)) return words.strict;
    if (at.matches("input,textarea,select")) return words.classes.input ?? "";
    return words.classes[PLACEHOLDER.exec(clean)?.[1] ?? ""] ?? words.classes.mask ?? "";
  }
  const tell = (node: Node, at: Element, raw: string, clean: string) => {
    if (raw.trim() === "") return;
    if (raw === clean) found.push({ node, kind: "shown", why: words.shown });
    else found.push({ node, kind: "masked", why: why(clean, at) });
  };
  const look = (clean: CleanNode): void => {
    const node = nodeOf(clean.id);
    const cause = unseen.get(clean.id);
    if (node && cause) {
      found.push({ node, kind: "left", why: words.unseen[cause] ?? "" });
      return;
    }
    const at = node?.parentElement;
    if (clean.type === TEXT && node && at && !at.matches("style,title,textarea,noscript"))
      tell(node, at, node.textContent ?? "", clean.textContent ?? "");
    if (clean.type === ELEMENT && node instanceof Element) lookAt(node, clean.attributes ?? {});
    for (const kid of clean.childNodes ?? []) look(kid);
  };
  const lookAt = (element: Element, clean: Record<string, unknown>): void => {
    const { value, type } = element as HTMLInputElement;
    if (element.matches("input,textarea,select") && !/^(?:checkbox|radio|hidden)$/.test(type))
      tell(element, element, value, String(clean.value ?? ""));
    if (element.matches("img[src]") && clean.src === undefined)
      found.push({ node: element, kind: "masked", why: words.classes.image ?? "" });
    const changed = READ.find((name) => (element.getAttribute(name) ?? "") !== (clean[name] ?? ""));
    if (changed)
      found.push({ node: element, kind: "masked", why: why(String(clean[changed] ?? ""), element) });
  };
  look(page);
  return found;
}
