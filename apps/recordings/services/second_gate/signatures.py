"""One look over the bytes of an upload: does anything in it need a closer one?

A single automaton (RE2, no memory of what it saw, so linear) over the JSON as it came. It says yes too often and
never too seldom: each alternative is the least that a match of a rule, in any way of writing it, must contain.
Rules know words; here nothing may begin with a word boundary, for a JSON "\\n" ends in a letter. What is written
with escapes that `JSON.stringify` never makes (`\\u0041`, `\\/`) is looked at without further ado.
"""

from __future__ import annotations

import re2

from apps.recordings.services.second_gate.rules import SECRET_KEYS

# Digits and gaps beside the plain ones: full-width, Arabic, Devanagari …; no-break, thin, zero-width, dashes.
_ODD_DIGIT = (
    rb"(?:\xef\xbc[\x90-\x99]|\xd9[\xa0-\xa9]|\xdb[\xb0-\xb9]|\xdf[\x80-\x89]|\xe0[\xa5\xa7\xb9][\x90-\xaf]"
    rb"|\xf0\x9d\x9f[\x8e-\xbf]|\xe2[\x81\x82\x91\x92][\x80-\xbf]|\xc2[\xb2\xb3\xb9])"
)
_ODD_GAP = (
    rb"(?:\xc2[\xa0\xad]|\xcd\x8f|\xd8\x9c|\xe1[\x85\x9a\xa0][\x80-\xbf]|\xe2\x80[\x80-\xaf]|\xe2\x81[\x9f-\xaf]"
    rb"|\xe2\x88\x92|\xe3\x80\x80|\xef\xb8[\x80-\x8f]|\xef\xbb\xbf|\xef\xbc[\x8d\x8e]|\xef\xb9[\x80-\xbf]|\xf3\xa0[\x80-\xbf][\x80-\xbf])"
)
_LINKED = rb"(?:%[0-9A-Fa-f]{2}|&#?[0-9A-Za-z]{2,10};)"
_GAP = rb"(?:[ \-]|\\[nrt])"


def _spaced(key: str) -> bytes:
    """A key as it may be written: "client_secret", "Client-Secret", "clientSecret"."""
    return b"[-_ ]?".join(letter.encode() for letter in key)


_KEY = b"|".join(_spaced(key) for key in sorted(SECRET_KEYS))
# The first letter of what the browser's gate writes in place of a value, and of what this one does.
_MASK = rb'"\[\xe2*x'

# What needs the tree: a value by its key, the value of a password field, a number, what is split over two texts.
TREE = (
    rb'"(?i:' + _KEY + rb')"\s*:\s*(?:"[^' + _MASK + rb"]|\d)",
    rb'"(?i:name|key|id|type|autocomplete)"\s*:\s*"(?i:'
    + _KEY
    + rb'|current-password|new-password|cc-number|cc-csc)"[^{}]*'
    rb'"(?i:value|text)"\s*:\s*"[^' + _MASK + rb"]",
    rb'"value"\s*:\s*"[^'
    + _MASK
    + rb'][^{}]*"(?i:name|key|id|type|autocomplete)"\s*:\s*"(?i:'
    + _KEY
    + rb"|current-password|new-password"
    rb'|cc-number|cc-csc)"',
    rb"[:\[,]\s*(?:[2-6]\d{14,18}|3[0689]\d{12}|4\d{12})\s*[,}\]]",
    rb'(?:\d\d[ .-]?|@)"(?:[,{}\[\]\s]|"(?:id|type|tagName|attributes|childNodes|parentId|nextId|previousId|node)"\s*:\s*'
    rb'(?:\d+|null|"(?:span|b|i|em|strong|mark|code|small|u|s|bdi|tspan|font|a|abbr)"|\{[^{}]*\})?)*'
    rb'"(?:textContent|value)"\s*:\s*"[ .-]?\d\d',
    rb'[A-Za-z0-9]"(?:[,{}\[\]\s]|"(?:id|type|tagName|attributes|childNodes|parentId|nextId|previousId|node)"\s*:\s*'
    rb'(?:\d+|null|"(?:span|b|i|em|strong|mark|code|small|u|s|bdi|tspan|font|a|abbr)"|\{[^{}]*\})?)*'
    rb'"(?:textContent|value)"\s*:\s*"@[A-Za-z0-9]',
    rb'@"(?:[,{}\[\]\s]|"(?:id|type|tagName|attributes|childNodes|parentId|nextId|previousId|node)"\s*:\s*'
    rb'(?:\d+|null|"(?:span|b|i|em|strong|mark|code|small|u|s|bdi|tspan|font|a|abbr)"|\{[^{}]*\})?)*'
    rb'"(?:textContent|value)"\s*:\s*"[A-Za-z0-9]',
)

