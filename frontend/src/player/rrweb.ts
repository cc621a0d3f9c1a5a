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

export function newReplayer(events: ReplayEvent[], config: ReplayerConfig): Replayer {
  const Constructor = Untyped as unknown as new (events: ReplayEvent[], config: ReplayerConfig) => Replayer;
  return new Constructor(events, config);
}
