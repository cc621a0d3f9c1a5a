"""What is a secret wherever it stands: one table, in the order in which one rule has its say before another.

A pattern runs in RE2 (linear time whatever the input) over plain text. Where it has a group, the group is the
secret and the rest is the context that says so: "CVC 382". The classes and their examples are shared with the
browser's gate: `tests/vectors/text_rules.json`.
"""

from __future__ import annotations

from dataclasses import dataclass

from stdnum.au import tfn
from stdnum.be import nn
from stdnum.br import cnpj, cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.dk import cpr
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.us import itin

from apps.recordings.services.second_gate import checks
from apps.recordings.services.second_gate.checks import Check


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    pattern: str
    confirms: Check = checks.always
    shifts: bool = False  # a match that is not confirmed is tried again from its later groups


# Classes are of ASCII on purpose: with all letters of all scripts in it, one automaton of all rules outgrows its memory.
_WORD = r"(?:^|[^A-Za-z0-9])"
_LETTER = r"(?:[A-Za-z0-9_-]|[^\x00-\x7f])"
# Between a label and its value: "no.", ":", "is", a bracket.
_OF = r"(?:[ -]?(?:numbers?|number|num|no\.?|nr\.?|n[°º]|id|code|value|#))?(?: is)?[^\w\n]{0,4}"


def _after(words: str, value: str) -> str:
    return rf"(?i){_WORD}(?:{words}){_OF}({value})"


