import { inlineSource, open, part, readData, type WireIndex, type Words } from "../player";

/** The player of a copy that a person took along: the recording lies in the page itself, and nothing is fetched. */
const said = (id: string): string => document.getElementById(id)?.textContent ?? "";

function unpacked<T>(id: string): Promise<T> {
  const bytes = Uint8Array.from(atob(said(id)), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json() as Promise<T>;
}

open({
  root: part(document.body, "player"),
  words: readData<Words>("player-words"),
  assets: "",
  startAt: 0,
  source: inlineSource(
    () => unpacked<WireIndex>("recording-index"),
    (n) => unpacked(`recording-segment-${n}`),
  ),
  withPanels: false,
}).catch((error: unknown) => console.error(error));
