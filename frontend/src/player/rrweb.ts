/** The few parts of `Replayer` that we use. The package's own types need the whole of `rrweb`. */

import { Replayer as Untyped } from "@rrweb/replay";
import type { ReplayEvent } from "./types";

export interface ReplayerConfig {
  root: HTMLElement;
  speed: number;
  showWarning: boolean;
  useVirtualDom?: boolean;
  triggerFocus: boolean;
  mouseTail: false | { duration: number; lineCap: string; lineWidth: number; strokeStyle: string };
  insertStyleRules: string[];
  UNSAFE_replayCanvas: false;
  liveMode?: boolean;
}

export interface Replayer {
  readonly iframe: HTMLIFrameElement;
  readonly wrapper: HTMLElement;
  play(offsetMs: number): void;
  pause(offsetMs?: number): void;
  startLive(baselineMs: number): void;
  addEvent(event: ReplayEvent): void;
  setConfig(config: Partial<ReplayerConfig>): void;
  getMirror(): { getNode(id: number): Node | null };
  on(event: "resize" | "fullsnapshot-rebuilded" | "flush", handler: () => void): unknown;
  destroy(): void;
}

/** A Replayer that has no events yet; `fill` gives it some, or `startLive` and `addEvent` as they come. */
export function newReplayer(config: ReplayerConfig): Replayer {
  const Constructor = Untyped as unknown as new (events: ReplayEvent[], config: ReplayerConfig) => Replayer;
  return new Constructor([], { ...config, liveMode: true });
}

/** Give a new Replayer all of its events, in order; resolves when it has them. */
export async function fill(replayer: Replayer, events: readonly ReplayEvent[]): Promise<void> {
  for (const event of events) replayer.addEvent(event);
  // It takes each in a microtask of its own; this one comes after them.
  await Promise.resolve();
  replayer.setConfig({ liveMode: false });
}
