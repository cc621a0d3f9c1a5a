// The way in: a start code becomes a grant, or the grant of an earlier page goes on.
import { createBar, say, useWords } from "../bar";
import type { Start } from "../loader";
import type { Vocabulary } from "../privacy";
import { guard } from "../shared/guard";
import type { Grant, VocabularyFile } from "../shared/wire";
import { exchange, Gone } from "./api";
import { nodeOf, startCapture } from "./capture";
import { ownNow } from "./clock";
import { VOCABULARY_MS } from "./constants";
import { extras } from "./extras";
import { hold, type Kept, parse, purge, randomTab, tidy } from "./grant";
import { session } from "./session";

/** Before the token of somebody who only wants to see what a recording would show: nothing is recorded then. */
const PREVIEW = "preview.";

let running = false;

/** Entry of the bundle; the loader calls it once a page, and a second snippet changes nothing. */
export async function start(options: Start): Promise<void> {
  if (running) return;
  running = true;
  await guard(() => run(options))()?.catch(() => {});
}

async function exchanged(base: string, code: string): Promise<[Kept, Grant]> {
  const tab = randomTab();
  const begun = ownNow();
  const grant = await exchange(base, code, tab);
  const offset = grant.server_ms - (begun + ownNow()) / 2;
  // Only the browser that agreed comes straight from our own page; anybody else is asked first.
  const started = document.referrer.startsWith(`${base}/`);
  return [{ grant, tab, offset, started, pausedBy: "", key: randomTab(), waiting: [] }, grant];
}

async function run({ base, code, grant }: Start): Promise<void> {
  if (code?.startsWith(PREVIEW)) return preview(base, code.slice(PREVIEW.length));
  let kept = code ? undefined : parse(grant);
  let page: number | undefined;
  try {
    if (code) {
      const [fresh, { page: first }] = await exchanged(base, code);
      [kept, page] = [fresh, first];
    }
  } catch (error) {
    purge();
    return sayWhy(base, error instanceof Gone ? error.detail : "");
  }
  if (!kept?.grant.origins.includes(location.origin)) return purge();
  tidy();
  hold(kept);
  useWords(kept.grant.words);
  const { vocabulary } = kept.grant.policy;
  session(kept, page, base, vocabulary ? await fetched(base, vocabulary) : undefined);
}

async function preview(base: string, token: string): Promise<void> {
  const { preview } = await extras(base);
  return preview({
    base,
    token,
    createBar,
    nodeOf,
    watch: (policy, holds, out) =>
      startCapture({
        policy,
        key: randomTab(),
        holds,
        now: ownNow,
        paused: () => false,
        out,
        overBudget: () => {},
      }),
  });
}

/** A strict site's own words. Without them, or too late, its pages show what they show without any. */
async function fetched(base: string, file: VocabularyFile): Promise<Vocabulary | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, VOCABULARY_MS));
  const found = extras(base).then(({ fetchVocabulary }) => fetchVocabulary(file));
  return Promise.race([found, late]).catch(() => undefined);
}

/** What the server says, else what we know ourselves; its words come with the extras, for there is no grant. */
async function sayWhy(base: string, detail: string): Promise<void> {
  const words = await extras(base).then(
    ({ notStarted }) => notStarted(),
    () => undefined,
  );
  useWords(words);
  if (detail || words) createBar({}).over(detail || say("ended"));
}
