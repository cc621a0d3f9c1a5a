"""The second scan, at ingest: what looks like a secret after the first gate is redacted and counted.

A hit is a defect of the masking in the browser. It is counted by class, and its placeholder says the class in the
place where it stood; what was found is never stored or logged.

    look(raw)      the JSON of an upload as it came: enough for nearly all
    scrub(events)  its events, where `look` says that only these can tell, and for what is imported
    scrub_own(events, expressions)  what the site itself said that it hides

`rules` is the table of what is a secret, `checks` what confirms a match, `forms` other ways of writing it,
`signatures` the quick look over the bytes, `text` one text, `raw` an upload, `tree` and `pieces` its events, `own` a
site's expressions.

What it cannot see: secrets that a text encodes in a way of its own, and names, addresses and illnesses, which no
pattern tells. The first gate's rules are allow-lists for that reason; this one is the net under it.
"""

from apps.recordings.services.second_gate.own import scrub_own
from apps.recordings.services.second_gate.raw import Looked, look
from apps.recordings.services.second_gate.rules import IDENTIFIERS
from apps.recordings.services.second_gate.text import MANY_HITS, REDACTED, classes, placeholder, redact
from apps.recordings.services.second_gate.tree import scrub

__all__ = [
    "IDENTIFIERS",
    "MANY_HITS",
    "REDACTED",
    "Looked",
    "classes",
    "look",
    "placeholder",
    "redact",
    "scrub",
    "scrub_own",
]
