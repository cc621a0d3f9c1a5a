// What every page of a customer's site pays: under 1 KB, and without a grant nothing else at all.
// Every byte counts here, so this file repeats what it must instead of importing it.

declare const RECORDER: string;
declare const INTEGRITY: string;

const navigation = () =>
  performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined;

const KEY = "placet";

/** What the recorder is started with. */
export interface Start {
  /** Where Placet is served from. */
  base: string;
  /** A fresh start code from the landing address. */
  code?: string | undefined;
  /** The grant of an earlier page of this tab, or one handed over by a followed link. */
  grant?: string | undefined;
}

/**
 * A link followed into a new tab leaves the grant in localStorage for ten seconds, for that address only. A tab that
 * was there before has a history, or has been loaded again.
 */
function handedOver(): string | undefined {
  if (history.length > 1 || navigation()?.type !== "navigate") return;
  if (!document.referrer.startsWith(`${location.origin}/`)) return;
  const [to, until, grant] = JSON.parse(localStorage.getItem(KEY) ?? "[]");
  if (to !== location.href) return;
  localStorage.removeItem(KEY);
  return Date.now() < until ? grant : undefined;
}

/** The grant of this tab's earlier page. One that a page still holds was copied into a popup or a duplicated tab. */
function grantHere(): string | undefined {
  const kept = sessionStorage.getItem(KEY);
  if (kept?.[0] === "{") return kept;
  if (kept) sessionStorage.removeItem(KEY);
  return handedOver();
}

/** Take the code out of the address bar and history, also where the page's router was quicker than we. */
function takeCode(): string | undefined {
  const mark = /~placet=([\w.-]+)$/;
  const here = mark.exec(location.hash);
  if (here)
    history.replaceState(history.state, "", location.href.slice(0, -here[0].length).replace(/#$/, ""));
  return (here ?? mark.exec(navigation()?.name ?? ""))?.[1];
}

function start(options: Start): void {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.crossOrigin = "";
  link.integrity = INTEGRITY;
  link.href = `${options.base}/r/${RECORDER}`;
  // import() itself takes no integrity; what the preload refused never reaches it.
  link.onload = () => {
    link.remove();
    import(link.href).then((recorder) => recorder.start(options));
  };
  document.head.append(link);
}

export function load(): void {
  try {
    const code = takeCode();
    const base = (document.currentScript as HTMLScriptElement).src.replace(/\/placet\.js.*/, "");
    if (top !== self) return;
    const grant = code ? undefined : grantHere();
    if (!code && !grant) return;
    const go = () => start({ base, code, grant });
    if ((document as Document & { prerendering?: boolean }).prerendering)
      document.addEventListener("prerenderingchange", go, { once: true });
    else go();
  } catch {
    // Storage is blocked, or the page is not what we know: nothing starts, and nothing of ours is thrown.
  }
}
