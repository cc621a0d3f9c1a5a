import { all, guard, listen, type Stop } from "../../shared/guard";
import { watchCalls } from "./patch";

/** Route changes inside the page. */
export function observeNavigation(changed: () => void): Stop {
  let at = location.href;
  const look = guard(() => {
    if (location.href === at) return;
    at = location.href;
    changed();
  });
  const after = (call: () => unknown) => {
    const result = call();
    look();
    return result;
  };
  // Where the browser itself tells, the page's own functions stay untouched.
  const { navigation } = window as { navigation?: EventTarget };
  if (navigation) return listen(navigation, "currententrychange", look);
  return all(
    watchCalls(history, "pushState", after),
    watchCalls(history, "replaceState", after),
    listen(window, ["popstate", "hashchange"], look),
  );
}
