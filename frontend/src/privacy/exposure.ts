/** How much of something may leave the browser. An ordered scale: rules only ever tighten it. */
export const SHOW = 0;
export const MASK = 1;
export const BLOCK = 2;
export type Exposure = typeof SHOW | typeof MASK | typeof BLOCK;

/** The stricter of two. */
export function tighten(a: Exposure, b: Exposure): Exposure {
  return a > b ? a : b;
}
