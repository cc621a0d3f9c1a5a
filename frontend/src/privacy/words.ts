// What a page says about its own values: the words of labels, headers, names and classes, in a few languages.
// Pages repeat them, so each is looked at once.
import { remembered } from "./remembered";

// The parts that people play; a term only where it is the whole label.
const PERSON =
  "patient|passenger|travell?er|(?:(?:card|account|policy|ticket|key) ?)?holder|recipient|beneficiary|payee|respondent|counterparty|other side|resident|carer|booker|assignee|requester|customer|client|insured|claimant|pupil|student|employee|member|guardian|guest|attendees|participants|applicant|candidate|driver|husband|wife|spouse|partner|contact ?person|owner|(?:assigned|reports|addressed) to|(?:\\w+ed|written|sent) by|signed|author|sender|actor|byline|gp|kund(?:e|in)|mieter(?:in)?|\\w+(?:nehmer|geber)(?:in)?|empfanger(?:in)?|ansprechpartner|destinataire|titulaire(?: d[eu] \\w+(?: \\w+)?)?|destinatari\\w|titular";

// What a word makes of the value beside it; the name is also what stands in the value's place. Between the words of
// one term a space may stand or not: "birthDate", "birth-date" and "birthdate" are one. No accents, lower case.
const TERMS = {
  secret:
    "pass ?(?:word|wort|wd|code|phrase)|pwd|pin(?: ?code)?|otp|(?:one ?time|verification|security|access|recovery|backup|door|entry|locker|collection|pick ?up|alarm|gate|auth\\w*|log ?in|2fa|mfa|sms) ?(?:code|key|pin|token|answer|question|phrase)|(?:client ?)?secret(?: ?key)?|(?:api|access|private|client|licen[cs]e|ssh) ?key|(?:\\w+ ?)?token|credential|session(?: ?id)?|cookie|[cx]srf\\w*|authori[sz]ation|kennwort|mot de passe|code confidentiel|contrasena|senha|wachtwoord|losenord|passord|mnemonic|seed ?(?:phrase|words?)|パスワード|暗証番号|密码",
  card: "(?:credit ?|debit ?|bank ?)?card ?(?:number|num|no|nr|details|exp\\w*)|(?:credit|debit) ?card|cc(?: ?(?:exp\\w*|cs?v?c))?|cv[vcn]2?|csc|(?:card )?security code|pan|valid (?:thru|until|to)|expir(?:es|y)|kartennummer|kreditkarte\\w*|prufziffer|numero de (?:carte|tarjeta)|カード番号",
  bank: "iban|bic|swift|sort ?code|(?:aba )?routing|(?:bank )?account ?(?:number|num|nr|no)|bank ?(?:account|details)|konto ?nummer|bankleitzahl|blz|numero de (?:compte|cuenta)|clabe|bsb|reken\\w*nummer|口座番号",
  "ID number":
    "ssn|social ?sec\\w*|itin|nino|(?:tax(?: ?payer)?|employer|national|government|voter|member(?:ship)?|ni|insurance|id(?:entity)?|registration|personal|student|employee|staff|patient|loyalty|flyer|bonus) ?(?:id\\w*|no|number)|frequent flyer|tax file|national insurance|pass(?:port\\w*|eport|aporte|aporto| ?nummer)|reisepass|driv(?:er|ing) ?licen[cs]e|fuhrerschein\\w*|permis de conduire|f?ein|tin|tfn|sin|utr|nhs|medica(?:re|id)\\w*|aadhaa?r|cpf|cnpj|bsn|burgerservice ?nummer|dni|tarjeta sanitaria|nie|nif|nir|securite sociale|codice fiscale|steuer ?(?:id\\w*|nummer)|idnr|person(?:al)? ?(?:nummer|code)|fodselsnummer|hetu|cpr|pesel|curp|pps|mrn|medical ?record|\\w*versicherungs ?nummer|id(?:entity)? ?card|\\w*ausweis\\w*|vehicle registration|(?:registration|licen[cs]e|number) ?plate|kennzeichen|vin|ird|nric|hkid|rrn|\\w+ kimlik|my ?number|身份证",
  "date of birth":
    "dob|(?:date|day|place) ?of ?birth|birth ?(?:date|day|place)|bday|born(?: on)?|geb(?:oren)?(?: am)?|geburts?\\w*|date de naissance|n(?:ee?|e e) (?:le|a)|nacid[oa]|nacimiento|nascita|nasciment\\w|geboorte\\w*|fod(?:t|d|e?lse\\w*|sels\\w*)|生年月日",
  health:
    "diagnos\\w*|symptom\\w*|all?erg\\w*|medic(?:al|ation|ines?)(?: ?(?:history|note|conditions?))?|medikament\\w*|prescri(?:ption|bed)|health(?: ?(?:condition|note|history))?|treatment|therap\\w+|disease|illness|blood ?(?:type|group|pressure)|disabilit\\w+|surger\\w+|pregnan\\w+|vaccin\\w+|immuni[sz]ation\\w*|(?:test|lab|blood|hiv) ?(?:result|test|status)|family history|mobility|dietary \\w+|(?:special|learning|support) (?:needs|difficult\\w+)|send?|impairment|accommodation|resuscitation(?: \\w+)?|care level|mental \\w+|(?:in)?continence|icd\\w*|access(?:ibility)? (?:requirement|needs)|clinical(?: \\w+)?|dosage|doctor|physician|krankheit\\w*|krankenkasse|befund\\w*|maladie|medecin(?: \\w+)?|enfermedad\\w*|huisarts|(?:haus)?arzt|sick\\w*(?: \\w+)?|injur(?:y|ies)|診断\\w*",
  name: `(?:full|first|last|middle|given|family|maiden|sur|fore|nick|legal|preferred|real|display|formatted|user|contact|person|billing|shipping|parent|child|visitor|friend|host|profile|doctor|${PERSON})s? ?name|[fl]name|next of kin|emergency contact|(?:signed|logged) in as|vorname|\\w*nachname|\\w+inhaber(?:in)?|nom d usage|nom de jeune fille|nome d[oa] (?:pai|mae)|filiacao|имя|фамилия|фио|الاسم(?: \\S+)?|اسم \\S+|اللقب|etunimi|sukunimi|benutzername|nome? complet\\w|nombre completo|nom de famille|prenom|apellido|cognome|achternaam|voornaam|(?:for|etter|efter)na[mv]n|avatar|imie|nazwisko|お?名前|氏名|姓名`,
  person: PERSON,
  address:
    "(?:(?:street|home|postal|mailing|billing|shipping|delivery|residential|current|work) ?)?address(?:es)?(?: ?(?:line|\\d|one|two))*|street|post(?:al)? ?code|code ?postal|codigo postal|morada|zip(?: ?code)?|adr|addr|(?:ship|deliver|bill)(?:ed)? to|stra(?:ss)?e|anschrift|\\w*adresse|wohnort|postleitzahl|plz|domicil\\w*|direccion|indirizzo|\\w*adres|endereco|woonplaats|住所|地址",
  contact:
    "e ?mails?(?: ?address)?|(?:tele|cell)?phone|tel|mobile|fax|whatsapp|telefon\\w*|handy|movil|courriel|correo|cellular\\w*|celular|mobiel|mobil|telemovel|電話(?:番号)?|メール\\w*",
  message:
    "(?:private |internal |direct |latest )?(?:message|comment|remark|note|memo|reply|mail|witness statement)(?:s| ?(?:body|text|content|history))?|chat\\w*|conversation|transcript|thread|bubble|(?:call|visit|meeting|session) (?:summary|note)|follow ?up|inbox|dm|mail(?:box| ?(?:list|item))|bio(?:graphy)?|about me|subject|betreff|reason for \\w+|observation|incident \\w+|verwendungszweck|special request|nachricht\\w*|notiz\\w*|(?:be|an)merkung\\w*|opmerking\\w*|kommentar\\w*|comm?entari?[eo]|commentaire|mensaje|messagg\\w+|diary",
  private:
    "race|ethnic\\w*|religio\\w*|konfession|sexual\\w*(?: orientation)?|gender|sex|pronouns|nationality|citizenship|country of birth|marital ?status|political\\w*(?: \\w+)?|(?:trade )?union|criminal \\w+|conviction|immigration ?\\w*|visa status|salary(?: \\w+)?|income|wage|salaire(?: \\w+)?|revenus?(?: \\w+)?|\\w*gehalt|remuneration|einkommen|salario|weight|height|age|grade|offen[cs]e|familienstand|allegation|situation familiale|estado civil|geschlecht|geslacht|(?:net|gross|base|basic|take home) pay|pay expectation|bonus|credit ?score",
  // Parts that are played at things too: what they say is a person's where it has the shape of a name.
  somebody:
    "(?:instruct|guarant|supervis|solicit|direct|counsell|tut|advis|survey)or|(?:teach|lawy|recruit|interview|work|advis|sign|manag|train|caregiv|call|sell|sist|broth|daught)er|\\w+(?:ologist|apist|ician|sultant|countant|fendant)|landlord|tenant|agent|coach|plaintiff|trustee|witness|nurse|judge|attorney|victim|child(?:ren)?|son|reference(?: from)?",
};
export type Topic = keyof typeof TERMS;
export const termsOf = (topic: Topic): string => TERMS[topic];

