"""What becomes of a link in the hands of the person who got it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import NoSuchMove, NotPossible
from apps.links.errors import LinkDeclined, LinkExpired, LinkRevoked, LinkSpent, LinkSuspended
from apps.links.models import MagicLink
from apps.links.services.issuing import expire, revoke_now
from apps.links.services.locking import lock, lock_with_site
from apps.links.signals import link_stuck, link_suspended
from apps.sites.errors import SiteHalted
from apps.tickets import services as tickets
from apps.tickets.models import Notification

State = MagicLink.State


def require_open(link: MagicLink) -> None:
    """Raise what keeps `link` from being answered now; the date in the row decides, not the sweep."""
    refusals = {
        State.CONSENTED: LinkSpent,
        State.DECLINED: LinkDeclined,
        State.EXPIRED: LinkExpired,
        State.REVOKED: LinkRevoked,
    }
    if link.state in {State.ISSUED, State.DECLINED} and link.has_expired():
        raise LinkExpired
    if link.state in refusals:
        raise refusals[State(link.state)]
    if link.suspended_at is not None:
        raise LinkSuspended
    if link.site.halted_at is not None:
        raise SiteHalted


def note_fetch(link: MagicLink) -> None:
    """Note that somebody, or some scanner, opened the link. A fact with a time; it changes nothing else."""
    MagicLink.objects.filter(pk=link.pk).update(
        fetches=F("fetches") + 1, fetched_at=Coalesce("fetched_at", timezone.now())
    )


@transaction.atomic
def ask(link: MagicLink, question: str, *, by: Actor) -> MagicLink:
    """Put the person's question on the ticket, before they decide. The same one again is not written twice.

    Raises what keeps the link from being answered, and `Invalid` for an empty question.
    """
    link = lock(link)
    require_open(link)
    if link.ticket.comments.filter(author=None, body=question.strip(), created_at__gte=link.issued_at).exists():
        return link
    tickets.comment(link.ticket, body=question, is_internal=False, by=by)
    audit.record("link.asked", by=by, subject=link)
    return link


@transaction.atomic
def consume(link: MagicLink, *, by: Actor) -> MagicLink:
    """Spend the link on a consent; `consents.give` calls this in its own transaction.

    Of two at the same moment one wins and the other gets `LinkSpent`; so there is no quiet second time here.
    """
    link = lock_with_site(link)
    require_open(link)
    link.consented_at = timezone.now()
    link.move_to(State.CONSENTED, "consented_at")
    tickets.touch(link.ticket)
    audit.record("link.consented", by=by, subject=link)
    tickets.notify(link.ticket, Notification.Kind.AGREED, also=link.issued_by)
    return link


@transaction.atomic
def give_back(link: MagicLink, *, by: Actor) -> MagicLink:
    """Make a spent link usable again: its consent was void, or somebody else's.

    Where the ticket was solved or the site halted meanwhile, it ends as the unused links did.
    """
    link = lock(link)
    if link.state == State.ISSUED:
        return link
    if link.state != State.CONSENTED:
        # There is an arrow from declined to issued, too, but it is the person's own: `reconsider`.
        raise NoSuchMove
    link.voided_at = timezone.now()
    link.consented_at = None
    link.move_to(State.ISSUED, "voided_at", "consented_at")
    audit.record("link.given_back", by=by, subject=link)
    if link.site.halted_at is not None:
        return revoke_now(link, by=by)
    return expire(link, by=by) if link.ticket.is_solved else link


@transaction.atomic
def decline(link: MagicLink, *, by: Actor) -> MagicLink:
    """Say no. Nothing about the device is kept, and staff learn the word and the time only."""
    link = lock_with_site(link)
    if link.state == State.DECLINED:
        return link
    require_open(link)
    link.declined_at = timezone.now()
    link.move_to(State.DECLINED, "declined_at")
    tickets.touch(link.ticket)
    audit.record("link.declined", by=by, subject=link)
    tickets.notify(link.ticket, Notification.Kind.DECLINED, also=link.issued_by)
    return link


@transaction.atomic
def note_withdrawn(link: MagicLink) -> None:
    """The consent that came of `link` was taken back: nobody asks again for a day."""
    MagicLink.objects.filter(pk=link.pk).update(withdrawn_at=timezone.now())


@transaction.atomic
def reconsider(link: MagicLink, *, by: Actor) -> MagicLink:
    """Take a refusal back before the link expires; the page asks afresh."""
    link = lock_with_site(link)
    if link.state == State.ISSUED:
        return link
    if link.has_expired():
        raise LinkExpired
    if link.state != State.DECLINED:
        require_open(link)
    link.declined_at = None
    link.move_to(State.ISSUED, "declined_at")
    audit.record("link.reconsidered", by=by, subject=link)
    return link


@transaction.atomic
def ask_again(link: MagicLink, *, by: Actor) -> MagicLink:
    """The link has expired and the person still wants help: staff are asked for another one, once."""
    link = lock(link)
    if link.asked_again_at is not None:
        return link
    is_over = link.state == State.EXPIRED or (link.state in {State.ISSUED, State.DECLINED} and link.has_expired())
    if not is_over:
        require_open(link)
        raise NotPossible
    link.asked_again_at = timezone.now()
    link.save(update_fields=["asked_again_at"])
    tickets.touch(link.ticket)
    audit.record("link.asked_again", by=by, subject=link)
    return link


@transaction.atomic
def note_stuck(link: MagicLink, *, by: Actor) -> MagicLink:
    """The person has agreed, and nothing starts on the site. Staff see it at once, and why as soon as it is known."""
    link = lock(link)
    if link.stuck_at is not None or link.state != State.CONSENTED:
        return link
    link.stuck_at, link.stuck_why = timezone.now(), ""
    link.save(update_fields=["stuck_at", "stuck_why"])
    tickets.touch(link.ticket)
    audit.record("link.stuck", by=by, subject=link)
    link_stuck.send(MagicLink, link=link, by=by)
    return link


@transaction.atomic
def note_stuck_why(link: MagicLink, why: str, *, by: Actor) -> MagicLink:
    """What was found when somebody looked."""
    link = lock(link)
    if link.stuck_at is None or link.stuck_why == why:
        return link
    link.stuck_why = why
    link.save(update_fields=["stuck_why"])
    tickets.touch(link.ticket)
    audit.record("link.stuck_why", by=by, subject=link, why=why)
    return link


@transaction.atomic
def suspend(link: MagicLink, *, by: Actor) -> MagicLink:
    """ "This was not me": the link waits until staff answer, and what was begun with it is somebody else's.

    A spent link is given back by those who hear this (`consents`), so that no stranger's consent is kept.
    """
    link = lock(link)
    if link.suspended_at is not None:
        return link
    if link.state in {State.ISSUED, State.DECLINED} and link.has_expired():
        raise LinkExpired
    if link.state in {State.EXPIRED, State.REVOKED}:
        require_open(link)
    link.suspended_at = timezone.now()
    link.save(update_fields=["suspended_at"])
    tickets.touch(link.ticket)
    audit.record("link.suspended", by=by, subject=link)
    tickets.notify(link.ticket, Notification.Kind.NOT_MINE, also=link.issued_by)
    link_suspended.send(MagicLink, link=link, by=by)
    return link
