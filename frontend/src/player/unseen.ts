/** Places that were not recorded get a box that says so, instead of a white area that looks like a fault. */

import type { ReplayEvent } from "./types";

export type UnseenCause = "frame" | "canvas" | "blocked" | "media";

export interface Unseen {
  at: number;
  id: number;
  cause: UnseenCause;
}

/** The words in a box, by cause. */
export type UnseenWords = Record<UnseenCause, string>;

export const UNSEEN = "data-placet-unseen";
const CAUSES: readonly UnseenCause[] = ["frame", "canvas", "blocked", "media"];
const BY_TAG: Record<string, UnseenCause> = {
  iframe: "frame",
  canvas: "canvas",
  video: "media",
  audio: "media",
};

interface Node {
  id?: number;
  tagName?: string;
  attributes?: Record<string, unknown>;
  childNodes?: Node[];
}

/** Blocked elements carry nothing but their size. */
function blockedIn(node: Node, at: number, found: Unseen[]): void {
  if (node.attributes && "rr_width" in node.attributes && typeof node.id === "number") {
    found.push({ at, id: node.id, cause: BY_TAG[node.tagName ?? ""] ?? "blocked" });
  }
  for (const child of node.childNodes ?? []) blockedIn(child, at, found);
}

/** All places of a segment that hold nothing, in order of time; what the recorder said outweighs what a tag suggests. */
export function unseenIn(events: readonly ReplayEvent[]): Unseen[] {
  const found: Unseen[] = [];
  for (const event of events) {
    const data = event.data as {
      node?: Node;
      adds?: { node?: Node }[];
      tag?: string;
      payload?: { cause?: UnseenCause; id?: number };
    } | null;
    if (event.type === 2 && data?.node) blockedIn(data.node, event.timestamp, found);
    for (const add of (event.type === 3 && data?.adds) || []) {
      if (add.node) blockedIn(add.node, event.timestamp, found);
    }
    const said = event.type === 5 && data?.tag === "placet.unseen" ? data.payload : undefined;
    if (said?.cause && CAUSES.includes(said.cause) && typeof said.id === "number") {
      found.push({ at: event.timestamp, id: said.id, cause: said.cause });
    }
  }
  return found;
}

const escapeXml = (text: string) => text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Rules for the replayed document. A background works on every element, also on frames and canvases. */
export function unseenRules(words: UnseenWords): string[] {
  const boxes = CAUSES.map((cause) => {
    const label = escapeXml(words[cause]);
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="40"><rect width="320" height="40" rx="8" fill="#f4f6f5"/>` +
      `<text x="160" y="25" text-anchor="middle" font-family="system-ui,sans-serif" font-size="13" fill="#4a5a52">${label}</text></svg>`;
    return (
      `[${UNSEEN}="${cause}"]{background:url("data:image/svg+xml,${encodeURIComponent(svg)}") center/auto no-repeat,` +
      "repeating-linear-gradient(-45deg,#e3e8e5 0 8px,#eef1ef 8px 16px)!important;outline:1px dashed #8b9a92!important;outline-offset:-1px}"
    );
  });
  // Where scripts are off a canvas is an inline element without a size of its own; the page's own rules win.
  return [":where(canvas){display:inline-block}", ...boxes];
}

/** Mark what is unseen by `now`; cheap enough to be called at every tick. */
export function markUnseen(places: readonly Unseen[], now: number, node: (id: number) => Node_ | null): void {
  for (const place of places) {
    if (place.at > now) continue;
    const element = node(place.id);
    // No `instanceof`: the element belongs to the frame's own realm.
    if (element !== null && "setAttribute" in element) {
      const box = element as Element;
      if (box.getAttribute(UNSEEN) !== place.cause) box.setAttribute(UNSEEN, place.cause);
    }
  }
}

type Node_ = globalThis.Node;