RULES = (
    Rule(
        "private_key",
        r"-----BEGIN [A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z0-9 ]{0,24}KEY(?: BLOCK)?-----|\z)",
    ),
    Rule("jwt", r"eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}"),
    Rule("bearer", r"(?i:bearer)\s+[A-Za-z0-9._~+/-]{16,}=*", checks.with_digits(1)),
    Rule("basic", r"(?i:basic)\s+[A-Za-z0-9+/]{8,}={0,2}", checks.basic),
    Rule("url_credentials", r"[a-z][a-z0-9+.-]{1,15}://([^\s/:@\"'<>\[\]]{1,80}:[^\s/@\"'<>\[\]]{1,120})@"),
    Rule("api_key", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"),
    Rule("api_key", r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,}|glpat-[\w-]{20,}|npm_[A-Za-z0-9]{36}"),
    Rule("api_key", r"xox[abeoprs]-[\w-]{10,}|xapp-\d-[\w-]{20,}|hooks\.slack\.com/services/[\w/]{20,}"),
    Rule("api_key", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{16,}"),
    Rule("api_key", r"AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}"),
    Rule("api_key", r"sk-(?:proj-|ant-|svcacct-|or-)?[A-Za-z0-9_-]{32,}", checks.with_digits(1)),
    Rule("api_key", r"SK[0-9a-f]{32}|SG\.[\w-]{16,}\.[\w-]{16,}|key-[0-9a-f]{32}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    Rule("api_key", r"do[opr]_v1_[0-9a-f]{64}|hf_[A-Za-z0-9]{30,}|pypi-[\w-]{50,}|AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    Rule("api_key", r"dckr_pat_[\w-]{20,}|lin_api_\w{30,}|sntrys_[\w=+/-]{30,}|sq0[a-z]{3}-[\w-]{22,}"),
    Rule("api_key", r"EAA[A-Z][A-Za-z0-9]{40,}", checks.begins),
    Rule(
        "password",
        r"(?i:password|passwd|passphrase|passwort|kennwort|pwd|secret|client_secret|api_?key|access_token|auth_token"
        r"|refresh_token|id_token|csrf_?token)[\"']?=[\"']?([^\s&\"'<>;,\[\]]{4,})",
    ),
    Rule(
        "password",
        r"(?i:password|passwd|passphrase|passwort|kennwort|mot de passe|contraseña|pwd|client_secret|api_?key)"
        r"[\"']?:\s*[\"']?([^\s&\"'<>;,\[\]]{4,})",
        checks.spoken,
    ),
    Rule(
        "high_entropy",
        r"(?i:session[ _-]?(?:id|key|token)|sess(?:id)?|[a-z]*sessid|jsessionid|sid|csrf\w*|xsrf\w*|token)[\"']?"
        r"(?:\s*[:=]\s*|\s+is\s+)[\"']?([\w-]{16,})",
        checks.with_digits(2),
    ),
    Rule(
        "password",
        r"(?i:password|passcode|passwort|kennwort|mot de passe|contraseña)(?:[^.:\n]|\.\w)*\b(?i:is|to|ist|lautet|est|es) +"
        r"[\"']?([^\s\"'<>\[\](]{3,}[^\s\"'<>\[\],;.])",
        checks.spoken,
    ),
    Rule("password", r"(?:--pass\w*[= ]|sshpass -p ?|curl .*-u ?\S+?:|mysql.*? -p)([^\s\"'\[]{4,})"),
    # Whose an address of mail is, as clients write it: "Dora Lind <dora@example.com>".
    Rule("name", r"\"([^\"\n<>@]{2,60})\" ?<[^\s<>()@]+@[^\s<>]+>"),
    Rule("name", r"(?:^|[\n,;:>(])\s*([^\s\d<>,;:@\"\[(][^\n<>,;:@\"\[\]]{1,50}?) ?<[^\s<>()@]+@[^\s<>]+>"),
    Rule("email", rf"(?:[\w.%+'-]|[^\x00-\x7f])+@{_LETTER}+(?:\.{_LETTER}+)*\.{_LETTER}{{2,}}", checks.email),
    Rule("iban", r"[A-Za-z]{2}\d{2}[ -]?(?:[A-Za-z0-9]{4}[ -]?){2,7}[A-Za-z0-9]{1,4}", checks.account, shifts=True),
    Rule(
        "card",
        r"\d{4}[ .-]{1,3}\d{4}[ .-]{1,3}\d{4}[ .-]{1,3}\d{1,7}|\d{4}[ .-]{1,3}\d{6}[ .-]{1,3}\d{4,5}"
        r"|\d{4}\s\d{4}\s\d{4}\s\d{4}|\d{4,12}(?:[ -]\d{4,12}){1,2}(?:[ -]\d{1,4})?|\d{13,19}",
        checks.card,
        shifts=True,
    ),
    Rule("fr_nir", r"[1-478] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}", checks.standing(nir)),
    Rule("us_ssn", r"\d{3}-\d{2}-\d{4}", checks.ssn),
    Rule("us_ssn", _after("ssn|social security", r"\d{3}[ -]?\d{2}[ -]?\d{4}"), checks.ssn),
    Rule("us_itin", r"9\d{2}-\d{2}-\d{4}", checks.standing(itin)),
    Rule("us_itin", _after("itin", r"9\d{2}[ -]?\d{2}[ -]?\d{4}"), checks.valid(itin)),
    Rule(
        "uk_nino",
        r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]",
        checks.nino,
    ),
    Rule("uk_nhs", r"\d{3} \d{3} \d{4}", checks.standing(nhs)),
    Rule("uk_nhs", _after("nhs", r"\d{3}[ -]?\d{3}[ -]?\d{4}"), checks.valid(nhs)),
    Rule(
        "passport",
        _after("passport|reisepass|passeport|pasaporte|passaporto|paspoort", r"[A-Za-z0-9]{6,9}"),
        checks.with_digits(3),
    ),
    Rule(
        "driving_licence",
        _after(
            r"driv(?:ing|er'?s?) licen[cs]e|führerschein(?:nummer)?|permis de conduire|carnet de conducir",
            r"[A-Za-z0-9]{8,18}",
        ),
        checks.with_digits(4),
    ),
    Rule("de_tax", r"\d{2} \d{3} \d{3} \d{3}", checks.standing(idnr)),
    Rule("de_tax", _after(r"steuer-?id(?:entifikationsnummer|nr)?|idnr|tin", r"\d{2} ?\d{3} ?\d{3} ?\d{3}"), checks.valid(idnr)),
    Rule("de_id", _after("personalausweis(?:nummer|nr)?", r"[CFGHJKLMNPRTVWXYZ0-9]{9,10}"), checks.with_digits(1)),
    Rule(
        "de_insurance",
        _after(r"sozialversicherungs(?:nummer|nr)|rentenversicherungsnummer|sv", r"\d{2} ?\d{6} ?[A-Za-z] ?\d{3}"),
        checks.ended,
    ),
    Rule("es_dni", r"\d{8}[ -]?[A-HJ-NP-TV-Z]", checks.standing(dni)),
    Rule("es_nie", r"[XYZ][ -]?\d{7}[ -]?[A-Z]", checks.standing(nie)),
    Rule(
        "it_codice_fiscale",
        r"(?i)[A-Z]{6}\d{2}[ABCDEHLMPRST]\d{2}[A-Z]\d{3}[A-Z]",
        checks.standing(codicefiscale),
    ),
    Rule("nl_bsn", _after("bsn|burgerservicenummer|sofinummer", r"\d{4}\.?\d{2}\.?\d{3}"), checks.valid(bsn)),
    Rule("se_personnummer", r"(?:19|20)?\d{6}[-+]\d{4}", checks.standing(personnummer)),
    Rule("se_personnummer", _after("personnummer", r"(?:19|20)?\d{6}[-+]?\d{4}"), checks.valid(personnummer)),
    Rule("fi_hetu", r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]", checks.standing(hetu)),
    Rule("dk_cpr", _after("cpr(?:-nummer|-nr)?", r"\d{6}[- ]?\d{4}"), checks.valid(cpr)),
    Rule("in_aadhaar", r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}", checks.aadhaar),
    Rule("in_aadhaar", _after("aadhaa?r|uidai", r"[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}"), checks.valid(aadhaar)),
    Rule("in_pan", r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]", lambda text, start, end: (
        (start, end) if checks.alone(text, start, end) else None
    )),
    Rule("br_cpf", r"\d{3}\.\d{3}\.\d{3}-\d{2}", checks.standing(cpf)),
    Rule("br_cpf", _after("cpf", r"\d{11}"), checks.valid(cpf)),
    Rule("br_cnpj", r"\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}", checks.standing(cnpj)),
    Rule("br_cnpj", _after("cnpj", r"\d{14}"), checks.valid(cnpj)),
    Rule("ca_sin", r"\d{3}-\d{3}-\d{3}", checks.standing(sin)),
    Rule("ca_sin", _after("sin|nas|social insurance", r"\d{3}[ -]?\d{3}[ -]?\d{3}"), checks.valid(sin)),
    Rule("au_tfn", _after("tfn|tax file", r"\d{3} ?\d{3} ?\d{2,3}"), checks.valid(tfn)),
    Rule("au_medicare", _after("medicare(?: card)?", r"[2-6]\d{3} ?\d{5} ?\d"), checks.medicare),
    Rule("be_nn", r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", checks.standing(nn)),
    Rule("pl_pesel", _after("pesel", r"\d{11}"), checks.valid(pesel)),
    Rule("no_fodselsnummer", r"\d{6} ?\d{5}", checks.standing(fodselsnummer)),
    Rule("ch_ahv", r"756\.?\d{4}\.?\d{4}\.?\d{2}", checks.standing(ahv)),
    Rule(
        "card_code",
        _after(
            r"cvc2?|cvv2?|cid|csc|cvn|security code|card verification|prüfziffer|kartenprüfnummer|cryptogramme"
            r"|código de seguridad",
            r"\d{3,4}",
        ),
        checks.ended,
    ),
    Rule(
        "card_expiry",
        r"(?i)(?:expir(?:y|es|ation)(?: date)?|exp\.?(?: date)?|valid (?:thru|until|through|to)|good thru"
        r"|mm ?/ ?yy(?:yy)?|gültig bis|ablaufdatum|fecha de caducidad|date d'expiration)[^\w\n]{0,4}"
        r"((?:0[1-9]|1[0-2]) ?[/.-] ?(?:20)?[2-4]\d)",
        checks.ended,
    ),
    Rule(
        "bank_account",
        _after(
            r"account|acct\.?|konto(?:nummer|-?nr\.?)?|compte|cuenta|rekening(?:nummer)?|sort|routing|aba|bsb"
            r"|bankleitzahl|blz|clabe",
            r"\d(?:[ -]?\d){5,17}",
        ),
        checks.ended,
    ),
    Rule("phone", r"\+[1-9](?:[ ()./-]{0,3}\d){6,14}", checks.phone(None)),
    Rule("phone", r"00[1-9]\d(?:[ ()./-]{0,3}\d){6,13}", checks.phone(None)),
    Rule("phone", r"\(\d{3}\) ?\d{3}[ -]\d{4}|\d{3}[-.]\d{3}[-.]\d{4}", checks.phone("US")),
    Rule(
        "phone",
        _after(r"tel\.?|tele(?:phone|fon)|phone|mobile?|mobil|handy|cell|fax|call|whatsapp|sms", r"\(?\d(?:[ ()./-]{0,3}\d){6,13}"),
        checks.ended,
    ),
    Rule("high_entropy", r";base64,[A-Za-z0-9+/=_-]*|[A-Za-z0-9_-]{32,}", checks.entropy),
)  # fmt: skip

# Numbers that a state or its health service gave to one person.
IDENTIFIERS = frozenset(rule.name for rule in RULES if rule.name[2:3] == "_")

# A value under such a key is a secret whatever it looks like. Compared without case, "-", "_" and spaces.
_KEYS = (
    "password passwd passcode passphrase pwd pin secret clientsecret accesstoken refreshtoken idtoken authtoken sessiontoken csrftoken xsrftoken apikey xapikey"
    " authorization proxyauthorization cookie setcookie cvv cvv2 cvc cvc2 cardnumber ccnumber cccsc ssn socialsecuritynumber taxid iban accountnumber privatekey sessionid"
)
SECRET_KEYS = frozenset(_KEYS.split())
