"""What privacy keeps itself, the audit trail, and the places that are no table."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet

from apps.consents.models import Receipt
from apps.core.personal import Holder, Subject, blanked, deleted, of_recording, of_requester, register
from apps.privacy.models import Alarm, DeletionReceipt, Erasure, Export, Hold, Letter, PersonRequest
from apps.privacy.services import access, trail
from apps.recordings.models import Recording

KEPT = "12 months after the deletion"
ADMIN_LOG = timedelta(days=365)
# Tables whose rows the admin's own log calls by a name that tells of a person, and how they lead to one.
NAMED_IN_ADMIN_LOG = {
    "tickets.Requester": "pk",
    "tickets.Ticket": "requester",
    "tickets.Comment": "ticket__requester",
}


def _outlived(now: datetime) -> int:
    """Receipts whose time of proof is over, with the tombstone that they spoke of. The key's own tombstone
    stays.
    """
    gone = 0
    for receipt in DeletionReceipt.objects.filter(keep_until__lt=now):
        with transaction.atomic():
            recording_id = receipt.recording_id
            receipt.delete()
            Recording.objects.filter(pk=recording_id, state=Recording.State.DELETED).delete()
        gone += 1
    free = Receipt.objects.filter(keep_until__lt=now, recording=None)
    for consent in free:
        consent.delete()
        gone += 1
    return gone


def _admin_log(subject: Subject) -> QuerySet[LogEntry]:
    named = [
        Q(
            content_type=ContentType.objects.get_for_model(apps.get_model(label)),
            object_id__in=[
                str(pk)
                for pk in apps.get_model(label)
                ._default_manager.filter(**{f"{path}__in": subject.requester_ids})
                .values_list("pk", flat=True)
            ],
        )
        for label, path in NAMED_IN_ADMIN_LOG.items()
    ]
    return LogEntry.objects.filter(reduce(or_, named))


def _old_log(now: datetime) -> int:
    return LogEntry.objects.filter(action_time__lt=now - ADMIN_LOG).delete()[0]


register(
    Holder(
        name="deletion receipts",
        whose="the recorded person, by random ids",
        why="showing that the recording was deleted",
        goes=KEPT,
        model="privacy.DeletionReceipt",
        fields={
            "document": "the signed receipt",
            "cause": "why it went",
            "due_at": "when",
            "finished_at": "when",
        },
        impersonal=frozenset({"id", "site", "recording", "keep_until"}),
        tidy=_outlived,
    )
)
register(
    Holder(
        name="holds",
        whose="the recorded person, and the staff who set it",
        why="keeping a recording that is needed for a claim",
        goes="with the recording",
        model="privacy.Hold",
        fields={
            "ground": "on what ground",
            "reason": "why",
            "set_by": "who",
            "confirmed_by": "who",
            "ends_at": "until when",
        },
        impersonal=frozenset({"id", "recording", "created_at", "ended_at"}),
        order=40,
        method="rows deleted",
        checked="0 rows",
        **deleted(of_recording(Hold)),
    )
)
register(
    Holder(
        name="requests",
        whose="the person who asked",
        why="answering in time (GDPR Art. 12(3))",
        goes="12 months after the answer; on erasure its link to the person at once",
        model="privacy.PersonRequest",
        fields={
            "requester": "who asked",
            "kind": "for what",
            "received_at": "when",
            "answered_at": "when it was answered",
            "refused": "why it was refused",
        },
        impersonal=frozenset({"id", "site", "state", "due_at"}),
        order=66,
        tidy=lambda now: PersonRequest.objects.filter(answered_at__lt=now - ADMIN_LOG).delete()[0],
        **blanked(of_requester(PersonRequest, "requester"), requester=None),
    )
)
register(
    Holder(
        name="alarms",
        whose="staff who watch unusually much, by id",
        why="telling the privacy officers",
        goes="12 months after it was over",
        model="privacy.Alarm",
        fields={"about": "who, by id", "count": "how many", "raised_at": "when"},
        impersonal=frozenset({"id", "site", "kind", "mailed_at", "ended_at"}),
        tidy=lambda now: Alarm.objects.filter(ended_at__lt=now - ADMIN_LOG).delete()[0],
    )
)
register(
    Holder(
        name="access copies",
        whose="the recorded person",
        why="a copy for the person (GDPR Art. 15, 20)",
        goes="the file after 72 hours or with the recording; the row with the recording",
        model="privacy.Export",
        fields={"requested_by": "who asked, by id", "requested_at": "when", "ready_at": "when it was made"},
        impersonal=frozenset({"id", "recording", "state", "done", "attempts", "expires_at", "bytes", "sha256"}),
        order=45,
        method="files deleted with the objects, rows deleted",
        checked="0 rows",
        tidy=access.expire,
        **deleted(of_recording(Export)),
    )
)
register(
    Holder(
        name="deletions under way",
        whose="the recorded person",
        why="taking up an interrupted deletion where it stopped",
        goes="with the last step of the deletion",
        model="privacy.Deletion",
        fields={"inventory": "how much there was"},
        impersonal=frozenset({"id", "recording", "claimed_until", "attempts", "problem"}),
    )
)
register(
    Holder(
        name="erasures",
        whose="the person who was erased, by the number of an empty row",
        why="finishing what was interrupted, and showing that it was done",
        goes=KEPT,
        model="privacy.Erasure",
        fields={
            "requesters": "numbers of empty rows",
            "counts": "how much there was",
            "requested_by": "who of the staff ordered it",
            "requested_at": "when",
            "finished_at": "when",
        },
        impersonal=frozenset({"id"}),
        tidy=lambda now: Erasure.objects.filter(finished_at__lt=now - timedelta(days=365)).delete()[0],
    )
)
register(
    Holder(
        name="audit trail",
        whose="staff and recorded people, by random ids",
        why="showing who did what (GDPR Art. 5(2), 32)",
        goes="after the days that the installation sets, never before the tombstones that it speaks of; nothing in "
        "it leads to a person once the rows that it points to are erased",
        model="core.AuditEntry",
        fields={
            "actor_id": "who, by id",
            "subject_id": "on what, by id",
            "facts": "kinds, counts and times",
            "at": "when",
            "request_id": "random id",
        },
        impersonal=frozenset({"id", "chain", "name", "actor_kind", "door", "subject_kind"}),
        tidy=trail.tidy,
    )
)
register(
    Holder(
        name="audit seals",
        whose="nobody",
        why="showing that the audit trail was not altered",
        goes="with their entries",
        model="core.AuditSeal",
        impersonal=frozenset({"id", "chain", "number", "previous", "hash", "entry"}),
    )
)
register(
    Holder(
        name="audit checkpoints",
        whose="nobody",
        why="showing, with a copy kept elsewhere, that the end of the audit trail was not cut off",
        goes="stays",
        model="core.AuditCheckpoint",
        impersonal=frozenset({"id", "chain", "number", "at", "document", "pushed_at"}),
    )
)
register(
    Holder(
        name="audit cuts",
        whose="nobody",
        why="showing that the beginning of the audit trail went by its rule",
        goes="stays",
        model="core.AuditCut",
        impersonal=frozenset({"id", "chain", "number", "hash", "at", "document"}),
    )
)
register(
    Holder(
        name="admin log",
        whose="staff, and people by the name of what was changed",
        why="Django admin's own history pages",
        goes="after 12 months; on erasure every line about the person",
        model="admin.LogEntry",
        fields={
            "user": "who of the staff",
            "object_repr": "what it was called",
            "object_id": "which",
            "change_message": "what was changed",
            "action_time": "when",
        },
        impersonal=frozenset({"id", "content_type", "action_flag"}),
        order=65,
        tidy=_old_log,
        **deleted(_admin_log),
    )
)
for _name, _whose, _why, _goes in [
    ("queue", "nobody: ids only", "ringing for tasks", "when the task has run; messages expire"),
    ("rate limits", "whoever tried", "counting tries in Redis", "an hour later; addresses are hashed"),
    ("logs", "nobody: ids only, tokens are cut out", "finding faults", "by the operator's rotation"),
    (
        "mail",
        "whoever was written to",
        "sending",
        "at the mail server; Placet keeps no copy outside the demo",
    ),
]:
    register(Holder(name=_name, whose=_whose, why=_why, goes=_goes))


def _done_letters(now: datetime) -> int:
    return Letter.objects.filter(done_at__lt=now - timedelta(days=30)).delete()[0]


register(
    Holder(
        name="letters",
        whose="the person who was recorded",
        why="sending them the link to their page, and word when somebody watched, where they asked for it",
        goes="the address as soon as the last mail has gone; the row 30 days later, or with the recording",
        model="privacy.Letter",
        fields={
            "receipt": "which consent",
            "sealed": "the address, sealed, while something waits to be sent",
            "told_until": "up to when they know who watched",
            "done_at": "when the last of it was sent",
        },
        impersonal=frozenset({"id", "kind", "created_at", "attempts", "next_try_at"}),
        order=77,
        tidy=_done_letters,
        # Whoever wants to know when it is deleted is written to once it is; that address goes with that mail.
        **deleted(lambda subject: Letter.objects.filter(kind="page", receipt__recording__pk=subject.recording_id)),
    )
)