# Words beside which a few digits are somebody's.
_LABELS = (
    "cvc cvv cid csc cvn security.code verification prüfziffer kartenprüf cryptogramme código.de.seguridad expir exp. exp"
    " valid.thru valid.until valid.through valid.to good.thru mm/yy mm./.yy gültig.bis ablaufdatum fecha.de.caducidad"
    " account acct konto compte cuenta rekening sort routing aba bsb bankleitzahl blz clabe ssn social.security itin nhs"
    " passport reisepass passeport pasaporte passaporto paspoort licence license führerschein permis.de.conduire"
    " carnet.de.conducir steuer idnr tin personalausweis sozialversicherungs rentenversicherungs sv bsn burgerservice sofi personnummer cpr aadhar"
    " aadhaar uidai cpf cnpj sin nas social.insurance tfn tax.file medicare pesel"
    " tel telephone telefon phone mobil mobile handy cell fax call whatsapp sms"
)


def _label(words: str) -> bytes:
    return words.replace(".", "").encode() if words == "exp." else words.encode().replace(b".", rb"[ .-]{0,2}")


_LABEL = b"|".join(sorted({_label(words) for words in _LABELS.split()}, reverse=True))
_PASSWORDS = (
    "password passwd passphrase passwort kennwort pwd secret api_?key access_token auth_token refresh_token id_token"
    " csrf_?token contraseña mot.de.passe"
)
_PASSWORD = b"|".join(_label(_word) for _word in _PASSWORDS.split())
_SESSION = rb"sess(?:ion)?[ _-]?(?:id|key|token)?|[a-z]*sessid|sid|csrf\w*|xsrf\w*|token"

