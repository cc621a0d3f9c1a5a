/**
 * Wrap a callback that we hand to the browser: nothing thrown by us reaches the host page.
 * A failed call answers `undefined`, which is what a listener answers anyway.
 */
export function guard<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R | undefined {
  return (...args) => {
    try {
      return fn(...args);
    } catch {
      return undefined;
    }
  };
}

/** What starts something returns what stops it; stopping twice does nothing. */
export type Stop = () => void;

/** One stop for several, each tried even when another one throws. */
export function all(...stops: Stop[]): Stop {
  let open = true;
  return () => {
    if (!open) return;
    open = false;
    for (const stop of stops) guard(stop)();
  };
}

/** Listen until stopped. Capture and passive: we only look, and we look before the page can stop the event. */
export function listen<E extends Event>(
  target: EventTarget,
  types: string | string[],
  handler: (event: E) => void,
): Stop {
  const safe = guard(handler) as EventListener;
  const names = typeof types === "string" ? [types] : types;
  for (const name of names) target.addEventListener(name, safe, { capture: true, passive: true });
  return () => {
    for (const name of names) target.removeEventListener(name, safe, { capture: true });
  };
}
