"""The life of a recording, from consent to the order of deletion.

Rows are locked in the order of imports: the ticket first, then the recording. `hurry` only rings; sweeps
find what a lost ring left behind.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consents import services as consents
from apps.consents.models import ConsentEvent, Receipt
from apps.core import audit, signing
from apps.core.actors import Actor
from apps.core.compiled import Compiled
from apps.core.errors import Gone
from apps.core.queue import hurry
from apps.keys import services as keys
from apps.links.models import MagicLink
from apps.recordings import limits
from apps.recordings.errors import Closed, CodeRefused, NobodyThere, NotReadable, OnHold, OriginRefused, TooLarge
from apps.recordings.models import Cut, RecordedPage, Recording, StartCode
from apps.recordings.services import vault
from apps.recordings.signals import (
    recording_deleted,
    recording_doomed,
    recording_ended,
    recording_ready,
)
from apps.sites import permissions
from apps.sites.models import Origin, Policy
from apps.tickets import services as tickets
from apps.tickets.models import Notification, Ticket

State, Ended, Cause = Recording.State, Recording.Ended, Recording.Cause

# What a page is told when its recording has ended; it then purges what it holds.
ENDED_REASONS = {
    Ended.PERSON: "stopped",
    Ended.LIMIT: "limit",
    Ended.CLOSED: "stopped",
    Ended.RESOLVED: "stopped",
    Ended.REVOKED: "revoked",
    Ended.HALTED: "revoked",
    Ended.BUDGET: "limit",
    Ended.FULL: "limit",
    Ended.SIGNED_OUT: "stopped",
}
DOOMED_REASONS = {
    Cause.WITHDRAWN: "withdrawn",
    Cause.DISCARDED: "discarded",
    Cause.VOID: "void",
    Cause.REVOKED: "revoked",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What the person's browser gets for its start code."""

    recording: Recording
    token: str
    page: int


# --- Reading ----------------------------------------------------------------------------------------


def lock(recording_id: str) -> Recording:
    """Lock the ticket's row, then the recording's, and return it as it is now. Inside a transaction only."""
    ticket_id = Recording.objects.filter(pk=recording_id).values_list("ticket_id", flat=True).first()
    lock_ticket(ticket_id)
    # No joins: PostgreSQL refuses FOR UPDATE on the nullable side of one.
    return Recording.objects.select_for_update().get(pk=recording_id)


def lock_ticket(ticket_id: int | None) -> None:
    if ticket_id is not None:
        Ticket.objects.select_for_update(no_key=True).filter(pk=ticket_id).first()


def gone_reason(recording: Recording) -> str:
    """Why the page must stop and purge, in the words of docs/wire.md; empty while it may go on."""
    if recording.state in {State.DELETING, State.DELETED}:
        return DOOMED_REASONS.get(Cause(recording.delete_cause or Cause.ERASED), "deleted")
    if recording.ended:
        return ENDED_REASONS[Ended(recording.ended)]
    return ""


def _standing_of(recording: str) -> QuerySet[Recording, tuple[Any, ...]]:
    newest = ConsentEvent.objects.filter(receipt=OuterRef("receipt")).order_by("-at", "-id")
    found = Recording.objects.filter(pk=recording).annotate(consent=Subquery(newest.values("state")[:1])).order_by()
    return found.values_list("site__halted_at", "link__state", "link__suspended_at", "consent")


_standing = Compiled(_standing_of, recording="?recording")


def consent_reason(recording: Recording) -> str:
    """Why consent, link or site forbid it at this moment, read anew; empty when all three allow it."""
    if recording.is_imported:
        return ""
    (halted_at, link, suspended_at, state) = _standing.rows(recording=recording.pk)[0]
    if halted_at is not None or link == MagicLink.State.REVOKED or suspended_at is not None:
        return "revoked"
    if state == ConsentEvent.State.GIVEN:
        return ""
    return "withdrawn" if state == ConsentEvent.State.WITHDRAWN else "void"


def is_held(recording: Recording) -> bool:
    """Whether a legal hold keeps it. Read from its own row, which ends the hold by itself."""
    return recording.held_until is not None and recording.held_until > timezone.now()


