import { part, readData, SourceError, showFailure, type Words, watchLive } from "../player";

const root = part(document.body, "player");
const words = readData<Words>("player-words");
const { liveUrl: url = "", csrf = "", assets = "" } = root.dataset;

watchLive({ root, words, assets, url, csrf }).catch((error: unknown) => {
  const status = error instanceof SourceError ? String(error.status) : "other";
  showFailure(root, words.failed[status] ?? words.liveEnded);
});