TEXT = (
    rb"-----BEGIN ",
    rb"eyJ[\w-]{8}",
    rb"(?i:bearer|basic)(?:[\s+]|\\[nrt]|" + _ODD_GAP + rb"|" + _LINKED + rb")+[A-Za-z0-9._~+/-]{8}",
    rb"[a-z]:(?:\\?/|%2[fF]){2}[^\s/@\"'<>]+(?::|%3[aA])[^\s/@\"'<>]+@",
    rb"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]|gh[pousr]_|github_pat_|glpat-|npm_|xox[abeoprs]-|xapp-\d|slack\.com/serv",
    rb"[sr]k_(?:live|test)_|whsec_|AIza|ya29\.|GOCSPX-|sk-[a-zA-Z0-9_-]{20}|SK[0-9a-f]{12}|SG\.[\w-]{8}|key-[0-9a-f]{12}|shp(?:at|ca|pa|ss)_",
    rb"do[opr]_v1_|hf_[A-Za-z0-9]{12}|pypi-\w{12}|AGE-SECRET|EAA[A-Z][A-Za-z0-9]{12}|dckr_pat_|lin_api_|sntrys_|sq0[a-z]{3}-",
    rb"(?i:" + _PASSWORD + rb")(?:\\?[\"'])?(?:\s|" + _LINKED + rb")*[=:](?:[^\"\[]|\\\")",
    rb"(?i:" + _PASSWORD + rb"|passcode)(?:[^.:\"]|\.\w)* (?i:is|to|ist|lautet|est|es) ",
    rb"--pass\w*[= ]|sshpass -p|curl [^\"]*-u|mysql[^\"]* -p",
    rb"(?i:" + _SESSION + rb")(?:\\?[\"'])?(?:\s*[:=]\s*|\s+is\s+)(?:\\?[\"'])?[\w-]{16}",
    # An address: "@", or what is read as one.
    rb"[^\x00-\x20\"\\,;:(){}<>\[\]/](?:@|%40|\xef\xbc\xa0|\xef\xb9\xab|&(?:#0*64|#[xX]0*40|commat);)[^\x00-\x20\"\\,;:(){}<>\[\]/.]",
    # Numbers in groups: no number of JSON has a gap, and SVG's rarely as many digits between two.
    rb"\d{3,}(?:" + _GAP + rb"|\.){1,3}\d{3,}(?:" + _GAP + rb"|\.){1,3}\d{3,}",
    rb"\d{3}-\d{2}-\d{4}|\d{4,8}[ +\-]\d{4,}|\d{6}[-+A-FU-Y]\d{3}|\d{2}[ .]\d{3}[ .]\d{3}[ ./]\d{3}|\d{2}\.\d{2}\.\d{2}-\d{3}",
    rb"[1-478] \d\d \d\d \d|\(\d{3}\)|\+[1-9][ ()./\d-]{6}",
    # Not the decimals of a number of JSON, as 1.0012207031 of a position.
    rb"(?:^|[^0-9.]|[^0-9]\.|%[0-9A-Fa-f]{2})00[1-9]\d[ ()./\d-]{6}|\.00[1-9]\d{1,7}[ ()./-]",
    rb"\d{4}(?:\\[nrt]|\s)\d{4}(?:\\[nrt]|\s)\d{4}",
    rb"[A-Za-z]{2}\d{2}[ -]?[A-Za-z0-9]{4}[ -]?[A-Za-z0-9]{4}[ -]?[A-Za-z0-9]{3}",
    rb"\d{8}[ -]?[A-Z]|[XYZ][ -]?\d{7}[ -]?[A-Z]|[A-Za-z]{6}\d\d[A-Za-z]\d\d[A-Za-z]\d{3}|[A-Z]{5}\d{4}[A-Z]|[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]",
    # Numbers in one piece. Not what a JSON number may be: times, positions, widths.
    rb"[^0-9:.,\[\-]\d{11,}|[^0-9.][2-6]\d{12,18}|[^0-9.][1278]\d{14}|[:,]\d{11}[^0-9.,}\]]",
    # Other ways of writing: a few digits in a row so written, or a gap between two.
    _ODD_DIGIT + rb"(?:" + _ODD_GAP + rb"|[ -])?" + _ODD_DIGIT + rb"(?:" + _ODD_GAP + rb"|[ -])?" + _ODD_DIGIT,
    rb"\d" + _ODD_GAP + rb"{1,3}\d",
    rb"[0-9A-Za-z]" + _LINKED + rb"\d|(?:%3[0-9]|&#(?:0*4[89]|0*5[0-7]|[xX]0*3[0-9]);){3}|%2[bB]\d",
    rb"\w(?:\xe2\x80[\x8b-\x8f]|\xe2\x81\xa0|\xc2\xad|\xef\xbb\xbf)[\w@.-]",
    rb"(?:^|[^A-Za-z]|\\[nrtbf])(?i:" + _LABEL + rb")(?:\\\"|[^0-9\"]){0,28}(?:\d|" + _ODD_DIGIT + rb")",
    rb"[A-Za-z0-9_-]{32}",
    rb"\\u[0-9a-fA-F]{4}|\\/",
)

_options = re2.Options()
_options.encoding = re2.Options.Encoding.LATIN1  # bytes as they are
_options.max_mem = 256 << 20  # room for the automaton's states; short of it RE2 goes on ten times slower


def _compiled(parts: tuple[bytes, ...]) -> re2._Regexp:
    return re2.compile(b"|".join(b"(?:" + part + b")" for part in parts), _options)


in_text = _compiled(TEXT)
in_json = re2.compile(b"(" + b"|".join(TREE) + b")|" + b"|".join(b"(?:" + part + b")" for part in TEXT), _options)
