// Puts the parts together: grant, bar, capture through the gate, uploads. One page load is one run of `start`.
import { type Bar, createBar } from "../bar";
import type { Start } from "../loader";
import { all, guard, listen, type Stop } from "../shared/guard";
import type { Action, Status } from "../shared/wire";
import { type Api, api, exchange, Gone } from "./api";
import { type Capture, startCapture } from "./capture";
import { ownNow } from "./clock";
import { BAR_LOOK_MS, BEAT_MS } from "./constants";
import { handOver, type Kept, keep, parse, purge, randomTab } from "./grant";
import { observeConsole } from "./observers/console";
import { observeErrors } from "./observers/errors";
import { observeNavigation } from "./observers/navigation";
import { observeNetwork } from "./observers/network";
import { observeSteps } from "./observers/steps";
import { createUploader, type Uploader } from "./uploader";

const REASONS: Record<string, string> = {
  withdrawn: "The recording was deleted.",
  discarded: "The recording was deleted.",
  deleted: "The recording was deleted.",
  revoked: "Support ended this recording.",
  limit: "The time for this recording is over.",
  stopped: "The recording has ended.",
  void: "This recording was never started, so nothing was kept.",
  replaced: "This recording goes on in another window.",
  code_spent: "This start link was used already. Nothing is recorded here.",
  code_expired: "This start link is too old. Nothing is recorded here.",
  code_unknown: "This start link is not known. Nothing is recorded here.",
};

/** Entry of the bundle; the loader calls it once a page. */
export async function start(options: Start): Promise<void> {
  await guard(() => run(options))()?.catch(() => {});
}

async function grantFor({ base, code, grant }: Start): Promise<[Kept, number | undefined]> {
  const kept = parse(grant);
  if (!code) {
    if (!kept) throw new Gone("code_unknown");
    return [kept, undefined];
  }
  const tab = randomTab();
  const begun = ownNow();
  const fresh = await exchange(base, code, tab);
  const offset = fresh.server_ms - (begun + ownNow()) / 2;
  // Only the browser that agreed comes straight from our own page; anybody else is asked first.
  const started = document.referrer.startsWith(`${base}/`);
  return [
    { grant: fresh, tab, offset, started, pausedByPerson: false, key: randomTab(), waiting: [] },
    fresh.page,
  ];
}

