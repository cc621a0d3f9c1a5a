/** What the template gives us to say, in the reader's language. */

import type { UnseenWords } from "./unseen";

export interface Words {
  frameTitle: string;
  gaps: Record<string, string>;
  gapsShort: Record<string, string>;
  gapAt: string;
  unseen: UnseenWords;
  markers: Record<string, string>;
  levels: Record<string, string>;
  timeOf: string;
  skipped: string;
  skippedGap: string;
  play: string;
  pause: string;
  copied: string;
  copyThis: string;
  rangeFrom: string;
  rangeCopied: string;
  tabs: string;
  tab: string;
  keepTab: string;
  keepsTab: string;
  followsTabs: string;
  notOpen: string;
  watchedBefore: string;
  noMarker: string;
  noProblem: string;
  atMarker: string;
  speed: string;
  states: Record<string, string>;
  failed: Record<string, string>;
  nothing: string;
  nothingFound: string;
  status: Record<string, string>;
  times: string;
  masked: Record<string, string>;
  hiddenHere: string;
  gate: Record<string, string>;
  places: Record<string, string>;
  noAnswer: string;
  remarkAt: string;
  remarkKept: string;
  storyCopied: string;
  exported: string;
  notDone: string;
  liveEnded: string;
  livePaused: string;
  liveWaits: string;
  liveBehind: string;
}

/** "Failed request: 500 POST /pay"; some kinds say all by their name. */
export function named(kind: string, text: string, words: Words): string {
  const name = words.markers[kind] ?? kind;
  return text ? `${name}: ${text}` : name;
}
