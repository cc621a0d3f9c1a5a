// What a page says about its own values: the words of labels, headers, names and classes, in a few languages.

// What a word makes of the value beside it; the name is also what stands in the value's place. Between the words of
// one term a space may stand or not: "birthDate", "birth-date" and "birthdate" are one. No accents, lower case.
const TERMS = {
  secret:
    "pass ?(?:word|wort|wd|code|phrase)s?|pwd|pin(?: ?(?:code|number))?|otp|(?:one ?time|verification|security|access|recovery|backup|auth\\w*|log ?in|2fa|mfa|sms) ?(?:code|key|pin|token|answer|question|phrase)s?|(?:client ?)?secret(?: ?key)?s?|(?:api|access|private|client|licen[cs]e|ssh) ?keys?|(?:\\w+ ?)?tokens?|credentials?|session(?: ?id)?|cookies?|[cx]srf\\w*|authori[sz]ation|kennwort|mot de passe|contrasena|senha|wachtwoord|losenord|passord|seed phrase",
  card: "(?:credit ?|debit ?|bank ?)?card ?(?:numbers?|num|no|nr|details|exp\\w*)|(?:credit|debit) ?card|cc ?(?:num(?:ber)?|no|exp\\w*|cs?v?c)?|cv[vcn]2?|csc|(?:card )?security code|pan|valid (?:thru|until)|expiry(?: date)?|kartennummer|kreditkarte\\w*|prufziffer|numero de (?:carte|tarjeta)",
  bank: "iban|bic|swift|sort ?code|(?:aba )?routing(?: ?(?:number|no))?|(?:bank )?account ?(?:numbers?|num|nr|no)|bank ?(?:account|details)|konto ?nummer|bankleitzahl|blz|numero de (?:compte|cuenta)|clabe|bsb",
  "ID number":
    "ssn|social ?sec\\w*(?: ?(?:number|no))?|itin|nino|ni ?(?:number|no)|(?:national|government|voter|member) ?(?:insurance|id\\w*|number)(?: ?(?:number|no|card))?|pass(?:port\\w*|eport|aporte|aporto| ?nummer)(?: ?(?:number|no))?|reisepass|driv(?:ers?|ing) ?licen[cs]e(?: ?(?:number|no))?|fuhrerschein\\w*|permis de conduire|tax ?(?:payer )?(?:id\\w*|number|no|file number)|tin|tfn|sin|utr|nhs(?: ?(?:number|no))?|medica(?:re|id)\\w*|aadhaa?r|cpf|cnpj|bsn|burgerservice ?nummer|dni|nie|nif|nir|securite sociale|codice fiscale|steuer ?(?:id\\w*|nummer)|idnr|sozialversicherungs ?nummer|person(?:al)? ?(?:nummer|number|code|id)|fodselsnummer|hetu|cpr|pesel|curp|pps|mrn|medical ?record(?: ?(?:number|no))?|insurance ?(?:id|number|no)|versicherungs ?nummer|(?:id|identity) ?(?:card|number|no)|\\w*ausweis\\w*",
  "date of birth":
    "dob|d o b|(?:date|day|place) ?of ?birth|birth ?(?:date|day|place)s?|bday|born(?: on)?|geb(?:oren)?(?: am)?|geburts?\\w*|date de naissance|nee? le|nacid[oa]|(?:fecha de )?nacimiento|(?:data di )?nascita|geboorte\\w*|fod(?:t|d|sels\\w*)",
  health:
    "diagnos\\w*|symptom\\w*|allerg\\w*|medic(?:al|ations?|ines?)(?: ?(?:history|notes?|conditions?))?|medikament\\w*|prescri(?:ptions?|bed)|health(?: ?(?:conditions?|notes?|history))?|treatments?|therap\\w+|disease|illness|blood ?(?:type|group|pressure)|disabilit\\w+|surger\\w+|pregnan\\w+|vaccin\\w+|immuni[sz]ation\\w*|(?:lab|blood|hiv) ?(?:results?|tests?|status)|icd ?\\d*|clinical(?: \\w+)?|dosage|doctor|physician|krankheit\\w*|befund\\w*|maladie|enfermedad\\w*",
  name: "(?:full|first|last|middle|given|family|maiden|sur|fore|nick|legal|preferred|real|display|user|account|contact|customer|client|member|patient|guest|passenger|attendee|card ?holder|account ?holder|recipient|sender|employee|beneficiary|owner|author|applicant|student|person|billing|shipping|parent|child|spouse|payee|visitor)s? ?names?|surname|forename|[fl]name|user ?name|patients?|passengers?|(?:card|account) ?holder|recipient|beneficiary|payee|next of kin|emergency contact|assignee|requester|(?:signed|logged) in as|customer|client|vorname|\\w*nachname|benutzername|kunde|empfanger|ansprechpartner|nom de famille|prenom|apellidos?|cognome|achternaam|voornaam|(?:for|etter|efter)na[mv]n|avatar",
  address:
    "(?:(?:street|home|postal|mailing|billing|shipping|delivery|residential|current|work) ?)?address(?:es)?(?: ?(?:line|\\d|one|two))*|street|post(?:al)? ?code|zip(?: ?code)?|adr|(?:ship|deliver|bill)(?:ed)? to|stra(?:ss)?e|anschrift|\\w*adresse|wohnort|postleitzahl|plz|domicil\\w*|direccion|indirizzo",
  contact:
    "e ?mails?(?: ?address)?|(?:(?:tele|cell|mobile|home|work) ?)?phone(?: ?(?:number|no))?|tel|mobile(?: ?(?:number|no))?|cell|fax|whatsapp|telefon\\w*|handy|movil|courriel|correo",
  message:
    "(?:private |internal |personal |direct |last |latest |chat )?(?:message|comment|remark|note|memo|reply)(?:s| ?(?:body|text|content|history))?|chat\\w*|conversations?|transcripts?|threads?|bubbles?|inbox|dms?|reason for \\w+|nachricht(?:en)?|notiz(?:en)?|bemerkung(?:en)?|kommentare?|commentaires?|mensajes?|comentarios?|messagg\\w+|diary",
  private:
    "race|ethnic\\w*|religio\\w*|konfession|sexual\\w*(?: orientation)?|gender|sex|pronouns|nationality|citizenship|marital ?status|political\\w*(?: \\w+)?|union membership|criminal ?record|salary|income|wages?|credit ?score",
};
export type Topic = keyof typeof TERMS;
export const termsOf = (topic: Topic): string => TERMS[topic];

