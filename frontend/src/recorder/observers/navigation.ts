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
  return all(
    watchCalls(history, "pushState", after),
    watchCalls(history, "replaceState", after),
    listen(window, ["popstate", "hashchange"], look),
  );
}
