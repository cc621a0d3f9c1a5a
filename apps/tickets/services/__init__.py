"""The verbs of tickets. Callers: `from apps.tickets import services as tickets`.

`cases`   open_ticket, comment, assign, prioritise, pend, resolve, close, reopen, touch
`tags`    tag
`many`    assign_many, resolve_many, put_back
`saved`   save_filter, forget_filter
"""

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
from apps.tickets.services.saved import forget_filter, save_filter
from apps.tickets.services.tags import tag

__all__ = [
    "BEFORE_FIRST",
    "assign",
    "assign_many",
    "close",
    "comment",
    "forget_filter",
    "open_ticket",
    "pend",
    "prioritise",
    "put_back",
    "reopen",
    "resolve",
    "resolve_many",
    "save_filter",
    "tag",
    "touch",
]
