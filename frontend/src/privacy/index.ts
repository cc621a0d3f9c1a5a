// The privacy gate: a recorder's event goes in, a clean event or nothing comes out.
export { BLOCK, type Exposure, MASK, SHOW } from "./exposure";
export { createGate, type Gate, type GatePolicy, type Verdict } from "./gate";
export { BLOCK_SELECTOR } from "./marks";
export type { Look } from "./model";
export type { Unseen } from "./nodes";
export type { Event } from "./shapes";
export { cleanUrl } from "./url";
export type { Vocabulary } from "./vocabulary";
export { topicOfKey } from "./words";
