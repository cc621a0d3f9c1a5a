/** Do what can wait once the picture is on the screen; at the latest after `withinMs`. */
export function whenIdle(work: () => void, withinMs = 1_500): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: withinMs });
  else setTimeout(work, 300);
}