def require_open_to(recording: Recording, *, by: Actor) -> None:
    """Raise `Closed` where it is kept but staff may not see it now. The person always may.

    Frozen, it is shown to nobody; on hold, only to those who answer for it: privacy officers of the site.
    """
    if by.kind != "staff":
        return
    if recording.frozen_at is not None:
        raise Closed
    is_officer = isinstance(by.user, User) and permissions.may(by.user, recording.site, "privacy.manage")
    if is_held(recording) and not is_officer:
        raise Closed(_("This recording is on legal hold. It is kept, and only privacy officers may watch it."))


def policy_of(recording: Recording) -> Policy:
    """The policy that the person agreed to."""
    return recording.receipt.policy if recording.receipt else recording.site.policy


def touch(recording: Recording) -> None:
    if recording.ticket_id is not None:
        Ticket.objects.filter(pk=recording.ticket_id).update(touched_at=timezone.now())


def _tell(recording: Recording, kind: Notification.Kind) -> None:
    if recording.ticket is not None:
        tickets.notify(recording.ticket, kind, also=recording.link.issued_by if recording.link else None)


# --- Beginning --------------------------------------------------------------------------------------


@transaction.atomic
def create(receipt: Receipt, *, by: Actor) -> Recording:
    """Prepare the recording that `receipt` consents to. Nothing is kept before its first chunk."""
    existing = Recording.objects.filter(receipt=receipt).first()
    if existing is not None:
        return existing
    link = receipt.link
    if link is None:
        raise Gone("deleted")
    recording = Recording.objects.create(
        site=receipt.site,
        ticket=receipt.ticket,
        link=link,
        receipt=receipt,
        live=receipt.live,
        max_minutes=link.max_minutes,
        latest_at=receipt.latest_deletion_at,
    )
    audit.record("recording.created", by=by, subject=recording)
    return recording


@transaction.atomic
def start_code(recording: Recording, *, by: Actor) -> str:
    """Make a new one-time code; it ends those before and the grant of whoever used one.

    Raises `Gone` once the recording has begun or ended: then nothing is left to start.
    """
    recording = lock(recording.pk)
    if recording.state != State.CREATED:
        raise Gone(gone_reason(recording) or "replaced")
    recording.grant += 1
    recording.save(update_fields=["grant"])
    code = signing.dumps("start_code", [recording.pk, recording.grant, secrets.token_hex(4)])
    now = timezone.now()
    StartCode.objects.filter(recording=recording, spent_at__isnull=True).update(spent_at=now)
    StartCode.objects.create(
        recording=recording,
        digest=signing.digest(code),
        grant=recording.grant,
        expires_at=now + limits.CODE_LIVES,
    )
    audit.record("recording.code_minted", by=by, subject=recording, grant=recording.grant)
    return code


def check_code(code: str) -> StartCode:
    """Return the row of a code of ours, spent or not; raises `CodeRefused`."""
    row = StartCode.objects.select_related("recording").filter(digest=signing.digest(code)).first()
    if row is None:
        raise CodeRefused("code_unknown")
    return row


def exchange(code: str, *, origin: str, tab: str) -> Grant:
    """Spend the start code: make the key and the folder, then the grant and page 1.

    The key is committed before the code is spent, and both before the first byte. Interrupted between the
    two, the code still works. Raises `CodeRefused`, `OriginRefused`, or `Gone` where the recording may not
    begin.
    """
    row = check_code(code)
    if not Origin.objects.filter(site=row.recording.site_id, origin=origin).exists():
        raise OriginRefused
    _usable(row, code)
    keys.create(row.recording_id)
    vault.prepare(row.recording_id)
    return _spend(row.pk, code, tab=tab)


def _usable(row: StartCode, code: str) -> None:
    recording = row.recording
    if reason := gone_reason(recording) or consent_reason(recording):
        raise Gone(reason)
    if row.spent_at or row.grant != recording.grant or recording.state != State.CREATED:
        raise CodeRefused("code_spent")
    if row.expires_at <= timezone.now():
        raise CodeRefused("code_expired")
    try:
        signing.loads("start_code", code)
    except signing.ExpiredToken:
        raise CodeRefused("code_expired") from None
    except signing.BadToken:
        raise CodeRefused("code_unknown") from None


