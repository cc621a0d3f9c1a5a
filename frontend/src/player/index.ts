export { askToWatch } from "./begin";
export type { Remark } from "./desk";
export { part, readData } from "./dom";
export { watchLive } from "./live";
export { blankIn, type Opened, open, showFailure } from "./open";
export { inlineSource, type Source, SourceError, serverSource } from "./source";
export type { WireIndex } from "./types";
export { startWatch, type Watch } from "./watch";
export type { Words } from "./words";
