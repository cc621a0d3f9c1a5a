"""The person who asked for help, and their case."""

from __future__ import annotations

from apps.core.personal import Holder, Subject, blanked, deleted, of_requester, register
from apps.tickets.models import Comment, Requester, Tag, Ticket

PERSON = "the person who asked for help"
ERASED_HOST = "erased.invalid"  # RFC 2606: no such host, so nothing can be sent there


def _known(subject: Subject) -> list[Requester]:
    rows = Requester.objects.filter(pk__in=subject.requester_ids)
    return list(rows.exclude(email__endswith=f"@{ERASED_HOST}"))


def _forget(subject: Subject) -> int:
    known = _known(subject)
    for requester in known:
        requester.email = f"{requester.pk}@{ERASED_HOST}"
        requester.name = requester.external_id = requester.language = ""
        requester.save(update_fields=["email", "name", "external_id", "language"])
    return len(known)


register(
    Holder(
        name="requesters",
        whose=PERSON,
        why="answering them",
        goes="on erasure: address, name, external id and language; an empty row stays for the tickets",
        model="tickets.Requester",
        fields={
            "email": "address",
            "name": "name",
            "external_id": "the customer's own id of them",
            "language": "language",
            "created_at": "when they first asked",
        },
        impersonal=frozenset({"id", "site"}),
        order=90,
        find=lambda subject: len(_known(subject)),
        export=lambda subject: Requester.objects.filter(pk__in=subject.requester_ids).values(),
        erase=_forget,
        verify=lambda subject: len(_known(subject)),
    )
)
register(
    Holder(
        name="tickets",
        whose=PERSON,
        why="the case that they reported",
        goes="on erasure: the subject is removed; number, state and times stay",
        model="tickets.Ticket",
        fields={
            "subject": "what it is about",
            "requester": "who asked",
            "assignee": "who of the staff works on it",
            "created_at": "when",
            "touched_at": "when",
            "resolved_at": "when",
        },
        impersonal=frozenset({"id", "site", "number", "state", "priority"}),
        order=80,
        **blanked(
            lambda subject: of_requester(Ticket, "requester")(subject).exclude(subject=""),
            subject="",
        ),
    )
)
register(
    Holder(
        name="comments",
        whose=PERSON,
        why="the conversation about the case",
        goes="on erasure, all of them: staff writes about the person, too",
        model="tickets.Comment",
        fields={
            "body": "what was written",
            "author": "who of the staff wrote it",
            "created_at": "when",
        },
        impersonal=frozenset({"id", "ticket", "is_internal"}),
        order=70,
        **deleted(of_requester(Comment, "ticket__requester")),
    )
)
register(
    Holder(
        name="ticket series",
        whose="nobody",
        why="the last number that was given out",
        goes="never",
        model="tickets.Series",
        impersonal=frozenset({"id", "last"}),
    )
)
register(
    Holder(
        name="tags",
        whose=PERSON,
        why="finding the case again",
        goes="on erasure, all of them: a word of the staff may say something of the person",
        model="tickets.Tag",
        fields={"name": "the word"},
        impersonal=frozenset({"id", "ticket"}),
        order=71,
        **deleted(of_requester(Tag, "ticket__requester")),
    )
)
register(
    Holder(
        name="saved filters",
        whose="staff",
        why="finding what they look for again and again",
        goes="when they remove it; with the account",
        model="tickets.SavedFilter",
        fields={"user": "whose", "name": "what they call it", "query": "what they look for", "created_at": "when"},
        impersonal=frozenset({"id"}),
    )
)