@transaction.atomic
def _spend(row_id: int, code: str, *, tab: str) -> Grant:
    recording = lock(StartCode.objects.get(pk=row_id).recording_id)
    row = StartCode.objects.select_related("recording").select_for_update(of=("self",)).get(pk=row_id)
    _usable(row, code)
    row.spent_at = timezone.now()
    row.save(update_fields=["spent_at"])
    page = _next_page(recording, tab)
    by = Actor.person(str(recording.receipt_id))
    audit.record("recording.exchanged", by=by, subject=recording, grant=recording.grant)
    return Grant(recording, signing.dumps("ingest", [recording.pk, recording.grant]), page)


@transaction.atomic
def open_page(recording: Recording, *, tab: str) -> int:
    """Give out the number of one more page load; raises `Gone` once the recording has ended."""
    recording = lock(recording.pk)
    if reason := gone_reason(recording) or consent_reason(recording):
        raise Gone(reason)
    if recording.pages >= limits.PAGES:
        raise TooLarge
    return _next_page(recording, tab)


def _next_page(recording: Recording, tab: str) -> int:
    recording.pages += 1
    recording.save(update_fields=["pages"])
    RecordedPage.objects.create(recording=recording, number=recording.pages, tab=tab)
    return recording.pages


# --- Pausing and ending -----------------------------------------------------------------------------


@transaction.atomic
def pause(recording: Recording, *, by: Actor) -> Recording:
    """Keep nothing that is captured from now on. Before the first chunk there is nothing to pause yet."""
    recording = lock(recording.pk)
    if recording.state in {State.PAUSED, State.CREATED}:
        return recording
    if reason := gone_reason(recording):
        raise Gone(reason)
    recording.paused_by_person = by.kind == "person"
    recording.paused_at = timezone.now()
    recording.move_to(State.PAUSED, "paused_by_person", "paused_at")
    audit.record("recording.paused", by=by, subject=recording)
    return recording


@transaction.atomic
def resume(recording: Recording, *, by: Actor) -> Recording:
    """Go on after a pause. The bar has seen to it that a hand asked for it."""
    recording = lock(recording.pk)
    if recording.state in {State.RECORDING, State.CREATED}:
        return recording
    if reason := gone_reason(recording) or consent_reason(recording):
        raise Gone(reason)
    recording.paused_by_person = False
    recording.paused_at = None
    recording.move_to(State.RECORDING, "paused_by_person", "paused_at")
    audit.record("recording.resumed", by=by, subject=recording)
    return recording


def stop(recording: Recording, *, by: Actor) -> Recording:
    """The person has had enough; review follows."""
    return end(recording, ended=Ended.PERSON, by=by)


@transaction.atomic
def end(recording: Recording, *, ended: Recording.Ended, by: Actor, at: datetime | None = None) -> Recording:
    """End a running recording; one that has not begun is voided, so that the link can be used again.

    Safe to call in any state. `at`: when it ended, where that was not just now.
    """
    recording = lock(recording.pk)
    if recording.state == State.CREATED:
        return _never_began(recording, by=by)
    if recording.state not in Recording.RUNNING:
        return recording
    recording.ended = ended
    recording.ended_at = at or timezone.now()
    recording.process_at = timezone.now() + limits.TAIL
    recording.paused_at = None
    recording.move_to(State.PROCESSING, "ended", "ended_at", "process_at", "paused_at")
    audit.record("recording.ended", by=by, subject=recording, ended=ended)
    touch(recording)
    _tell(recording, Notification.Kind.FINISHED)
    recording_ended.send(Recording, recording=recording, by=by)
    tail_complete(recording)
    return recording


def _never_began(recording: Recording, *, by: Actor) -> Recording:
    if recording.receipt is not None:
        consents.void(recording.receipt, cause="not_begun", by=by)
    recording = lock(recording.pk)
    return recording if recording.state == State.DELETING else doom(recording, cause=Cause.VOID, by=by)


