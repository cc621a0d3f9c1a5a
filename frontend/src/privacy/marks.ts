// The marks that a page puts on its elements: ours, and those of other recorders, so that a site that moves here loses
// nothing. Where each is documented stands in docs/integrators.md.
import { BLOCK, type Exposure, MASK, SHOW, tighten } from "./exposure";

const WHOSE =
  "placet|clairvio|rr|ph|sentry|openreplay|highlight|hl|fs|lr|_lr|clarity|amp|nr|dd-privacy|mp|cs|cb|ss|cobrowse";

/** Names of classes and of attributes alike: `fs-mask`, `data-sentry-block`. */
const MASKED = new RegExp(
  `^(?:data-)?(?:${WHOSE})-(?:mask|masked|mask-user-input|obscured|ignore|sensitive|redact\\w*|encrypt)$|^(?:data-(?:hj-suppress|private|recording-sensitive|recording-ignore|cobrowse.*|pii)|heap-redact-text)$`,
);
const BLOCKED = new RegExp(
  `^(?:data-)?(?:${WHOSE})-(?:block|hidden|hide|exclude|htmlmasked|no-capture)$|^(?:data-recording-disable|heap-ignore)$`,
);
const UNMASKED = /^(?:data-)?placet-unmask$/;

/** What rrweb itself blocks, so that a box of the right size stands where the element was. The gate blocks the rest. */
export const BLOCK_SELECTOR =
  "[data-placet-block],[data-clairvio-block],.placet-block,.rr-block,.ph-no-capture,.sentry-block,[data-sentry-block],.fs-exclude";

export interface Mark {
  readonly exposure: Exposure;
  readonly unmask: boolean;
}

/** The mark in an element's raw attributes. `data-placet-mask="false"` is still a mark: it was written to hide. */
export function markOf(attributes: Record<string, unknown>): Mark {
  const names = Object.keys(attributes).filter((name) => (attributes[name] ?? null) !== null);
  if (typeof attributes.class === "string") names.push(...attributes.class.split(/\s+/));
  // Datadog's attribute says in its value what its classes say in their names.
  const level = attributes["data-dd-privacy"];
  if (typeof level === "string" && level !== "allow") names.push(`dd-privacy-${level}`);
  let exposure: Exposure = SHOW;
  for (const name of names)
    exposure = tighten(exposure, BLOCKED.test(name) ? BLOCK : MASKED.test(name) ? MASK : SHOW);
  return { exposure, unmask: names.some((name) => UNMASKED.test(name)) };
}
