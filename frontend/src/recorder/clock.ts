/** Milliseconds of our own clock that no change of the system's time moves within a page. */
export function ownNow(): number {
  return performance.timeOrigin + performance.now();
}