async function run(options: Start): Promise<void> {
  let kept: Kept;
  let page: number | undefined;
  try {
    [kept, page] = await grantFor(options);
  } catch (error) {
    purge();
    if (error instanceof Gone && options.code) onlySay(REASONS[error.reason] ?? "Recording could not start.");
    return;
  }
  if (!kept.grant.origins.includes(location.origin)) return purge();
  keep(kept);
  session(kept, page, api(options.base, kept.grant));
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

function session(kept: Kept, firstPage: number | undefined, server: Api): void {
  const { grant } = kept;
  const now = () => ownNow() + kept.offset;
  let paused = kept.pausedByPerson;
  let pausedFrom = now();
  let over = false;
  let page = 0;
  let capture: Capture | undefined;
  let uploader: Uploader | undefined;
  let stopParts: Stop = () => {};
  let left = grant.seconds_left;
  let leftAt = performance.now();
  let watchers = grant.watchers;
  let busy = false;
  const total = grant.seconds_left;

  const bar: Bar = createBar({
    start: () => void begin(),
    notMe: () => void leave("not_me", "Thank you. Nothing was recorded, and support has been told."),
    pause: () => void pause("Paused. Nothing is recorded.", true),
    resume: () => void resume(),
    stop: () => void stop(),
    withdraw: () => void leave("withdraw", "Deleted. Nothing of this recording is left."),
  });

  const secondsLeft = () => left - (performance.now() - leftAt) / 1_000;
  const remember = () => keep({ ...kept, pausedByPerson: kept.pausedByPerson });

  function heard(status: Status): void {
    left = status.seconds_left;
    leftAt = performance.now();
    watchers = status.watchers;
    if (over || status.state === "created") return;
    if (!["recording", "paused"].includes(status.state)) void ended("stopped");
  }

  function end(): void {
    if (over) return;
    over = true;
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
    bar.over(REASONS[reason] ?? "The recording has ended.", away ? undefined : grant.person_url);
  }

  /** The server has ended it; what was captured before may still go. */
  async function ended(reason: string): Promise<void> {
    if (over || busy) return;
    busy = true;
    capture?.stop();
    await Promise.race([uploader?.finish(), new Promise((resolve) => setTimeout(resolve, 5_000))]);
    gone(secondsLeft() <= 1 ? "limit" : reason);
  }

  async function control(action: Action): Promise<void> {
    try {
      heard(await server.control(action));
    } catch (error) {
      if (error instanceof Gone) gone(error.reason);
    }
  }

  async function pause(why: string, byPerson: boolean, cause = "paused"): Promise<void> {
    if (over || paused) return;
    capture?.emit("placet.gap", { cause, from_ms: now() });
    pausedFrom = now();
    paused = true;
    kept.pausedByPerson = byPerson;
    remember();
    bar.paused(why);
    await uploader?.flush();
    await control("pause");
  }

  async function resume(): Promise<void> {
    if (over) return;
    // Bring the bar back to what is so after a question that was answered with "keep".
    if (!paused) return draw(true);
    await control("resume");
    if (over) return;
    paused = false;
    kept.pausedByPerson = false;
    remember();
    capture?.emit("placet.gap", { cause: "paused", from_ms: pausedFrom, to_ms: now() });
    capture?.snapshot();
    draw(true);
  }

  async function stop(): Promise<void> {
    if (over || busy) return;
    busy = true;
    closing();
    capture?.stop();
    paused = true;
    bar.paused("Sending the last part …");
    await Promise.race([uploader?.finish(), new Promise((resolve) => setTimeout(resolve, 8_000))]);
    await control("stop");
    const address = grant.person_url;
    end();
    bar.over("Stopped. Your recording waits for you to look at it.", address);
    location.assign(address);
  }

  async function leave(action: "withdraw" | "not_me", text: string): Promise<void> {
    capture?.stop();
    paused = true;
    for (let tries = 0; tries < 5; tries++) {
      try {
        await server.control(action);
        break;
      } catch (error) {
        if (error instanceof Gone) break;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    }
    end();
    bar.over(text);
  }

  function draw(force = false): void {
    if (over || !capture) return;
    if (force) bar.paused("Recording");
    if (!paused && !busy) bar.recording(total - secondsLeft(), secondsLeft(), watchers);
  }

  const isNever = () => grant.never_paths.some((path) => location.pathname.startsWith(path));
  const isSignOut = () => grant.sign_out_paths.some((path) => location.pathname.startsWith(path));

  function arrived(): void {
    if (isSignOut()) {
      void control("sign_out").then(() => gone("stopped"));
      return;
    }
    capture?.emit("placet.navigate", { url: location.href });
    if (isNever()) void pause("Paused: this page is never recorded.", false, "never_path");
  }

  function look(): void {
    if (over || document.visibilityState !== "visible") return;
    if (paused || bar.isVisible()) {
      bar.show();
      covered = 0;
      draw();
      return;
    }
    if (++covered >= 2) {
      covered = 0;
      bar.show();
      void pause("Paused: this bar was hidden or covered.", false, "covered");
    }
  }
  let covered = 0;

  async function beat(): Promise<void> {
    if (over || busy || document.visibilityState !== "visible") return;
    try {
      heard(await server.beat(page));
    } catch (error) {
      if (error instanceof Gone) gone(error.reason);
    }
  }

  async function nextPage(): Promise<number | undefined> {
    try {
      const answer = await server.page(kept.tab);
      heard(answer);
      return answer.page;
    } catch (error) {
      if (error instanceof Gone) gone(error.reason);
      return undefined;
    }
  }

  function announce(): void {
    capture?.emit("placet.page", {
      page,
      tab: kept.tab,
      url: location.href,
      width: innerWidth,
      height: innerHeight,
    });
  }

  async function begin(): Promise<void> {
    kept.started = true;
    remember();
    page = firstPage ?? (await nextPage()) ?? 0;
    if (page === 0 || over) return;
    if (isSignOut()) return arrived();
    uploader = createUploader({
      api: server,
      waiting: kept.waiting,
      heard,
      gone,
      full: () => void pause("Paused: the server cannot be reached.", false, "over_budget"),
    });
    kept.waiting = [];
    uploader.page(page);
    const sink = uploader;
    let announced = false;
    paused = paused || isNever();
    capture = startCapture({
      policy: grant.policy,
      key: kept.key,
      now,
      paused: () => paused || over,
      out: (event) => {
        if (!announced) {
          announced = true;
          announce();
        }
        sink.add(event);
      },
      overBudget: () => void pause("Paused: recording slowed this page down.", false, "over_budget"),
    });
    if (paused)
      bar.paused(isNever() ? "Paused: this page is never recorded." : "Paused. Nothing is recorded.");
    stopParts = observe(capture, sink);
    offer(sink);
    draw();
  }

  function observe(to: Capture, sink: Uploader): Stop {
    const emit = to.emit;
    const beats = setInterval(() => void beat(), BEAT_MS);
    const looks = setInterval(guard(look), BAR_LOOK_MS);
    return all(
      grant.policy.console ? observeConsole(emit) : () => {},
      grant.policy.network ? observeNetwork(emit, now) : () => {},
      observeErrors(emit),
      observeNavigation(arrived),
      observeSteps(emit),
      listen<UIEvent>(window, ["pointerdown", "keydown"], (event) => {
        if (event.isTrusted) sink.trust();
      }),
      listen<MouseEvent>(document, ["click", "auxclick"], followed),
      listen<PageTransitionEvent>(window, "pagehide", () => {
        closing();
        keep({ ...kept, waiting: sink.tail() });
      }),
      listen<PageTransitionEvent>(window, "pageshow", (event) => {
        if (event.persisted) void restored();
      }),
      listen(document, "visibilitychange", () => {
        emit(
          "placet.gap",
          document.hidden ? { cause: "hidden", from_ms: now() } : { cause: "hidden", to_ms: now() },
        );
        if (document.hidden) void sink.flush();
      }),
      () => clearInterval(beats),
      () => clearInterval(looks),
    );
  }

  /** Something for the last chunk to carry, so that the server learns that the page has ended. */
  function closing(): void {
    capture?.emit("placet.vitals", { name: "page_ms", value: Math.round(performance.now()) });
  }

  /** Back from the browser's own cache: the same document, but a page load of its own to the recording. */
  async function restored(): Promise<void> {
    const number = await nextPage();
    if (!number || over) return;
    page = number;
    uploader?.page(page);
    announce();
    capture?.snapshot();
  }

  /** A link that opens a new tab of this site takes the grant along, once. */
  function followed(event: MouseEvent): void {
    const link = event
      .composedPath()
      .find((item): item is HTMLAnchorElement => item instanceof HTMLAnchorElement);
    if (!event.isTrusted || !link || link.origin !== location.origin) return;
    const newTab = link.target === "_blank" || event.ctrlKey || event.metaKey || event.button === 1;
    if (newTab) handOver(link.href, { ...kept, waiting: [] });
  }

  /** What the page's scripts may do: narrow at will; widen only what they narrowed themselves. */
  function offer(sink: Uploader): void {
    const placet = {
      state: () => (over ? "stopped" : paused ? "paused" : "recording"),
      stop: () => stop(),
      pause: () => pause("Paused by this page.", false),
      resume: () => (kept.pausedByPerson || isNever() || !bar.isVisible() ? Promise.resolve() : resume()),
      flush: () => sink.flush(),
    };
    Object.defineProperty(window, "placet", { value: Object.freeze(placet), configurable: true });
  }

  if (kept.started) void begin();
  else {
    const whom = `${grant.agent || "Support"} from ${grant.site} asks to record this page for request #${grant.ticket}. Is this for you?`;
    bar.ask(whom);
  }
}
