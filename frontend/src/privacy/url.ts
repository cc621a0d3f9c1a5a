// Addresses keep origin and path. Queries, fragments, credentials and segments that are somebody's go.
import { isHighEntropy } from "./checksums";
import { cleanText } from "./text";

export const NO_URL = "#";
const HIDDEN = "[id]";

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return "";
  }
}

/** A path segment that names something of one person: a token, a long number, an e-mail address, a UUID. */
function isTelling(segment: string): boolean {
  if (segment === "") return false;
  const text = decoded(segment);
  if (text === "" || cleanText(text) !== text) return true;
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(text)) return true;
  if (/^[0-9a-f]{16,}$/i.test(text) || isHighEntropy(text)) return true;
  // Two words with capitals are no name of a route.
  return digits(text) >= 9 || /^\p{Lu}\S+[ +]\p{Lu}/u.test(text);
}

const digits = (text: string): number => text.replace(/\D/g, "").length;

/** Sheets and fonts have hashed names that look like tokens, and the replay needs them; pictures may be somebody's. */
const isFile = (name: string): boolean =>
  /^[\w.~-]+\.(?:css|m?js|woff2?|[ot]tf)$/i.test(name) ||
  (/\.(?:png|jpe?g|gif|svg|webp|avif|ico)$/i.test(name) && cleanText(name) === name);

/** A name with an extension, under an origin of public files. */
const PUBLIC_FILE = /^[\w.~@-]+\.[a-z]\w{1,4}$/i;

/** What follows these is somebody, or the key to something. */
const PEOPLE =
  /^(?:users?|u|people|persons?|members?|patients?|customers?|clients?|contacts?|profiles?|employees?|students?|authors?)$/i;
const KEYS =
  /^(?:reset|verify|confirm|activat\w+|invit\w+|tokens?|magic|unsubscribe|share|s|l|t|auth|callback)$/i;
const PLACES = /^(?:new|edit|list|search|settings|log-?in|log-?out|me|password)$/i;

function follows(before: string, segment: string): boolean {
  if (segment === "" || PLACES.test(segment)) return false;
  return PEOPLE.test(before) || (KEYS.test(before) && (/\d/.test(segment) || segment.length >= 12));
}

/** Where the site's public files lie: the names there are its own, whatever they look like. */
let publicOrigins: readonly string[] = [];
export function useAssets(origins: readonly string[]): void {
  publicOrigins = origins;
}

function cleanPath(path: string, isAsset: boolean, isPublic = false): string {
  const segments = path.split("/").map((segment) => segment.replace(/;.*/, ""));
  const last = segments.length - 1;
  return segments
    .map((segment, index) => {
      if (isAsset && index === last && (isFile(segment) || (isPublic && PUBLIC_FILE.test(segment))))
        return segment;
      return isTelling(segment) || follows(segments[index - 1] ?? "", segment) ? HIDDEN : segment;
    })
    .join("/");
}

export interface UrlRules {
  /** Names of query parameters whose values may stay (they pass the text rules too). */
  readonly queryKeys?: readonly string[];
  /** An image, sheet or font: its hashed file name stays. */
  readonly asset?: boolean;
}

/**
 * The part of an address that may leave. `data:`, `blob:`, `javascript:`, `mailto:`, `tel:` and what does not
 * parse become `#`. Relative addresses stay relative.
 */
export function cleanUrl(url: string, rules: UrlRules = {}): string {
  const text = url.trim();
  if (text === "") return "";
  const reference = rules.asset === true ? cleanReference(text) : "";
  if (text.startsWith("#")) return reference || NO_URL;
  if (/^about:/i.test(text)) return "about:blank";
  if (/^(?!(?:https?|wss?):)[a-z][a-z\d+.-]*:/i.test(text)) return NO_URL;
  const match = /^((?:[a-z]+:)?\/\/)?([^?#]*)(\?[^#]*)?/i.exec(text);
  if (!match) return NO_URL;
  const [, start = "", rest = "", query = ""] = match;
  if (start === "")
    return cleanPath(rest, rules.asset === true) + cleanQuery(query, rules.queryKeys) + reference;
  const slash = rest.indexOf("/");
  const authority = (slash < 0 ? rest : rest.slice(0, slash)).replace(/^.*@/, "");
  const path = slash < 0 ? "" : rest.slice(slash);
  const isPublic = publicOrigins.includes(start + authority);
  return (
    start +
    authority +
    cleanPath(path, rules.asset === true, isPublic) +
    cleanQuery(query, rules.queryKeys) +
    reference
  );
}

/** The name of a shape inside a drawing (`icons.svg#basket`, `url(#shade)`): a short word, or nothing. */
function cleanReference(text: string): string {
  return /#[a-z][\w-]{0,40}$/i.exec(text)?.[0].replace(/^#.*\d{4,}.*$/, "") ?? "";
}

function cleanQuery(query: string, keys: readonly string[] = []): string {
  const kept: string[] = [];
  for (const [key, value] of new URLSearchParams(query)) {
    if (keys.includes(key)) kept.push(`${encodeURIComponent(key)}=${encodeURIComponent(cleanText(value))}`);
  }
  return kept.length > 0 ? `?${kept.join("&")}` : "";
}
