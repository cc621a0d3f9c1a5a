// The way in: a start code becomes a grant, or the grant of an earlier page goes on.
import { createBar } from "../bar";
import type { Start } from "../loader";
import { guard } from "../shared/guard";
import type { Grant } from "../shared/wire";
import { exchange, Gone } from "./api";
import { ownNow } from "./clock";
import { hold, type Kept, parse, purge, randomTab, tidy } from "./grant";
import { session } from "./session";
import { refusedToStart } from "./words";

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
  let kept = code ? undefined : parse(grant);
  let page: number | undefined;
  try {
    if (code) {
      const [fresh, { page: first }] = await exchanged(base, code);
      [kept, page] = [fresh, first];
    }
  } catch (error) {
    purge();
    if (error instanceof Gone) onlySay(refusedToStart(error.reason));
    return;
  }
  if (!kept?.grant.origins.includes(location.origin)) return purge();
  tidy();
  hold(kept);
  session(kept, page, base);
}

function onlySay(text: string): void {
  const nothing = () => {};
  createBar({
    start: nothing,
    notMe: nothing,
    pause: nothing,
    resume: nothing,
    stop: nothing,
    withdraw: nothing,
  }).over(text);
}