def tail_complete(recording: Recording) -> bool:
    """Process at once when the newest page of each tab has sent its last chunk."""
    newest: dict[str, RecordedPage] = {}
    for page in RecordedPage.objects.filter(recording=recording).order_by("number"):
        newest[page.tab] = page
    if recording.state != State.PROCESSING or any(page.ended_at is None for page in newest.values()):
        return False
    recording.process_at = timezone.now()
    recording.save(update_fields=["process_at"])
    _ring(recording)
    return True


def _ring(recording: Recording) -> None:
    from apps.recordings import tasks  # tasks imports the sweeps, which import this

    hurry(tasks.process, recording.pk)


# --- Review -----------------------------------------------------------------------------------------


def reviewed_until(recording: Recording) -> tuple[str, datetime | None]:
    """The state after processing, and when it is sent by itself, as the policy agreed to says."""
    review = policy_of(recording).review
    if recording.chosen_at is not None:
        return State.READY, None
    if recording.is_imported or (review == Policy.Review.OFF and recording.trusted_at is not None):
        return State.READY, None
    # Without a hand it waits for one until it is void.
    if recording.trusted_at is None or review == Policy.Review.REQUIRED:
        return State.IN_REVIEW, None
    return State.IN_REVIEW, timezone.now() + limits.REVIEW_OFFERED


@transaction.atomic
def processed(recording: Recording, *, by: Actor) -> Recording:
    """What was packed can be reviewed, or is ready where the policy has no review."""
    recording = lock(recording.pk)
    if recording.state != State.PROCESSING:
        return recording
    state, until = reviewed_until(recording)
    recording.review_until = until
    recording.process_at = None
    recording.shared_at = timezone.now() if state == State.READY else None
    recording.move_to(state, "review_until", "process_at", "shared_at")
    audit.record("recording.processed", by=by, subject=recording, state=state, epoch=recording.epoch)
    if state == State.READY:
        _ready(recording, by=by)
    return recording


@transaction.atomic
def take_in_late(recording: Recording, *, by: Actor) -> Recording:
    """What was captured before the stop came during the review: pack again, they see it before sending."""
    recording = lock(recording.pk)
    if recording.state != State.IN_REVIEW:
        return recording
    recording.process_at = timezone.now() + timedelta(seconds=2)
    recording.move_to(State.PROCESSING, "process_at")
    audit.record("recording.reopened", by=by, subject=recording)
    return recording


@transaction.atomic
def share(recording: Recording, *, by: Actor) -> Recording:
    """Send it to the site's support team; raises `NotReadable` unless it is being reviewed.

    Where passages are marked to be removed, they are taken out first: it is sent when that is done, and from now on
    no late upload is taken that the person has not seen. Raises `NobodyThere` while no hand was seen: a mail scanner
    that agrees, records and presses "send" sends nothing.
    """
    recording = lock(recording.pk)
    if recording.state == State.READY or (recording.state == State.PROCESSING and recording.chosen_at is not None):
        return recording
    if reason := consent_reason(recording):
        raise Gone(reason)
    if recording.state != State.IN_REVIEW:
        raise NotReadable
    if recording.trusted_at is None:
        raise NobodyThere
    recording.chosen_at = timezone.now()
    if _order_cuts(recording):
        recording.save(update_fields=["chosen_at"])
        return _process_again(recording, by=by)
    recording.review_until = None
    recording.shared_at = recording.chosen_at
    recording.move_to(State.READY, "review_until", "chosen_at", "shared_at")
    audit.record("recording.shared", by=by, subject=recording)
    _ready(recording, by=by)
    return recording


@transaction.atomic
def note_hand(recording: Recording, *, by: Actor) -> Recording:
    """A hand was seen on one of our own pages; the first one counts."""
    recording = lock(recording.pk)
    if recording.trusted_at is not None:
        return recording
    recording.trusted_at = timezone.now()
    recording.save(update_fields=["trusted_at"])
    audit.record("recording.hand_seen", by=by, subject=recording)
    return recording


