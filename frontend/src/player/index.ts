export { part, readData } from "./dom";
export { type Opened, open, showFailure } from "./open";
export { type Source, SourceError, serverSource } from "./source";
export { startWatch, type Watch } from "./watch";
export type { Words } from "./words";
