// One page load of a recording: bar, capture through the gate, uploads, and who may pause and resume it.
import { type Bar, createBar, say } from "../bar";
import type { Event, Vocabulary } from "../privacy";
import { all, guard, listen, type Stop } from "../shared/guard";
import type { Action, Status } from "../shared/wire";
import { api, Gone, Refused } from "./api";
import { type Capture, startCapture } from "./capture";
import { ownNow } from "./clock";
import { observeConnections } from "./connections";
import { BAR_LOOK_MS, BEAT_MS, FINISH_MS, REFUSALS, RETRY_LONGEST_MS, RETRY_MS, TRIES } from "./constants";
import { extras } from "./extras";
import {
  handOver,
  hold as holdNow,
  type Kept,
  lying,
  type PausedBy,
  purge,
  putDown,
  type Span,
} from "./grant";
import { breathe } from "./gzip";
import { observeConsole } from "./observers/console";
import { observeErrors } from "./observers/errors";
import { observeNavigation } from "./observers/navigation";
import { observeSteps } from "./observers/steps";
import { createUploader, type Left, type Uploader } from "./uploader";

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** `holds`: of a strict site, the words that it may show. */
export function session(kept: Kept, firstPage: number | undefined, base: string, holds?: Vocabulary): void {
  const { grant } = kept;
  const now = () => ownNow() + kept.offset;
  const server = api(base, grant, hear);
  let pausedBy: PausedBy = "";
  let pausedFrom = 0;
  let pauseCause = "paused";
  let over = false;
  let ending = false;
  let page = 0;
  let begun = 0;
  let announced = false;
  let capture: Capture | undefined;
  let uploader: Uploader | undefined;
  let stopParts: Stop = () => {};
  let left = grant.seconds_left;
  let leftAt = performance.now();
  let watchers = grant.watchers;
  /** Grows with each thing that was asked of the server: an answer to an earlier request says nothing of it. */
  let asked = 0;
  /** What the server has not heard yet, since it did not answer. */
  let untold: Action | undefined;
  /** Chunks without an answer lie in the storage, too. */
  let laid = false;
  let lostParts = 0;
  let unseen = 0;
  let isCutOff = false;
  /** The page has gone, into the browser's cache or for good. */
  let away = false;
  const total = grant.seconds_left;
  /** The browser keeps nothing for us: no other page of the tab can go on with this. */
  const isAlone = !lying();
  /** A strict site has words that may be shown, and they did not come. */
  const isBare = Boolean(grant.policy.vocabulary) && !holds;

  const bar: Bar = createBar({
    start: () => begin(),
    notMe: () => void leave("not_me", say("over.not_me")),
    pause: () => void halt("person", say("paused.person")),
    resume: () => void resume(),
    stop: () => void stop().then(() => location.assign(grant.person_url)),
    withdraw: () => void leave("withdraw", say("over.deleted")),
    more: () =>
      void extras(base).then(({ openTools }) => {
        if (capture && !over && !ending && !pausedBy)
          openTools({ kept, capture, server, bar, say, hold, since: begun, close: () => draw(true) });
      }, draw),
  });

  // --- What the server says -------------------------------------------------------------------------

  function hear(): (status: Status) => void {
    const then = asked;
    return (status) => {
      left = status.seconds_left;
      leftAt = performance.now();
      watchers = status.watchers;
      isCutOff = false;
      if (then === asked && !over) heard(status.state);
    };
  }

  function heard(state: Status["state"]): void {
    if (state === "created") return;
    if (state === "paused") {
      if (!pausedBy) void halt("elsewhere", say("paused.elsewhere"));
    } else if (state !== "recording") void ended();
    else if (pausedBy === "elsewhere") lifted();
    else if (untold) void control(untold);
  }

  /** Whether the server has taken it; an answer that it cannot be done counts as one. */
  async function control(action: Action): Promise<boolean> {
    asked++;
    untold = undefined;
    try {
      await server.control(action);
      return true;
    } catch (error) {
      if (error instanceof Gone) gone(error.reason);
      if (error instanceof Gone || error instanceof Refused) return true;
      untold = action;
      return false;
    } finally {
      asked++;
    }
  }

  async function insist(action: Action): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      if (await control(action)) return true;
      await sleep(RETRY_MS);
    }
    return false;
  }

  async function nextPage(): Promise<number> {
    for (let wait = RETRY_MS; !over; wait = Math.min(wait * 2, RETRY_LONGEST_MS)) {
      try {
        return (await server.page(kept.tab)).page;
      } catch (error) {
        if (error instanceof Gone) gone(error.reason);
        if (error instanceof Refused) gone("stopped");
      }
      if (!over) await sleep(wait);
    }
    return 0;
  }

  async function beat(): Promise<void> {
    if (over || ending || page === 0 || document.visibilityState !== "visible") return;
    try {
      await server.beat(page);
    } catch (error) {
      isCutOff = true;
      if (error instanceof Gone) gone(error.reason);
    }
  }

  // --- The end --------------------------------------------------------------------------------------

  function end(): void {
    if (over) return;
    over = true;
    stopLife();
    stopParts();
    capture?.stop();
    uploader?.stop();
    purge();
    guard(() => Reflect.deleteProperty(window, "placet"))();
  }

  function gone(reason: string): void {
    if (over) return;
    end();
    const away = ["withdrawn", "discarded", "deleted"].includes(reason);
    bar.over(say(`ended.${reason}`), away ? undefined : grant.person_url);
  }

  /** Take nothing more, and send what there is. */
  async function finish(): Promise<void> {
    ending = true;
    closing();
    capture?.stop();
    await Promise.race([uploader?.finish(), sleep(FINISH_MS)]);
  }

  /** The server has ended it, or its time is over; what was captured before may still go. */
  async function ended(): Promise<void> {
    if (over || ending) return;
    await finish();
    gone(secondsLeft() <= 1 ? "limit" : "stopped");
  }

  async function stop(): Promise<void> {
    if (over || ending) return;
    bar.paused(say("sending"));
    await finish();
    await insist("stop");
    end();
    bar.over(say("over.stopped"), grant.person_url);
  }

  async function signedOut(): Promise<void> {
    if (over || ending) return;
    await finish();
    await insist("sign_out");
    gone("signed_out");
  }

  /** Nothing waits for its turn any more: what is here goes at once, and the server is told. */
  async function leave(action: "withdraw" | "not_me", said: string): Promise<void> {
    ending = true;
    capture?.stop();
    uploader?.stop();
    hold({ ...kept, waiting: [] });
    bar.paused(say("sending"));
    const told = await insist(action);
    end();
    if (told) bar.over(said);
    else bar.over(say("over.not_reached"), grant.person_url);
  }

  // --- Pausing --------------------------------------------------------------------------------------

  function set(by: PausedBy): void {
    pausedBy = by;
    kept.pausedBy = by === "path" || by === "elsewhere" ? "" : by;
    hold({ ...kept, waiting: [] });
  }

  async function halt(by: PausedBy, said: string, cause = "paused"): Promise<void> {
    if (over || ending || pausedBy) return;
    capture?.emit("placet.gap", { cause, from_ms: now() });
    pausedFrom = now();
    pauseCause = cause;
    set(by);
    bar.paused(said);
    const sent = uploader?.flush();
    // A path is this page's own affair, and another window has told the server already.
    if (by !== "path" && by !== "elsewhere") await control("pause");
    await sent;
  }

  async function resume(): Promise<void> {
    if (over || ending) return;
    // Bring the bar back to what is so after a question that was answered with "keep".
    if (!pausedBy) return draw(true);
    if (isNever()) return bar.paused(say("paused.path"));
    if (!(await control("resume"))) {
      untold = "pause";
      return bar.paused(say("paused.still"));
    }
    lifted();
  }

  function lifted(): void {
    if (over || !pausedBy) return;
    set("");
    lostParts = 0;
    if (page && !announced) announce();
    if (pausedFrom) capture?.emit("placet.gap", { cause: pauseCause, from_ms: pausedFrom, to_ms: now() });
    capture?.snapshot();
    draw(true);
  }

  /** The server refused a part for good: say so in the recording, begin anew, and do not go on like that. */
  function lost(span: Span, row: number): void {
    lostParts++;
    if (row >= REFUSALS) return void halt("us", say("paused.refused"), "lost");
    markLost(span);
    capture?.snapshotSoon();
  }

  function markLost([from_ms, to_ms]: Span): void {
    capture?.emit("placet.gap", { cause: "lost", from_ms, to_ms });
  }

  function large({ type, timestamp }: Event): void {
    if (type === 2) return void halt("us", say("paused.large"), "over_budget");
    markLost([timestamp, timestamp]);
    capture?.snapshotSoon();
  }

  // --- The bar --------------------------------------------------------------------------------------

  const secondsLeft = () => left - (performance.now() - leftAt) / 1_000;

  function draw(force = false): void {
    if (over || ending || pausedBy || !capture) return;
    if (force) bar.settle();
    bar.recording(
      total - secondsLeft(),
      secondsLeft(),
      watchers,
      say(isCutOff ? "offline" : lostParts > 1 ? "lost" : isAlone ? "alone" : isBare ? "bare" : ""),
    );
  }

  function look(): void {
    if (over || ending || document.visibilityState !== "visible") return;
    // The server ends it as well; without an answer of it, time is over all the same.
    if (secondsLeft() < -1) return void ended();
    bar.follow();
    bar.avoid();
    const gone = !pausedBy && !bar.isVisible();
    unseen = gone ? unseen + 1 : 0;
    if (unseen === 1) return;
    bar.show();
    if (unseen > 1) {
      unseen = 0;
      void halt("us", say("paused.covered"), "covered");
    } else draw();
  }

  let lookAsked = false;

  /** Behind a frame, when the page is laid out: to look before would have it laid out once more. */
  function lookSoon(): void {
    // A page without frames is looked at all the same.
    if (lookAsked) look();
    else
      requestAnimationFrame(() => {
        void breathe().then(() => {
          lookAsked = false;
          guard(look)();
        });
      });
    lookAsked = true;
  }

  // --- The page -------------------------------------------------------------------------------------

  const under = (paths: string[]) => paths.some((path) => location.pathname.startsWith(path));
  const isNever = () => under(grant.never_paths);

  function arrived(): void {
    if (under(grant.sign_out_paths)) return void signedOut();
    if (isNever()) return void halt("path", say("paused.path"), "never_path");
    if (pausedBy === "path") lifted();
    capture?.emit("placet.navigate", { url: location.href });
  }

  /** The first event of a page; it carries the page's number, so it comes when that is known. */
  function announce(): void {
    announced = true;
    const { href: url } = location;
    capture?.emit("placet.page", { page, tab: kept.tab, url, width: innerWidth, height: innerHeight });
    if (kept.lost) markLost(kept.lost);
    kept.lost = undefined;
  }

  function out(event: Event): void {
    const { tag } = event.data as { tag?: string };
    if (event.type === 5 && tag === "placet.page")
      uploader?.page(page, { ...event, timestamp: Math.min(event.timestamp, begun) });
    else uploader?.add(event);
  }

  async function number(): Promise<void> {
    page = firstPage ?? (await nextPage());
    firstPage = undefined;
    if (page && !over && !pausedBy) announce();
  }

  function begin(): void {
    kept.started = true;
    const { waiting } = kept;
    laid = waiting.length > 0;
    kept.waiting = [];
    begun = now();
    uploader = createUploader({
      api: server,
      waiting,
      gone,
      lost,
      large,
      full: () => void halt("us", say("paused.away"), "over_budget"),
      drained: () => {
        if (laid) hold(kept);
        laid = false;
      },
    });
    if (under(grant.sign_out_paths)) return void signedOut();
    pausedBy = isNever() ? "path" : kept.pausedBy;
    pausedFrom = pausedBy ? begun : 0;
    pauseCause = isNever() ? "never_path" : "paused";
    capture = startCapture({
      policy: grant.policy,
      key: kept.key,
      holds,
      now,
      paused: () => pausedBy !== "" || over,
      out,
      overBudget: () => void halt("us", say("paused.slow"), "over_budget"),
    });
    if (pausedBy) bar.paused(pausedBy === "path" ? say("paused.path") : say("paused.person"));
    stopParts = observe(capture, uploader);
    offer(uploader);
    draw();
    void number();
  }

  function observe({ emit }: Capture, sink: Uploader): Stop {
    const beats = setInterval(() => void beat(), BEAT_MS);
    const looks = setInterval(guard(lookSoon), BAR_LOOK_MS);
    let hiddenFrom = 0;
    const { network, response_fields = [] } = grant.policy;
    return all(
      grant.policy.console ? observeConsole(emit) : () => {},
      network ? observeConnections(base, response_fields, emit, now) : () => {},
      observeErrors(emit),
      observeNavigation(arrived),
      observeSteps(emit),
      listen<UIEvent>(window, ["pointerdown", "keydown"], (event) => {
        // Keys that leave no trace in the page are activity all the same: the chunk that says so needs an event.
        if (event.isTrusted && sink.trust()) emit("placet.vitals", { name: "active", value: 1 });
      }),
      listen<MouseEvent>(document, ["click", "auxclick"], followed),
      listen(document, "focusin", () => bar.avoid()),
      listen(document, "visibilitychange", () => {
        // It comes once more after the page has gone.
        if (away) return;
        if (document.hidden) {
          hiddenFrom = now();
          void sink.flush();
          const left = sink.left();
          laid = left.waiting.length > 0;
          hold({ ...kept, ...left });
        } else if (hiddenFrom) emit("placet.gap", { cause: "hidden", from_ms: hiddenFrom, to_ms: now() });
      }),
      () => clearInterval(beats),
      () => clearInterval(looks),
    );
  }

  /** Once put down, it is the next page's. */
  const hold = (value: Kept) => away || holdNow(value);

  function leaving(): void {
    away = true;
    closing();
    const { waiting, lost: span }: Left = uploader?.tail() ?? { waiting: [], lost: undefined };
    putDown({ ...kept, waiting, lost: span ?? kept.lost });
  }

  /** Something for the last chunk to carry, so that the server learns that the page has ended. */
  function closing(): void {
    capture?.emit("placet.vitals", { name: "page_ms", value: Math.round(performance.now()) });
  }

  /** Back from the browser's own cache: the same document, but a page load of its own to the recording. */
  async function restored(): Promise<void> {
    away = false;
    const lies = lying();
    if (lies?.grant.token !== grant.token) {
      end();
      return bar.remove();
    }
    kept.pausedBy = lies.pausedBy;
    if (lies.pausedBy && !pausedBy) void halt(lies.pausedBy, say("paused.person"));
    hold(kept);
    if (!kept.started) return;
    announced = false;
    begun = now();
    page = await nextPage();
    if (!page || over || pausedBy) return;
    announce();
    capture?.snapshot();
  }

  /** A link that opens a new tab of this site takes the grant along, once. */
  function followed(event: MouseEvent): void {
    const link = event
      .composedPath()
      .find((item): item is HTMLAnchorElement => item instanceof HTMLAnchorElement);
    if (!event.isTrusted || !link || link.origin !== location.origin) return;
    const elsewhere = !["", "_self", "_top", "_parent"].includes(link.target.toLowerCase());
    const newTab = elsewhere || event.ctrlKey || event.metaKey || event.shiftKey || event.button === 1;
    if (newTab) handOver(link.href, kept);
  }

  /** What the page's scripts may do: narrow at will; widen only what they narrowed themselves. */
  function offer(sink: Uploader): void {
    const placet = {
      state: () => (over ? "stopped" : pausedBy ? "paused" : "recording"),
      stop: () => stop(),
      pause: () => halt("page", say("paused.page")),
      resume: async () => {
        if (pausedBy === "page" && bar.isVisible()) await resume();
      },
      flush: () => sink.flush(),
    };
    Object.defineProperty(window, "placet", { value: Object.freeze(placet), configurable: true });
  }

  const stopLife = all(
    listen(window, "pagehide", leaving),
    listen<PageTransitionEvent>(window, "pageshow", (event) => {
      if (event.persisted) void restored();
    }),
  );
  if (kept.started) begin();
  else bar.ask(say("ask"));
}