@transaction.atomic
def cut(recording: Recording, *, by: Actor) -> Recording:
    """Take out for good what is marked, and come back to the review: the person looks at what is left."""
    recording = lock(recording.pk)
    if recording.state == State.PROCESSING:
        return recording
    if recording.state != State.IN_REVIEW:
        raise NotReadable
    return _process_again(recording, by=by) if _order_cuts(recording) else recording


def _order_cuts(recording: Recording) -> bool:
    return Cut.objects.filter(recording=recording, ordered_at=None).update(ordered_at=timezone.now()) > 0


def _process_again(recording: Recording, *, by: Actor) -> Recording:
    recording.process_at = timezone.now()
    recording.review_until = None
    recording.move_to(State.PROCESSING, "process_at", "review_until")
    audit.record("recording.cut_ordered", by=by, subject=recording)
    _ring(recording)
    return recording


def _ready(recording: Recording, *, by: Actor) -> None:
    touch(recording)
    _tell(recording, Notification.Kind.SHARED)
    recording_ready.send(Recording, recording=recording, by=by)


# --- Restriction --------------------------------------------------------------------------------------


@transaction.atomic
def freeze(recording: Recording, *, by: Actor) -> Recording:
    """Keep it and show it to nobody of the staff (GDPR Art. 18). Its dates go on as they were promised."""
    recording = lock(recording.pk)
    permissions.require_of(by, recording.site, "privacy.manage")
    if recording.frozen_at is not None:
        return recording
    if reason := gone_reason(recording) if recording.state in {State.DELETING, State.DELETED} else "":
        raise Gone(reason)
    recording.frozen_at = timezone.now()
    recording.save(update_fields=["frozen_at"])
    audit.record("recording.frozen", by=by, subject=recording)
    touch(recording)
    return recording


@transaction.atomic
def unfreeze(recording: Recording, *, by: Actor) -> Recording:
    """Let it be watched again."""
    recording = lock(recording.pk)
    permissions.require_of(by, recording.site, "privacy.manage")
    if recording.frozen_at is None:
        return recording
    recording.frozen_at = None
    recording.save(update_fields=["frozen_at"])
    audit.record("recording.unfrozen", by=by, subject=recording)
    touch(recording)
    return recording


def discard(recording: Recording, *, by: Actor) -> Recording:
    """The person does not want it sent."""
    return doom(recording, cause=Cause.DISCARDED, by=by)


# --- Deletion ---------------------------------------------------------------------------------------


@transaction.atomic
def doom(recording: Recording, *, cause: Recording.Cause, by: Actor) -> Recording:
    """Close the recording to everybody and order its deletion: step 1 of it. Safe to call twice.

    Raises `OnHold` for staff while a legal hold keeps it; the person's own word counts for more than a hold.
    """
    recording = lock(recording.pk)
    if recording.state in {State.DELETING, State.DELETED}:
        return recording
    if by.kind == "staff" and is_held(recording):
        raise OnHold
    recording.delete_cause = cause
    recording.delete_started_at = timezone.now()
    if not recording.ended_at and recording.started_at:
        recording.ended_at = recording.delete_started_at
    fields = ("delete_cause", "delete_started_at", "ended_at")
    recording.move_to(State.DELETING, *fields)
    StartCode.objects.filter(recording=recording, spent_at__isnull=True).update(spent_at=timezone.now())
    audit.record("recording.doomed", by=by, subject=recording, cause=cause)
    touch(recording)
    recording_doomed.send(Recording, recording=recording, by=by, cause=cause)
    return recording


@transaction.atomic
def deleted(recording: Recording, *, by: Actor) -> Recording:
    """Nothing is left but the tombstone: the last step of a deletion, called when all of it was checked."""
    recording = lock(recording.pk)
    if recording.state == State.DELETED:
        return recording
    recording.deleted_at = timezone.now()
    recording.index_name = ""
    recording.move_to(State.DELETED, "deleted_at", "index_name")
    audit.record("recording.deleted", by=by, subject=recording, cause=recording.delete_cause)
    recording_deleted.send(Recording, recording=recording, by=by)
    return recording


def person_url(recording: Recording) -> str:
    return f"{settings.BASE_URL}/me/{recording.receipt_id}/"