const TOPICS = Object.keys(TERMS) as Topic[];
const whole = (terms: string, flags = "") =>
  new RegExp(`(?<![a-z\\d])(?:${terms})(?:e?s)?(?: ?(?:numbers?|num|no|nr))?(?![a-z\\d])`, flags);
const EACH = TOPICS.map((topic) => whole(TERMS[topic]));
const ANY = whole(Object.values(TERMS).join("|"), "g");

/** Words that may stand beside a term in a label without making it something else. */
const BESIDE =
  /^(?:your|my|the|of|s|at|to|and|or|de|primary|secondary|lead|line|main|home|work|current|new|old|last|known|id|code|date|details|info(?:rmation)?|full|patient|customer|personal|file|session|meeting|history|summary|annual|legal|\d\d?)$/;

/** Beside a term they speak of a state, of what one may do, or of a part of the interface: no value follows. */
const NOT_VALUES =
  "change|reset|forgot\\w*|show|hide|edit|update|add|enter|in?valid|errors?|fail\\w*|missing|wrong|incorrect|required?|must|please|expired|set|use|choose|view|save|sen[dt]|preferences?|settings?|polic\\w+|optional|(?:un)?verified|not|cannot|unable|empty|format|match|strength|template|search|filter|sort|count\\w*|total|limits?|types?|language|channel|unread|queue|pages?|layout|app|form|fields?|input|control|icon|btn|button|link|footer|head(?:er)?|grid|cell|tabs?|menu|title|heading|book|nav\\w*|badge|toggle|label|hint|help|hours|warning|success|alerts?|flash|toast|noti\\w+|status|feedback|validation|tooltip|placeholder|rules?|loading|checkbox";
