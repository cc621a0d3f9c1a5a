// What is hidden in any text, anywhere. Each rule is a pattern, a check, and a placeholder that has no length.
import { fodselsnummer, isHighEntropy, luhn, mod97 } from "./checksums";
import type { Count } from "./count";
import { plain } from "./plain";
import { numberOf } from "./pseudonym";
import { isBareName, type Topic, termsOf, topicOf } from "./words";

export const TEXT = "[text]";

/** A place in a text and what stands there instead. */
export interface Span {
  from: number;
  to: number;
  put: string;
  name: string;
}

/**
 * A name; a pattern, of which the first group is hidden where it has one; and a check where the pattern alone cannot
 * say: whether the match is one, or how much of it, in characters.
 */
type Rule = [string, RegExp, ((match: string, before: string, after: string) => boolean | number)?];

// Separators that people and templates put between groups of digits (`plain` has made the exotic ones common).
const SEP = "[ .\\n-]";
const digitsOf = (text: string): string => text.replace(/\D/g, "");
const compactOf = (text: string): string => text.replace(/[^a-z\d]/gi, "").toUpperCase();

/** The word before a number that says that it is a thing's: those stay readable. */
const THING =
  /(?:order|ticket|invoice|case|booking|reservation|tracking|shipment|parcel|sku|ean|gtin|isbn|serial|article|item|product|part|version|request|trace|correlation|event|incident|job|batch|model|ref(?:erence)?|error code|bestell\w*|auftrag\w*|rechnung\w*)[ .:#_-]{0,3}(?:number|no|nr|id|code|n[°º])?["']?[ .:#=-]{0,3}$/i;
const CODE_OF =
  /(?:commit|sha\W?\d*|md5|rev|revision|checksum|digest|integrity|etag|hash|blob|tree|build|version|release|deployed|merged?|head|reverts?|pushed)["']?[ :=@#(]{0,3}$/i;
const ofThing = (before: string, match = ""): boolean => THING.test(before) && !/[a-z]/i.test(match);

const ISSUERS = /^(?:4|5[0-8]|6|2[2-7]|3[045-9]|1800|8[16]|9792)/;

function isCard(match: string, before: string, after: string): boolean {
  const digits = digitsOf(match);
  if (/\d[.,]$/.test(before) || /^[.,]\d/.test(after)) return false;
  const grouped = /^\d{4}\D\d{4}\D\d{4}\D|^\d{4}\D\d{6}\D\d{5}$/.test(match);
  // A drawing's path has many numbers of one digit.
  if (match.split(/\D+/).length > 7) return false;
  return ISSUERS.test(digits) && luhn(digits) && (grouped || !ofThing(before));
}

function isIban(match: string): number {
  // The greedy pattern may have run on into the next word, so the shorter ones are tried too.
  for (let end = match.length; end >= 15; end--) {
    const compact = compactOf(match.slice(0, end));
    if (/[a-z\d]$/i.test(match.slice(0, end)) && compact.length >= 15 && mod97(compact)) return end;
  }
  return 0;
}

/** "icon@2x.png" and "app@next.js" are files. */
const isAddress = (match: string): boolean =>
  !/@[^.]*\.(?:png|jpe?g|gif|svg|webp|[cm]?[jt]sx?|css|json|html)$/i.test(match);

function isToken(match: string, before: string): boolean {
  if (/^[0-9a-f]+$/i.test(match) && (CODE_OF.test(before) || ofThing(before))) return false;
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(match)) return !ofThing(before);
  // Words and a shortened hash: what a cluster calls its parts.
  return isHighEntropy(match) && !/^(?:[a-z]+-){2,}[a-z\d]{5,10}-[a-z\d]{5}$/.test(match);
}

const DAY = "(?:0[1-9]|[12]\\d|3[01])";
const MONTH = "(?:0[1-9]|1[0-2])";
const NOT_IN_NUMBER = "(?<![\\w.,/-])";
const NUMBER_ENDS = "(?![\\w]|[.,/-]\\d)";

// Government identifiers: [pattern, check of the bare letters and digits]. Sources: python-stdnum's modules, by country.
const IDS: [string, ((id: string) => boolean)?][] = [
  // US: SSN, and ITIN, which begins with 9.
  ["(?!000|666)\\d{3}[ .-](?!00)\\d\\d[ .-](?!0000)\\d{4}"],
  // UK: NINO, NHS number, driving licence
  [`(?:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z])${SEP}?\\d{2}${SEP}?\\d{2}${SEP}?\\d{2}${SEP}?[A-D]`],
  ["\\d{3}[ -]\\d{3}[ -]\\d{4}"],
  ["[A-Z9]{5}\\d{6}[A-Z9]{2}\\d[A-Z]{2}"],
  // Germany: tax number in its groups, pension number
  ["\\d{2} \\d{3} \\d{3} \\d{3}"],
  [`\\d{2} ?${DAY}${MONTH}\\d{2} ?[A-Z] ?\\d{3}`],
  // France: NIR, with Corsica's letters
  ["[1-478] ?\\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\\d{2}|2[AB]) ?\\d{3} ?\\d{3} ?\\d{2}"],
  // Spain: DNI and NIE
  [
    "[XYZ\\d][ -]?\\d{7}[ -]?[A-Z]",
    (id) =>
      "TRWAGMYFPDXBNJZSQVHLCKE"[
        Number(id.slice(0, -1).replace(/^[XYZ]/, (l) => String("XYZ".indexOf(l)))) % 23
      ] === id.slice(-1),
  ],
  // Italy: codice fiscale
  ["[A-Z]{6}\\d{2}[A-EHLMPRST]\\d{2}[A-Z]\\d{3}[A-Z]"],
  // Norway
  ["\\d{6} ?\\d{5}", fodselsnummer],
  // Sweden and Denmark
  [`(?:\\d{2})?\\d{2}${MONTH}(?:${DAY}|[6-9]\\d)[-+]\\d{4}`, (id) => luhn(id.slice(-10))],
  [`${DAY}${MONTH}\\d{2}-\\d{4}`],
  // Finland
  [`${DAY}${MONTH}\\d{2}[-+A-FU-Y]\\d{3}[\\dA-FHJ-NPR-Y]`],
  // India: Aadhaar, PAN
  ["[2-9]\\d{3}[ -]\\d{4}[ -]\\d{4}", (id) => !/^(?:20\d\d){3}/.test(id)],
  ["[A-Z]{3}[ABCFGHJLPT][A-Z]\\d{4}[A-Z]"],
  // Brazil: CPF, CNPJ
  ["\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}"],
  ["(?<=[Cc][Pp][Ff]\\D{1,30})\\d{11}"],
  ["\\d{2}\\.\\d{3}\\.\\d{3}/\\d{4}-\\d{2}"],
  // Canada
  ["\\d{3}-\\d{3}-\\d{3}", luhn],
  // Australia: Medicare
  ["[2-6]\\d{3} \\d{5} \\d"],
  // Belgium, Switzerland, Mexico
  [`\\d{2}\\.${MONTH}\\.${DAY}-\\d{3}\\.\\d{2}`],
  ["756\\.\\d{4}\\.\\d{4}\\.\\d{2}"],
  ["[A-Z]{4}\\d{6}[HM][A-Z]{5}[A-Z\\d]\\d"],
  // The lines of a passport that machines read
  ["[A-Z\\d<]{5,}<<[A-Z\\d<]*"],
];

const DATE =
  "\\d{1,4}[./ -]\\d{1,2}[./ -]\\d{1,4}|\\d{1,2}\\.?(?:st|nd|rd|th)?(?: of| de)? [a-z]{3,10}\\.?(?:,| de)? \\d{2,4}|[a-z]{3,10}\\.? \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}";
/** Groups of letters and digits, each with a digit in it: numbers as papers and cards have them. */
const NUMBERS = "(?:[a-z]{1,4}[ -])?[a-z\\d]*\\d[a-z\\d]*(?:[ ./-]?[a-z]*\\d[a-z\\d]*)*";
// Between a word and its value: "card no.: ", "number is ", "n° ".
const LINK = `[\\s:=#.,'"()-]*(?:(?:number|nummer|numero|num|no|nr|n[°º]|card|code|is|was|lautet|ist|est|es|of|on|ending|am|le|the|id|at|to|:)[\\s:=#.'"()]+){0,3}`;

/** A value that only the word before it gives away: what it is called, the words, the value, its letters at least. */
type Beside = [string, string, string, number];

const said = (words: string): string => `(?<![a-z\\d])(?:${words.replace(/ \?/g, "[ -]?")})s?(?![a-z\\d])`;
const beside = ([name, words, value, length]: Beside): Rule => [
  name,
  new RegExp(`${said(words)}${LINK}(${value})`, "gi"),
  (match) => compactOf(match).length >= length,
];

// Order matters: what contains another kind comes first.
const NUMERIC: Rule[] = [
  // Who logs in by an address, and what follows its path.
  ["secret", /(?<=\b[a-z][a-z\d+.-]{1,15}:\/\/)[^\s/@"'<>]+(?=@)/gi],
  ["query", /(?<=\b(?:https?|wss?|ftp):\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/gi],
  [
    "secret",
    /[?&#;][\w.[\]-]*(?:token|key|sig|pass|pwd|code|auth|session|sid|secret|mail|jwt|phone)[\w.[\]-]*=([^\s&#"'<>]+)/gi,
  ],
  ["token", /\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)*/g],
  [
    "token",
    /\b(?:bearer|basic|digest|token|apikey|negotiate)\s+[\w.~+/-]{8,}=*/gi,
    // "basic information" and "token validation" are words: a credential has a digit or a capital inside.
    (match) => /\d|[a-z][A-Z]/.test(match.replace(/^\w+\s+/, "")),
  ],
  [
    "token",
    /\b(?:[spr]k|whsec|xox[a-z]|xapp|gh[oprsu]|github_pat|glpat|A[KS]IA|AIza|ya29|npm|pypi|shp\w\w|SG|do[op]_v1|hf|key|rzp|AC|SK|AGE-SECRET-KEY)[_.-]?[\w-]{14,}(?:\.[\w-]{8,})?/g,
    (match) =>
      /\d/.test(match)
        ? isHighEntropy(match) || match.length >= 20
        : /^(?:glpat|gh|xox|A|pypi|npm)/.test(match),
  ],
  ["e-mail", /[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/giu, isAddress],
  ["e-mail", /[\w.+-]+ ?[[({] ?at ?[\])}] ?[\w-]+(?:(?: ?[[({] ?dot ?[\])}] ?|\.)[\w-]+)+/gi],
];

// Each has four digits at least; most texts with a number have fewer, and are not looked at for these.
const LONG: Rule[] = [
  ["IBAN", new RegExp(`\\b[A-Z]{2}\\d{2}(?:${SEP}?[A-Z0-9]){11,30}\\b`, "gi"), isIban],
  ["card", new RegExp(`(?<!\\d)\\d(?:${SEP}{0,2}\\d){12,18}(?!\\d)`, "g"), isCard],
  [
    "phone",
    /(?<![\w+])(?:\+|00)[1-9]\d{0,2}[ ./()-]{0,3}\d(?:[ ./()-]{0,2}\d){6,12}(?!\d)/g,
    (match, before) => match[0] === "+" || !ofThing(before),
  ],
];

const ID_NUMBERS = IDS.map(
  ([source, check]): Rule => [
    "ID number",
    new RegExp(NOT_IN_NUMBER + source + NUMBER_ENDS, "g"),
    (match, before) => (!check || check(compactOf(match))) && !ofThing(before, match),
  ],
);
/** Whether one of them may be there: one look in place of one for each. */
const ANY_ID = new RegExp(`${NOT_IN_NUMBER}(?:${IDS.map(([source]) => source).join("|")})${NUMBER_ENDS}`);

const LONG_BESIDE: Beside[] = [
  ["ID number", `${termsOf("ID number")}|tax`, NUMBERS, 6],
  ["bank", `${termsOf("bank")}|account|acct|konto|compte|cuenta`, NUMBERS, 6],
];

const SHORT_BESIDE: Beside[] = [
  ["bank", "swift(?: code)?|bic", "[A-Z]{6}[A-Z\\d]{2}(?:[A-Z\\d]{3})?", 0],
  [
    "card",
    "exp(?:iry|ires?|\\.)?(?: date)?|valid (?:thru|until|to)|mm ?/ ?yy",
    "(?:0[1-9]|1[0-2]) ?[/-] ?(?:20)?\\d{2}(?![\\d/-])",
    3,
  ],
  ["card", "cv[vcn]2?|csc|(?:security|verification) code|prufziffer", "\\d{3,4}(?!\\d)", 3],
  ["date of birth", termsOf("date of birth"), DATE, 3],
  [
    "secret",
    `${termsOf("secret")}|(?:your|use|enter|one-time) code`,
    "[^\\s\"'<>]*\\d[^\\s\"'<>,;]*[^\\s\"'<>,;.]{2}",
    4,
  ],
  ["phone", `${termsOf("contact")}|call|ring|sms`, "[+(]?\\d[\\d ()./-]{5,18}\\d", 7],
];
/** Whether any of their words is there. */
const SAID = new RegExp(said([...LONG_BESIDE, ...SHORT_BESIDE].map(([, words]) => words).join("|")), "i");
const LONG_SAID = LONG_BESIDE.map(beside);
const SHORT_SAID = SHORT_BESIDE.map(beside);

const SHORT: Rule[] = [
  [
    "phone",
    /(?<![\w+./-])(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])\d{3}[ .-]\d{4}(?![\w-])/g,
    (_, before) => !ofThing(before),
  ],
  [
    "phone",
    /(?<![\w+.,/:-])\(?0[1-9]\d{0,4}\)?(?:[ /.-]{0,2}\d{2,8}){1,5}(?![\w:]|[./-]\d)/g,
    (match, before) =>
      /^\d{9,12}$/.test(digitsOf(match)) &&
      !/^\d\d([./-])\d\d\1\d{4}/.test(match) &&
      !ofThing(before) &&
      !/\d\w* ?$/.test(before),
  ],
  ["phone", /(?<![\w+.,-])[6-9]\d{4}[ -]\d{5}(?![\w-])/g, (_, before) => !ofThing(before)],
  ["location", /-?\d{1,3}\.\d{4,}[,;] ?-?\d{1,3}\.\d{4,}/g],
  [
    "address",
    /(?<![\w.])\d{1,5}[a-zA-Z]?(?: \d\/\d)?,? (?:[NSEW]\.? )?(?:\p{Lu}[\p{L}'.-]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Court|Ct|Square|Sq|Boulevard|Blvd|Way|Close|Terrace|Place|Pl|Crescent|Gardens|Grove|Hill|Parkway|Row|Mews|Walk)\b\.?(?:,? (?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\p{Lu}[\p{L}'.-]*|\d{4,5})){0,5}/gu,
  ],
  [
    "address",
    /(?<![\w.])\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|impasse|allee|quai) (?:\p{L}+ ){0,3}\p{Lu}[\p{L}'-]+(?:,? \d{5} \p{Lu}[\p{L}-]+)?/giu,
  ],
  [
    "address",
    /(?<!\p{L})(?:\p{Lu}[\p{L}.-]*(?:stra(?:ß|ss)e|str\.|gasse|allee|(?<!Sitz|Park)platz|weg|ufer|damm|laan|straat|gracht|plein|gade|vej|gatan?|vei(?:en)?)|(?:rue|calle|avenida|plaza|paseo|via|viale|piazza|corso|rua|praca) (?:\p{L}+ ){0,2}\p{Lu}[\p{L}'-]+),? \d{1,4}(?: ?[a-z])?(?!\p{L})(?:,? \d{4,5} \p{Lu}[\p{L}-]+)?/gu,
  ],
  ["token", /[\w~+/-]{16,}={0,2}/g, isToken],
];

const WORDED: Rule[] = [
  ["key", /-----BEGIN [A-Z ]*PRIVATE KEY[A-Z ]*-----[\s\S]*?(?:-----END [A-Z ]*-----|$)/g],
  [
    "name",
    /(?:(?:[Ss]igned|[Ll]ogged) in as|[Ww]elcome(?:,| back,?)|(?:Hello|Hi|Hey|Dear|Good (?:morning|afternoon|evening)|Hallo|Guten (?:Morgen|Tag|Abend)|Bonjour|Bonsoir|Hola|Ciao|Buongiorno|Hoi|Hei|Hej|Lieber?|Cher|Chere),?|(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Mme|Sra|Sig(?:\.?ra)?|Dhr|Pan[ií]|M(?=\.))\.?) ((?:\p{Lu}[\p{L}'’-]+|\p{Lu}\.)(?: (?:(?:van|von|de|der|den|la|le|di|da|bin|al) )*\p{Lu}[\p{L}\d'’-]+){0,3})/gu,
  ],
  [
    "secret",
    /(?:[Pp]ass(?:word|code|wort)|[Cc]ontrasena|PIN)(?:(?:[^.:\n]|\.\w){0,60}(?:\b(?:is|to|ist|lautet|est|es)|:))? +["']?((?![([]|\p{Lu}?\p{Ll}+(?:-\p{Ll}+)*(?![^\s"'<>,;.]))[^\s"'<>]{3,}[^\s"'<>,;.])/gu,
  ],
  ["secret", /(?:--pass\w*[= ]|sshpass -p ?|curl .*-u ?\S+?:|mysql.*? -p)([^\s"']+)/g],
  ["name", /(?<=^|\n)(?:From|To|Cc|Von|An): ([^\n<@]+)(?=\n[\s\S]*Subject:)/g],
  ["health", /\b(?:(?:BP|HR|SpO2|BMI)[ :]+\d[\d./]*|[RDH]x:[^\n;]*|\p{L}+ \d+ ?mg .*daily)/gu],
  // Of an address of mail, whose it is.
  [
    "name",
    /(?<=")[^"\n<>@]{2,60}(?=" ?<[^\s<>()@]+@)|(?<=(?:^|[\n,;:>(])\s*)\p{L}[^\n<>,;:@"]{1,50}?(?= ?<[^\s<>()@]+@)|(?<!\p{L})\p{Lu}[\p{L}'’.-]+(?: \p{Lu}[\p{L}'’.-]*){1,3}(?= ?[(·•|,-] ?[^\s()@]+@)/gu,
  ],
  ["name", /\p{Lu}[\p{L}'’-]+ \p{Lu}[\p{L}'’-]+(?= is typing)/gu],
  [
    "name",
    /(?:(?:portrait|avatar|photo|picture|conversation|chat|call|meeting|appointment|messages?) (?:of|with|from|for)|(?:assigned|sent|addressed|issued|transfer(?:red)?|handed|delivered) to|shared with|acting as|(?:statement|testimony|affidavit) of|(?:next of kin|contact person) is|neighbou?r|room-?mate|spouse|landlord|husband|wife|prepared for|on behalf of|(?:(?<!power|deliver|shipp|publish|provid)ed|written|sent) by) ([A-Z][\p{L}'’-]+(?: \p{Lu}[\p{L}\d'’-]+){1,3})/giu,
    (match) => /^(?:\p{Lu}\S+ ?){2,}/u.exec(match)?.[0].trimEnd().length ?? 0,
  ],
  [
    "health",
    /(?:diagnos(?:ed (?:with|as)|is of)|prescribed(?! on)|allergic to|suffer(?:s|ing) from|treated for|recovering from|is taking|tested positive for|pregnant|medication for|on medication|history of|hiv[ -]positive)(?![a-z])[^.;\n]*/gi,
  ],
];

/** `Word: value` inside a text. The value ends with the line, or where the next such word begins. */
const LABEL =
  /(?<=^|[\n.;,|({[?&!>]\s*|\s{2,}|["'])([\p{L}][\p{L}\d'’_ ./()-]{1,44}?)["']?\s*(?:(?<!\d):(?!\/\/)|:(?!\d|\/\/)|=(?!=)|\s[–—-]\s)\s*["']?/gu;

/** Times, sizes and counters beside a message are no part of it. */
const STAMP = /^\W*[\d.,:]+ ?(?:[KMG]?B|[ap]m)?\W*$/i;

/** What has no number of a card: words, a few days, a whole date. */
const NO_CARD = /^\D*\d{0,2}\D*$|\d[./-]\d\d?[./-]\d/;

/** "Guests: 2 adults" counts people, and "Carrier: by air" names nobody. */
export const isNobody = (topic: Topic, value: string): boolean =>
  /message|card/.test(topic)
    ? (topic === "card" ? NO_CARD : STAMP).test(value)
    : topic === "somebody"
      ? !/^\s*(?:(?:\p{Lu}[\p{L}\d.,'’-]*|v[ao]n|de[rn]?) ){1,4}\p{Lu}[\p{L}\d'’-]+\s*$/u.test(value)
      : topic === "person" && /^\s*\d+(?: \p{L}+)?\s*$/u.test(value);

function labelled(text: string): Span[] {
  const found: Span[] = [];
  const labels = [...text.matchAll(LABEL)];
  labels.forEach((label, index) => {
    const said = label[1] ?? "";
    const topic = topicOf(said, "marked") ?? (isBareName(said) ? "name" : undefined);
    if (topic === undefined) return;
    const from = (label.index ?? 0) + label[0].length;
    const next = labels[index + 1]?.index ?? text.length;
    const line = /[\n|]|[;}] ?/.exec(text.slice(from, next));
    const value = text.slice(from, line ? from + line.index : next).replace(/[\s"',;({[&]+$/, "");
    // Of how to reach somebody the rest of the line stays.
    const isValue = topic === "contact" ? /^[+(\d][\d ()./-]{6,}$/ : /[\p{L}\d]/u;
    if (isValue.test(value) && !isNobody(topic, value))
      found.push({ from, to: from + value.length, put: `[${topic}]`, name: topic });
  });
  return found;
}

/** Classes with so many values that a number gives none away. */
const NUMBERED = ["e-mail", "phone", "IBAN", "token"];

function placeholder(name: string, match: string): string {
  if (name === "query") return "";
  return NUMBERED.includes(name)
    ? `[${name} ${numberOf(match.toLowerCase().replace(/[^\p{L}\p{N}@]/gu, ""))}]`
    : `[${name}]`;
}

export const GONE = "\ue000";
const CONTEXT = 40;

/** What no number or address is without. */
const TELLING = /[\d@=:]|[[({] ?at ?[\])}]|[\w~+/=-]{16}/;

/** Without accents, letter for letter, so that places stay the same. */
const bare = (text: string): string =>
  text.replace(/[À-ž]/g, (letter) => letter.normalize("NFD")[0] ?? letter);

let site: Rule[] = [];

/** Begin anew, with what a site hides besides; the first group is all of an expression, whatever groups it has. */
export function useTexts(patterns: readonly string[]): void {
  cache.clear();
  site = patterns.map((pattern) => ["hidden", new RegExp(`(${bare(pattern)})`, "g")]);
}

/** Everything in a plain text that has to be hidden, in order */
export function find(text: string): Span[] {
  const spans: Span[] = [];
  let work = bare(text);
  const apply = ([name, pattern, holds]: Rule) => {
    pattern.lastIndex = 0;
    // A match of nothing would be found for ever.
    for (let found = pattern.exec(work); found?.[0]; found = pattern.exec(work)) {
      const group = found[1] ?? found[0];
      const from = found.index + found[0].length - group.length;
      const after = work.slice(from + group.length, from + group.length + 2);
      const verdict =
        !group.includes(GONE) &&
        (holds?.(group, work.slice(Math.max(0, from - CONTEXT), from), after) ?? true);
      const length = verdict === true ? group.length : Number(verdict);
      if (length > 0) {
        spans.push({ from, to: from + length, put: placeholder(name, group.slice(0, length)), name });
        work = work.slice(0, from) + GONE.repeat(length) + work.slice(from + length);
      }
      // A card may begin in the middle of what looked like one.
      else if (name === "card") pattern.lastIndex = found.index + 1;
    }
  };
  site.forEach(apply);
  WORDED.forEach(apply);
  if (TELLING.test(work)) {
    NUMERIC.forEach(apply);
    const isLong = /(?:\d\D*){4}/.test(work);
    if (isLong) {
      LONG.forEach(apply);
      if (ANY_ID.test(work)) ID_NUMBERS.forEach(apply);
    }
    if (SAID.test(work)) {
      if (isLong) LONG_SAID.forEach(apply);
      SHORT_SAID.forEach(apply);
    }
    SHORT.forEach(apply);
  }
  for (const span of labelled(work)) {
    // What the label covers is one value, whatever was found in it before.
    const inner = spans.filter(({ from, to }) => from >= span.from && to <= span.to);
    if (inner.length === 1 && inner[0]?.to === span.to && inner[0].from === span.from) continue;
    for (const part of inner) spans.splice(spans.indexOf(part), 1);
    spans.push(span);
  }
  return spans.sort((a, b) => a.from - b.from);
}

export function replaced(text: string, spans: Span[]): string {
  let result = "";
  let done = 0;
  for (const { from, to, put } of spans) {
    if (from < done) continue;
    result += text.slice(done, from) + put;
    done = to;
  }
  return result + text.slice(done);
}

const CACHE_SIZE = 4_000;
const cache = new Map<string, string>();

/** Placeholders carry a key's numbers: with another key they begin anew. */
/** A text with everything hidden that looks like somebody's. Placeholders say what stood there, never how long it was. */
export function cleanText(text: string, count?: Count): string {
  if (text.length < 4 && !site[0]) return text;
  const known = cache.get(text);
  if (known !== undefined) {
    if (known !== text) count?.("pattern");
    return known;
  }
  const read = plain(text);
  const spans = find(read);
  for (const { name } of spans) count?.(name);
  const result = spans.length > 0 ? replaced(read, spans) : text;
  if (cache.size >= CACHE_SIZE) cache.clear();
  if (text.length < 2_000) cache.set(text, result);
  return result;
}

/** Whether a text holds anything that would be hidden. */
export function isSensitive(text: string): boolean {
  return cleanText(text) !== text;
}

/** A text that is hidden whole. Spaces between elements stay: they are layout. */
export function maskText(text: string, count?: Count, put: string = TEXT): string {
  if (text.trim() === "") return text === "" ? "" : " ";
  count?.("mask");
  return put;
}

/** Whether nothing but a numbered placeholder is left of a text. */
export const isPlaceholder = (text: string): boolean => /^\[(?:e-mail|phone|IBAN) \d+\]$/.test(text);

export const placeholderOf = (topic: Topic): string => `[${topic}]`;

/**
 * The end of a text that is still being written, where it may become a number or an address: a secret typed out
 * by a script must not leave letter by letter before any rule can know it.
 */
export function unfinished(text: string, start: number): Span[] {
  const match = /(?:[A-Z\d]{0,6}\d[A-Z\d]*[ ().+/-]{0,2})+$|[^\s"'()<>]+$/.exec(text);
  const end = match?.[0] ?? "";
  const telling =
    digitsOf(end).length >= 4 ||
    end.includes("@") ||
    (end.length >= 8 && /\d|\w[._-]\w|[a-z][A-Z]|[A-Z]{6}/.test(end));
  const to = start + text.length;
  return telling ? [{ from: to - end.length, to, put: TEXT, name: "unfinished" }] : [];
}
