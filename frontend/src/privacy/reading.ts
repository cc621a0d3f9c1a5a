// Reads texts as a person does: over the borders of elements, with what stands beside them.
import { BLOCK, MASK } from "./exposure";
import type { Known } from "./model";
import type { Desk } from "./nodes";
import { plain } from "./plain";
import {
  cleanText,
  find,
  GONE,
  isNobody,
  maskText,
  placeholderOf,
  replaced,
  type Span,
  TEXT,
  unfinished,
} from "./text";
import { isAction } from "./words";

interface Piece {
  known: Known;
  /** What of it may leave on its own account. */
  clean: string;
  /** As the rules read it; nothing of what is hidden whole. */
  read: string;
  /** What they found in it alone. What is left may still mean something over its borders. */
  found: Span[];
}

const MOST_HIDDEN = 5_000;
/** A text that is written on or taken back by so little is being typed. */
const STEP = 32;
/** A text that was not written on for so long says what it says. */
const SETTLED_MS = 5_000;
/** Words with capitals, two or more. */
const NAME = /\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)+/gu;
/** Letters at most, and the blocks that stand for so many: too few steps to tell one text from another. */
const SHAPES = [
  [24, 0],
  [80, 6],
  [400, 24],
  [Infinity, 60],
] as const;

/** What of this text may leave, read with its neighbours. */
export function readText(known: Known, desk: Desk): string {
  const done = desk.read.get(known.id);
  if (done !== undefined) return done;
  const root = desk.context.rootOf(known);
  if (root) readRoot(root, desk);
  const clean = desk.read.get(known.id) ?? alone(known, desk).clean;
  desk.read.set(known.id, clean);
  return clean;
}

function alone(known: Known, desk: Desk): Piece {
  const { text } = known;
  const hidden = (put?: string): Piece => ({
    known,
    clean: maskText(text, desk.count, put),
    read: GONE.repeat(text.length),
    found: [],
  });
  if (text.trim() === "") return { known, clean: text, read: text, found: [] };
  const exposure = desk.model.exposure(known.id);
  if (exposure === BLOCK) return { ...hidden(), clean: "" };
  if (exposure === MASK) {
    remember(text, desk);
    return hidden();
  }
  const topic = desk.context.topic(known.id);
  if (topic && !isNobody(topic, text) && !isAction(text)) {
    remember(text, desk);
    return hidden(placeholderOf(topic));
  }
  if (desk.strict && !desk.context.isShownInStrict(known.parent) && !desk.holds(text))
    return hidden(shapeOf(text));
  const repeated = withoutNames(withoutTyped(text, desk), desk);
  const clean = cleanText(repeated, desk.count);
  const read = plain(repeated);
  return { known, clean, read, found: clean === repeated ? [] : find(read) };
}

/** What stands for a text of a strict site, so that the page keeps its shape: a word, a line, or some lines. */
function shapeOf({ length }: string): string {
  const words = SHAPES.find(([most]) => length <= most)?.[1];
  return words ? Array(words).fill("\u2587".repeat(6)).join(" ") : TEXT;
}

/** What was hidden whole: a copy of it elsewhere is hidden too. */
function remember(text: string, desk: Desk): void {
  if (desk.hidden.size < MOST_HIDDEN) desk.hidden.add(text.trim());
}

/** What the page has said as a name, wherever it says it again, with whatever word before it. */
export function withoutNames(text: string, desk: Desk): string {
  return text.replace(NAME, (name) => {
    const at = desk.hidden.has(name) ? 0 : name.indexOf(" ") + 1;
    return desk.hidden.has(name.slice(at)) ? `${name.slice(0, at)}[name]` : name;
  });
}

/** What the person has typed in a field about themselves, where the page says it again. */
function withoutTyped(text: string, desk: Desk): string {
  let result = text;
  for (const value of desk.typed.values()) {
    if (!result.includes(value)) continue;
    desk.count("typed");
    result = result.split(value).join(TEXT);
  }
  return result;
}

/** Read all texts of a root at once, and remember what of each may leave. */
export function readRoot(root: Known, desk: Desk): Known[] {
  const texts = desk.context.textsOf(root);
  const pieces = texts.map(({ known }) => alone(known, desk));
  const starts: number[] = [];
  let joined = "";
  pieces.forEach((piece, index) => {
    if (texts[index]?.breaks) joined += "\n";
    starts.push(joined.length);
    joined += without(piece.read, piece.found);
  });
  // One text alone has been read already.
  const spans: Span[] = pieces.length > 1 ? find(joined) : [];
  if (isWritten(root, texts.map(({ known, breaks }) => (breaks ? "\n" : "") + known.text).join(""), desk))
    spans.push(...unfinished(joined, 0));
  // A number of which the pieces are written one by one is read by its place once it is long.
  for (const [index, { known, read }] of pieces.entries()) {
    const parent = desk.model.get(known.parent);
    if (parent && parent !== root && isWritten(parent, known.text, desk))
      spans.push(...unfinished(read, starts[index] ?? 0));
  }
  pieces.forEach((piece, index) => {
    piece.clean = cut(piece, starts[index] ?? 0, spans, desk);
    desk.read.set(piece.known.id, piece.clean);
  });
  return texts.map(({ known }) => known);
}

/** A text with nothing where the spans are, as long as before. */
const without = (text: string, spans: Span[]): string =>
  spans.reduce((rest, { from, to }) => rest.slice(0, from) + GONE.repeat(to - from) + rest.slice(to), text);

/** A piece without what the spans cover of it; the placeholder stands where the span begins. */
function cut(piece: Piece, start: number, spans: Span[], desk: Desk): string {
  const { read, found } = piece;
  const end = start + read.length;
  const across = spans
    .filter(({ from, to }) => from < end && to > start)
    .map((span) => {
      desk.count(span.name);
      const begins = span.from >= start;
      return {
        ...span,
        from: Math.max(span.from, start) - start,
        to: Math.min(span.to, end) - start,
        put: begins ? span.put : "",
      };
    });
  if (across.length === 0 || read[0] === GONE) return piece.clean;
  return replaced(
    read,
    [...found, ...across].sort((a, b) => a.from - b.from || b.to - a.to),
  );
}

/** Whether the texts of an element are being typed; what they say now is remembered for the next time. */
function isWritten(element: Known, now: string, desk: Desk): boolean {
  const { said } = element;
  element.said = now;
  if (said !== undefined && said !== now) {
    const [short, long] = said.length < now.length ? [said, now] : [now, said];
    const goesOn = short.trim() !== "" && long.startsWith(short) && long.length - short.length <= STEP;
    element.written = goesOn ? desk.now : 0;
  }
  return desk.now - element.written < SETTLED_MS;
}
