// What is hidden in any text, anywhere. Each rule is a pattern, a check, and the placeholder that has no length.
import { isHighEntropy, luhn, mod97 } from "./checksums";
import type { Count } from "./count";

export const TEXT = "[text]";

interface Rule {
  readonly name: string;
  readonly pattern: RegExp;
  readonly placeholder: string;
  /** Whether this match is one, where the pattern alone cannot say. */
  readonly holds?: (match: string) => boolean;
  /** A few characters one of which every match contains; without them the pattern is not tried. */
  readonly needs: RegExp;
}

// Separators that people and templates put between groups of digits: space, no-break and thin spaces, hyphens, dots.
const SEP = "[ \\u00a0\\u2000-\\u200b\\u202f.\\u2010-\\u2015-]";

const digitsOf = (text: string): string => text.replace(/\D/g, "");

// Order matters: what contains another kind comes first.
const RULES: readonly Rule[] = [
  {
    name: "key",
    pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    placeholder: "[key]",
    needs: /-----BEGIN/,
  },
  {
    name: "token",
    pattern: /\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g,
    placeholder: "[token]",
    needs: /eyJ/,
  },
  {
    name: "token",
    pattern: /\b(?:bearer|basic|token|apikey)\s+[\w.~+/-]{8,}=*/gi,
    placeholder: "[token]",
    needs: /bearer|basic|token|apikey/i,
    // "basic information" and "token validation" are words: a credential has a digit or a capital inside.
    holds: (match) => /\d|[a-z][A-Z]/.test(match.replace(/^\w+\s+/, "")),
  },
  {
    name: "token",
    pattern:
      /\b(?:sk|pk|rk|whsec|xox[abprs]|gh[oprsu]|github_pat|glpat|AKIA|ASIA|AIza|ya29|npm|shpat|SG)[_.-]?[\w-]{14,}/g,
    placeholder: "[token]",
    needs: /\d/,
    holds: (match) => /\d/.test(match),
  },
  {
    name: "e-mail",
    // Also percent-encoded, as it stands in addresses and messages.
    pattern: /[\p{L}\p{N}._%+'-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu,
    placeholder: "[e-mail]",
    needs: /@|%40/,
  },
  {
    name: "iban",
    pattern: new RegExp(`\\b[A-Z]{2}\\d{2}(?:${SEP}?[A-Z0-9]){11,30}\\b`, "gi"),
    placeholder: "[IBAN]",
    needs: /[a-z]{2}\d\d/i,
    holds: (match) => {
      const compact = match.replace(/[^a-z0-9]/gi, "").toUpperCase();
      // The greedy pattern may have run on into the next word, so the shorter ones are tried too.
      for (let end = compact.length; end >= 15; end--) if (mod97(compact.slice(0, end))) return true;
      return false;
    },
  },
  {
    name: "card",
    pattern: new RegExp(`(?<![\\d])(?:\\d${SEP}{0,2}){12,18}\\d(?!\\d)`, "g"),
    placeholder: "[card]",
    needs: /\d/,
    holds: (match) => {
      const digits = digitsOf(match);
      return /^(?:[2-6]|1800|8[16])/.test(digits) && luhn(digits);
    },
  },
  {
    name: "government id",
    pattern: /\b(?!000|666|9\d\d)\d{3}[- ]\d{2}[- ]\d{4}\b/g,
    placeholder: "[ID number]",
    needs: /\d[- ]\d/,
  },
  {
    name: "phone",
    pattern: /(?<![\w+])\+\d{1,3}[ ./()\u00a0-]{0,2}\d(?:[ ./()\u00a0-]{0,2}\d){6,12}(?!\d)/g,
    placeholder: "[phone]",
    needs: /\+\d/,
  },
  {
    name: "token",
    pattern: /[\w~+/=-]{20,}/g,
    placeholder: "[token]",
    needs: /\d/,
    holds: isHighEntropy,
  },
];

// An address inside a text keeps its path and loses what follows it.
const URL_TAIL = /((?:https?|wss?|ftp):\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/gi;
const URL_LOGIN = /((?:https?|wss?|ftp):\/\/)[^\s/@"'<>]+@/gi;

const CACHE_SIZE = 4_000;
const cache = new Map<string, string>();

/** A text with everything hidden that looks like somebody's. Placeholders say what stood there, never how long it was. */
export function cleanText(text: string, count?: Count): string {
  if (text.length < 6 || !/[@\d%/-]/.test(text)) return text;
  const known = cache.get(text);
  if (known !== undefined) {
    if (known !== text) count?.("pattern");
    return known;
  }
  const result = applyRules(text, count);
  if (cache.size >= CACHE_SIZE) cache.clear();
  if (text.length < 2_000) cache.set(text, result);
  return result;
}

function applyRules(text: string, count?: Count): string {
  let result = text;
  if (result.includes("://")) result = result.replace(URL_LOGIN, "$1").replace(URL_TAIL, "$1");
  for (const { name, pattern, placeholder, holds, needs } of RULES) {
    if (!needs.test(result)) continue;
    result = result.replace(pattern, (match) => {
      if (holds && !holds(match)) return match;
      count?.(name);
      return placeholder;
    });
  }
  return result;
}

/** Whether a text holds anything that would be hidden. */
export function isSensitive(text: string): boolean {
  return cleanText(text) !== text;
}

/** A text that is hidden whole. Spaces between elements stay: they are layout. */
export function maskText(text: string, count?: Count, placeholder: string = TEXT): string {
  if (text.trim() === "") return text === "" ? "" : " ";
  count?.("mask");
  return placeholder;
}
