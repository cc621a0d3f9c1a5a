"""The verbs of magic links. Callers: `from apps.links import services as links`.

`tokens`     token, url, find
`issuing`    issue, renew, revoke, expire, expire_due, answer
`answering`  note_fetch, ask, ask_again, note_stuck, note_stuck_why, note_withdrawn, consume, give_back, decline,
             reconsider, suspend
`mailing`    send, deliver
`spelling`   spell, find_spelt, note_wrong
"""

from apps.links.services.answering import (
    ask,
    ask_again,
    consume,
    decline,
    give_back,
    note_fetch,
    note_stuck,
    note_stuck_why,
    note_withdrawn,
    reconsider,
    require_open,
    suspend,
)
from apps.links.services.issuing import answer, expire, expire_due, issue, renew, revoke, revoke_unused
from apps.links.services.mailing import deliver, send
from apps.links.services.spelling import find_spelt, note_wrong, spell
from apps.links.services.tokens import find, token, url

__all__ = [
    "answer",
    "ask",
    "ask_again",
    "consume",
    "decline",
    "deliver",
    "expire",
    "expire_due",
    "find",
    "find_spelt",
    "give_back",
    "issue",
    "note_fetch",
    "note_stuck",
    "note_stuck_why",
    "note_withdrawn",
    "note_wrong",
    "reconsider",
    "renew",
    "require_open",
    "revoke",
    "revoke_unused",
    "send",
    "spell",
    "suspend",
    "token",
    "url",
]