const NEITHER = whole(NOT_VALUES);
const ACTION = new RegExp(`^(?:(?:${NOT_VALUES}) ?)+$`);

/** "Change", "Not verified": words of the interface, wherever a value would stand. */
export const isAction = (text: string): boolean => ACTION.test(wordsOf(text));

/** Lower-case words without accents or marks, a space between; camelCase is taken apart. */
export function wordsOf(text: string): string {
  return text
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize()
    .toLowerCase()
    .replace(/ß/g, "ss")
    .replace(/ø/g, "o")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** How a word is used: in the code of the page, of an input, in a place that is made for labels, or anywhere. */
type Use = "name" | "input" | "marked" | "loose";

const hasLetter = (text: string): boolean => /\p{L}/u.test(text);
const TOPIC_FOR = new Map(
  (["name", "input", "marked", "loose"] as const).map((use) => [
    use,
    remembered((text) => find(wordsOf(text), use)),
  ]),
);

/** The topic of a label, header, term or name. */
export const topicOf = (text: string, use: Use): Topic | undefined =>
  text.length > 60 || !hasLetter(text) ? undefined : TOPIC_FOR.get(use)?.(text);

function find(words: string, use: Use): Topic | undefined {
  const topic = TOPICS[EACH.findIndex((pattern) => pattern.test(words))];
  if (use === "input") return topic;
  if (topic === undefined) return topic;
  // "font-weight-bold", "min-height": measures of the interface, where they are not the whole name.
  if (
    use === "name" &&
    topic === "private" &&
    /(?:^| )(?:weight|height|age|grade)(?: |$)/.test(words) &&
    / /.test(words)
  )
    return undefined;
  const rest = words.replace(ANY, " ");
  if (NEITHER.test(rest) || words.split(" ").length > 7) return undefined;
  // "Prescribed on" stands before a day, not before what was prescribed.
  if (topic === "health" && / (?:on|at|by)$/.test(words)) return undefined;
  // Nothing says that this is a label, or a person's part is half of a thing's name ("client version"): all of it
  // must read like a label.
  return (use !== "loose" && !/person|somebody/.test(topic)) ||
    rest.split(" ").every((word) => word === "" || BESIDE.test(word))
    ? topic
    : undefined;
}

/** What a key of an object makes of its value. */
export const topicOfKey = (key: string): Topic | undefined =>
  isBareName(key) ? "name" : TOLD.test(key) ? "message" : topicOf(key, "input");
const TOLD = /^(?:from|to|body|text|content)$/i;

/** An element that tells how something went: its words are the interface's. */
export const isNotice = remembered(
  (name) => NOTICE.test(wordsOf(name)) && [undefined, "message", "secret"].includes(topicOf(name, "input")),
);
const NOTICE = whole(
  "err(?:or)?|invalid|hint|helper?|validation|tooltip|warn|warning|success|alerts?|flash|toast",
);

/** "Name" alone is a person's beside other words of a person, and a thing's beside a price. */
export const isBareName = (text: string): boolean => hasLetter(text) && isBare(text);
const isBare = remembered((text) => /^(?:name|fn|na[mv]n|nom|nombre|nome|naam)$/.test(wordsOf(text)));
