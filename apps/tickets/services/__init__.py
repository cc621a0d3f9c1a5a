"""The verbs of tickets. Callers: `from apps.tickets import services as tickets`.

`answers` answer, reply, receive, address, deliver_answer
`cases`   open_ticket, comment, assign, prioritise, pend, resolve, close, reopen, touch
`notifying` notify, seen, deliver_notification
`tags`    tag
`many`    assign_many, resolve_many, put_back
`saved`   save_filter, forget_filter
"""

from apps.tickets.services.answers import address, answer, receive, reply
from apps.tickets.services.answers import deliver as deliver_answer
from apps.tickets.services.cases import (
    BEFORE_FIRST,
    assign,
    close,
    comment,
    open_ticket,
    pend,
    prioritise,
    reopen,
    resolve,
    touch,
)
from apps.tickets.services.many import assign_many, put_back, resolve_many
from apps.tickets.services.notifying import deliver as deliver_notification
from apps.tickets.services.notifying import notify, seen
from apps.tickets.services.saved import forget_filter, save_filter
from apps.tickets.services.tags import tag

__all__ = [
    "BEFORE_FIRST",
    "address",
    "answer",
    "assign",
    "assign_many",
    "close",
    "comment",
    "deliver_answer",
    "deliver_notification",
    "forget_filter",
    "notify",
    "open_ticket",
    "pend",
    "prioritise",
    "put_back",
    "receive",
    "reopen",
    "reply",
    "resolve",
    "resolve_many",
    "save_filter",
    "seen",
    "tag",
    "touch",
]