const TOPICS = Object.keys(TERMS) as Topic[];
const whole = (terms: string, flags = "") => new RegExp(`(?<![a-z\\d])(?:${terms})(?![a-z\\d])`, flags);
const EACH = TOPICS.map((topic) => whole(TERMS[topic]));
const ANY = whole(Object.values(TERMS).join("|"), "g");

/** Words that may stand beside a term in a label without making it something else. */
const BESIDE =
  /^(?:your|my|the|of|s|at|to|and|or|de|primary|secondary|main|home|work|current|new|old|last|known|number|no|nr|id|code|date|details|info(?:rmation)?|full|patient|customer|personal|medical|history|summary|\d+)$/;

/** Beside a term they speak of a state, of what one may do, or of a part of the interface: no value follows. */
const NEITHER = whole(
  "change|reset|forgotw*|show|hide|edit|update|add|enter|in?valid|errors?|failw*|missing|wrong|incorrect|required?|must|please|expired|set|use|choose|view|save|sen[dt]|preferences?|settings?|policw+|optional|(?:un)?verified|not|cannot|unable|empty|format|match|strength|template|search|filter|sort|countw*|total|limits?|types?|language|channel|unread|queue|pages?|layout|app|form|fields?|input|control|icon|btn|button|link|footer|tabs?|menu|navw*|badge|toggle|label|hint|help|warning|success|alerts?|flash|toast|notiw+|status|feedback|validation|tooltip|placeholder|rules?|loading|checkbox",
);

/** Lower-case words without accents or marks, a space between; camelCase is taken apart. */
export function wordsOf(text: string): string {
  return text
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/[^\p{L}\d]+/gu, " ")
    .trim();
}

const known = new Map<string, Topic | undefined>();
const MOST_KNOWN = 5_000;

/** How a word is used: in the code of the page, of an input, in a place that is made for labels, or anywhere. */
type Use = "name" | "input" | "marked" | "loose";

/** The topic of a label, header, term or name. Pages repeat them, so each is looked at once. */
export function topicOf(text: string, use: Use): Topic | undefined {
  if (text.length > 60) return undefined;
  const key = use + text;
  if (known.has(key)) return known.get(key);
  if (known.size > MOST_KNOWN) known.clear();
  const topic = find(wordsOf(text), use);
  known.set(key, topic);
  return topic;
}

function find(words: string, use: Use): Topic | undefined {
  const topic = TOPICS[EACH.findIndex((pattern) => pattern.test(words))];
  if (topic === undefined || use === "input") return topic;
  const rest = words.replace(ANY, " ");
  if (NEITHER.test(rest) || words.split(" ").length > 7) return undefined;
  // Nothing says that this is a label, so all of it must read like one.
  return use !== "loose" || rest.split(" ").every((word) => word === "" || BESIDE.test(word))
    ? topic
    : undefined;
}

/** An element that tells how something went: its words are the interface's. */
export function isNotice(name: string): boolean {
  const words = wordsOf(name);
  return (
    whole(
      "err|errors?|invalid|hint|helper?|help|validation|warn|warning|success|alert|flash|toast|tooltip",
    ).test(words) && [undefined, "message", "secret"].includes(topicOf(name, "input"))
  );
}

/** "Name" alone is a person's beside other words of a person, and a thing's beside a price. */
export const isBareName = (text: string): boolean =>
  /^(?:name|na[mv]n|nom|nombre|nome|naam)$/.test(wordsOf(text));
