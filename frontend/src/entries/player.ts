import {
  askToWatch,
  blankIn,
  type Opened,
  open,
  part,
  type Remark,
  rangeIn,
  readData,
  SourceError,
  serverSource,
  showFailure,
  startWatch,
  type Watch,
  type WatchedSpan,
  type Words,
} from "../player";

/** The staff's player: nothing is fetched before the audit trail knows of it. */
async function start(): Promise<void> {
  const root = part(document.body, "player");
  const words = readData<Words>("player-words");
  const { indexUrl = "", watchUrl = "", csrf = "", assets = "" } = root.dataset;
  const asked = window.placetAsked ?? askToWatch(watchUrl, csrf);
  const blank = blankIn(root, words);
  let opened: Opened | undefined;
  let watch: Watch;
  try {
    watch = await startWatch(watchUrl, csrf, asked, ({ state, status }) => {
      const sentence =
        (state && words.states[state]) || words.failed[String(status)] || words.failed.other || "";
      if (opened) opened.close(sentence);
      else showFailure(root, sentence);
    });
  } catch (error) {
    const status = error instanceof SourceError ? String(error.status) : "other";
    showFailure(root, words.failed[status] ?? words.failed.other ?? "");
    return;
  }
  opened = await open({
    root,
    words,
    assets,
    blank,
    startAt: asked.second,
    range: rangeIn(location.search),
    watched: readData<WatchedSpan[]>("player-watched"),
    atProblem: new URLSearchParams(location.search).has("problem"),
    source: serverSource(indexUrl, watch.begun),
    withPanels: true,
    desk: { csrf, base: indexUrl.replace(/index\.json$/, ""), remarks: readData<Remark[]>("player-remarks") },
    onMoment: watch.moment,
  });
}

start().catch((error: unknown) => {
  // `open` has said on the page what the server refused; anything else is a fault of ours.
  if (!(error instanceof SourceError)) console.error(error);
});
