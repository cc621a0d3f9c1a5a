"""The person who asked for help, and their case."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from apps.core.personal import Holder, Subject, blanked, deleted, of_requester, register
from apps.tickets.models import AnswerMail, Comment, Notification, Requester, Tag, Ticket

KEPT = timedelta(days=30)
PERSON = "the person who asked for help"
ERASED_HOST = "erased.invalid"  # RFC 2606: no such host, so nothing can be sent there


def _old_mails(now: datetime) -> int:
    done = Q(sent_at__lt=now - KEPT) | Q(failed_at__lt=now - KEPT)
    return AnswerMail.objects.filter(done).delete()[0]


def _old_notifications(now: datetime) -> int:
    return Notification.objects.filter(at__lt=now - KEPT).delete()[0]


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
        goes="on erasure, and by itself a set time after their last case: address, name, external id and language; an "
        "empty row stays for the tickets",
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
        impersonal=frozenset({"id", "ticket", "is_internal", "mail_digest"}),
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
        name="answers by mail",
        whose=PERSON,
        why="mailing what staff answered",
        goes="30 days after it was sent or given up; on erasure with the comment",
        model="tickets.AnswerMail",
        fields={"comment": "which answer", "sent_at": "when", "failed_at": "when", "error": "the kind of failure"},
        impersonal=frozenset({"id", "created_at", "attempts", "next_try_at"}),
        order=69,
        tidy=_old_mails,
        **deleted(of_requester(AnswerMail, "comment__ticket__requester")),
    )
)
register(
    Holder(
        name="notifications",
        whose=PERSON,
        why="telling the staff who work on the case",
        goes="30 days after it happened; on erasure, all of them",
        model="tickets.Notification",
        fields={"user": "who of the staff", "kind": "what happened", "at": "when", "read_at": "when they looked"},
        impersonal=frozenset({"id", "ticket"}),
        order=68,
        tidy=_old_notifications,
        **deleted(of_requester(Notification, "ticket__requester")),
    )
)
register(
    Holder(
        name="notifications by mail",
        whose="staff",
        why="telling those who want it by mail",
        goes="with the notification",
        model="tickets.NotificationMail",
        fields={"notification": "which", "sent_at": "when", "failed_at": "when", "error": "the kind of failure"},
        impersonal=frozenset({"id", "created_at", "attempts", "next_try_at"}),
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
