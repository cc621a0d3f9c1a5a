/** Which piece shows which moment. Pure; times are milliseconds since the start of the recording. */

import { type MarkerKind, SERIOUS, SIGNS, type WireIndex } from "./types";

/** `still`: nothing was recorded then; the last picture of `segment` stands. */
export interface Span {
  from: number;
  to: number;
  segment: number;
  still: boolean;
}

export interface Gap {
  from: number;
  to: number;
  cause: string;
}

export interface Marker {
  at: number;
  kind: MarkerKind;
  text: string;
}

/** The index with every time relative to the start. */
export interface Plan {
  startMs: number;
  durationMs: number;
  spans: Span[];
  gaps: Gap[];
  idle: { from: number; to: number }[];
  markers: Marker[];
}

const GRAVE: ReadonlySet<MarkerKind> = new Set(SERIOUS);
const PROBLEMS: ReadonlySet<MarkerKind> = new Set([...SERIOUS, ...SIGNS]);

interface Piece {
  n: number;
  page: number;
  from: number;
  to: number;
}

/** From `at` on the person was on `page`. */
export interface Front {
  at: number;
  page: number;
}

/** The pieces of one page follow each other without a break: where nothing changed, nothing was written. */
function joined(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece) => {
    const next = pieces.find((other) => other.page === piece.page && other.from > piece.from);
    return next ? { ...piece, to: next.from } : piece;
  });
}

/** Of the pieces that run at `from`, the one of the page that the person was on, else of the page begun last. */
function inFront(pieces: Piece[], from: number, to: number, front: number | undefined): Piece | undefined {
  const running = pieces.filter((piece) => piece.from <= from && piece.to >= to && piece.to > from);
  const begun = (page: number) => pieces.find((piece) => piece.page === page)?.from ?? 0;
  return (
    running.find((piece) => piece.page === front) ??
    running.reduce<Piece | undefined>(
      (best, piece) => (best === undefined || begun(piece.page) >= begun(best.page) ? piece : best),
      undefined,
    )
  );
}

/** Of the pieces over at `from`, the one that ended last. */
function lastSeen(pieces: Piece[], from: number): Piece | undefined {
  return pieces.reduce<Piece | undefined>(
    (best, piece) => (piece.to <= from && (best === undefined || piece.to >= best.to) ? piece : best),
    undefined,
  );
}

/** Cover the whole recording, without overlap: each moment belongs to exactly one span. */
export function spansOf(found: readonly Piece[], durationMs: number, fronts: readonly Front[] = []): Span[] {
  const pieces = joined(found);
  const first = pieces[0];
  if (first === undefined) return [];
  const borders = [...pieces.flatMap((piece) => [piece.from, piece.to]), ...fronts.map(({ at }) => at)];
  const edges = [...new Set([0, durationMs, ...borders])]
    .filter((edge) => edge >= 0 && edge <= durationMs)
    .sort((a, b) => a - b);
  const spans: Span[] = [];
  edges.forEach((from, at) => {
    const to = edges[at + 1];
    if (to === undefined) return;
    const front = fronts.filter(({ at }) => at <= from).pop()?.page;
    const running = inFront(pieces, from, to, front);
    const segment = (running ?? lastSeen(pieces, from) ?? first).n;
    const still = running === undefined;
    const before = spans[spans.length - 1];
    if (before && before.segment === segment && before.still === still) before.to = to;
    else spans.push({ from, to, segment, still });
  });
  return spans.length > 0 ? spans : [{ from: 0, to: durationMs, segment: first.n, still: false }];
}

export function planOf(index: WireIndex): Plan {
  const since = (ms: number) => Math.max(0, ms - index.start_ms);
  const durationMs = Math.max(0, index.duration_ms || index.end_ms - index.start_ms);
  const pieces = index.segments
    .map(({ n, page, start_ms, end_ms }) => ({
      n,
      page,
      from: since(start_ms),
      to: Math.min(since(end_ms), durationMs),
    }))
    .sort((a, b) => a.from - b.from || a.n - b.n);
  return {
    startMs: index.start_ms,
    durationMs,
    spans: spansOf(
      pieces,
      durationMs,
      (index.fronts ?? []).map(({ at_ms, page }) => ({ at: since(at_ms), page })),
    ),
    gaps: index.gaps.map((gap) => ({
      from: since(gap.from_ms),
      to: gap.to_ms === undefined ? durationMs : Math.min(since(gap.to_ms), durationMs),
      cause: gap.cause,
    })),
    idle: index.idle.map((span) => ({ from: since(span.from_ms), to: since(span.to_ms) })),
    markers: index.markers
      .map(({ at_ms, kind, text }) => ({ at: since(at_ms), kind, text }))
      .sort((a, b) => a.at - b.at),
  };
}

export function spanAt(plan: Plan, ms: number): Span | undefined {
  return plan.spans.find((span) => ms < span.to) ?? plan.spans[plan.spans.length - 1];
}

export function spanAfter(plan: Plan, span: Span): Span | undefined {
  return plan.spans[plan.spans.indexOf(span) + 1];
}

export function gapAt(plan: Plan, ms: number): Gap | undefined {
  return plan.gaps.find((gap) => gap.from <= ms && ms < gap.to);
}

/** The idle span that `ms` lies in, if what is left of it is worth a jump. */
export function idleAt(
  plan: Plan,
  ms: number,
  leftAtLeast: number,
): { from: number; to: number } | undefined {
  return plan.idle.find((span) => span.from <= ms && ms < span.to - leftAtLeast);
}

/** A marker just under the head counts as reached, so that "next" twice goes on. */
const REACHED_MS = 250;

export function nextMarker(plan: Plan, ms: number): Marker | undefined {
  return plan.markers.find((marker) => marker.at > ms + REACHED_MS);
}

export function previousMarker(plan: Plan, ms: number): Marker | undefined {
  return plan.markers.filter((marker) => marker.at < ms - REACHED_MS).pop();
}

/** The first that is grave, else the first sign of trouble. */
export function firstProblem(plan: Plan): Marker | undefined {
  const found = problemsIn(plan);
  return found.find((marker) => GRAVE.has(marker.kind)) ?? found[0];
}

export function problemsIn(plan: Plan): Marker[] {
  return plan.markers.filter((marker) => PROBLEMS.has(marker.kind));
}

export function isProblem(kind: MarkerKind): boolean {
  return PROBLEMS.has(kind);
}

/** Index of the last row at or before `ms` in rows sorted by time; -1 before the first. */
export function rowAt(times: readonly number[], ms: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
