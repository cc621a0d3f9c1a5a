// The marks that a page puts on its elements. `data-clairvio-*` mean the same as ours.
import { BLOCK, type Exposure, MASK, SHOW, tighten } from "./exposure";

const ATTRIBUTES: Record<string, Exposure> = {
  "data-placet-mask": MASK,
  "data-placet-block": BLOCK,
  "data-clairvio-mask": MASK,
  "data-clairvio-block": BLOCK,
};
const CLASSES: Record<string, Exposure> = { "placet-mask": MASK, "placet-block": BLOCK };

/** What rrweb itself blocks, so that a box of the right size stands where the element was. */
export const BLOCK_SELECTOR = "[data-placet-block],[data-clairvio-block],.placet-block";

export interface Mark {
  readonly exposure: Exposure;
  readonly unmask: boolean;
}

/** The mark in an element's raw attributes. `data-placet-mask="false"` is still a mark: it was written to hide. */
export function markOf(attributes: Record<string, unknown>): Mark {
  let exposure: Exposure = SHOW;
  for (const name in ATTRIBUTES) {
    const value = attributes[name];
    if (value !== undefined && value !== null) exposure = tighten(exposure, ATTRIBUTES[name] ?? MASK);
  }
  const classes = typeof attributes.class === "string" ? attributes.class.split(/\s+/) : [];
  for (const name of classes) exposure = tighten(exposure, CLASSES[name] ?? SHOW);
  const unmask = (attributes["data-placet-unmask"] ?? null) !== null || classes.includes("placet-unmask");
  return { exposure, unmask };
}
