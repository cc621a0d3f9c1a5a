"""What the site's staff do with a link."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit, languages, room
from apps.core.actors import Actor
from apps.core.errors import Invalid, NotPossible
from apps.links.errors import LinkExpired, RefusedLately
from apps.links.models import MagicLink
from apps.links.services.locking import lock, lock_with_site
from apps.links.signals import link_issued, link_revoked
from apps.sites import origins, permissions
from apps.sites.errors import SiteHalted
from apps.sites.models import Policy, Site
from apps.tickets import services as tickets
from apps.tickets.models import Ticket

State = MagicLink.State
REST = timedelta(hours=24)
UNUSED = [State.ISSUED, State.DECLINED]


def _within(value: int | None, most: int, *, what: str) -> int:
    if value is None:
        return most
    if not 1 <= value <= most:
        raise Invalid(_("%(what)s: from 1 to %(most)d on this site.") % {"what": what, "most": most})
    return value


def _require_unpressed(ticket: Ticket) -> None:
    """Raise `RefusedLately` for a day after a refusal or a withdrawal on `ticket`."""
    since = timezone.now() - REST
    lately = Q(declined_at__gte=since) | Q(withdrawn_at__gte=since)
    if MagicLink.objects.filter(lately, ticket=ticket).exists():
        raise RefusedLately


def _check(site: Site, ticket: Ticket, policy: Policy, *, asks_live: bool) -> None:
    if site.halted_at is not None:
        raise SiteHalted
    if ticket.is_solved:
        raise NotPossible(_("This ticket is solved. Open it again before you ask for a recording."))
    if policy.minors and not policy.guardian:
        raise NotPossible(
            _("This site is for people under 18. Nobody is asked until its policy says how a guardian agrees.")
        )
    if asks_live and not policy.allow_live:
        raise Invalid(_("Live viewing is not allowed on this site."))


def _language(ticket: Ticket, wanted: str) -> str:
    among = languages.of_person()
    if wanted and not languages.known(wanted, among):
        raise Invalid(_("There are no texts in this language."))
    wishes = (wanted, ticket.requester.language, ticket.site.language)
    return next((known for wish in wishes if (known := languages.known(wish, among))), "")


@transaction.atomic
def issue(
    ticket: Ticket,
    *,
    landing_url: str = "",
    hours: int | None = None,
    minutes: int | None = None,
    asks_live: bool = False,
    language: str = "",
    by: Actor,
) -> MagicLink:
    """Issue a link for the ticket's requester; what is left out is the most that the site's policy allows.

    Without a `language` it is the requester's, the site's, or what the browser asks for, in this order.
    Raises `Invalid` for a landing address that is not the site's, a language without texts or numbers beyond the
    policy, `SiteHalted`, `NoRoom`, `RefusedLately` for a day after the person said no, and `NotPossible` where the
    ticket is solved.
    """
    site = Site.objects.select_for_update(no_key=True).get(pk=ticket.site_id)
    permissions.require_of(by, site, "link.issue")
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
    room.require()
    policy = site.policy
    _check(site, ticket, policy, asks_live=asks_live)
    _require_unpressed(ticket)
    lives = timedelta(hours=_within(hours, policy.link_hours, what=_("Hours that the link is valid")))
    link = MagicLink.objects.create(
        site=site,
        ticket=ticket,
        landing_url=origins.landing(site, landing_url),
        max_minutes=_within(minutes, policy.max_minutes, what=_("Minutes recorded at most")),
        asks_live=asks_live,
        language=_language(ticket, language),
        expires_at=timezone.now() + lives,
        issued_by=by.user if isinstance(by.user, User) else None,
    )
    tickets.touch(ticket)
    audit.record("link.issued", by=by, subject=link, live=asks_live)
    link_issued.send(MagicLink, link=link, by=by)
    return link


@transaction.atomic
def renew(link: MagicLink, *, by: Actor) -> MagicLink:
    """Begin the next generation: every token of the present one is unknown from now on."""
    link = lock(link)
    permissions.require_of(by, link.site, "link.issue")
    if link.state not in UNUSED:
        raise NotPossible(_("This link has been used or has ended. Issue another one."))
    if link.has_expired():
        raise LinkExpired
    link.generation += 1
    link.save(update_fields=["generation"])
    audit.record("link.renewed", by=by, subject=link, generation=link.generation)
    return link


@transaction.atomic
def revoke(link: MagicLink, *, by: Actor) -> MagicLink:
    """Make the link unusable and stop the recording it started.

    Safe to call twice: the second call changes and records nothing. Raises `NoSuchMove` when it has expired.
    """
    permissions.require_of(by, link.site, "link.issue", "site.halt")
    return revoke_now(link, by=by)


@transaction.atomic
def revoke_now(link: MagicLink, *, by: Actor) -> MagicLink:
    """`revoke` where something else has brought it about: the site was halted."""
    link = lock(link)
    if link.state == State.REVOKED:
        return link
    link.revoked_at = timezone.now()
    link.move_to(State.REVOKED, "revoked_at")
    tickets.touch(link.ticket)
    audit.record("link.revoked", by=by, subject=link)
    # Inside the transaction on purpose: the recording stops with the link, or neither does.
    link_revoked.send(MagicLink, link=link, by=by)
    return link


@transaction.atomic
def expire(link: MagicLink, *, by: Actor) -> MagicLink:
    """End a link that was not used. Each use looks at the date itself, so this only tidies."""
    link = lock(link)
    if link.state == State.EXPIRED:
        return link
    link.move_to(State.EXPIRED)
    audit.record("link.expired", by=by, subject=link)
    return link


def expire_due(*, by: Actor, most: int) -> int:
    """Expire the unused links whose time is over, each in its own transaction; returns how many."""
    unused = MagicLink.objects.filter(state__in=UNUSED, expires_at__lte=timezone.now())
    return sum(_expire_unused(link, by=by) for link in unused.order_by("expires_at")[:most])


@transaction.atomic
def _expire_unused(link: MagicLink, *, by: Actor) -> bool:
    # Somebody may have used or revoked it since the list was made.
    link = lock(link)
    is_due = link.state in UNUSED and link.has_expired()
    if is_due:
        expire(link, by=by)
    return is_due


@transaction.atomic
def revoke_unused(site: Site, *, by: Actor) -> None:
    """The site was halted: end every link that nobody has used. What was agreed to ends with its recording."""
    for link in MagicLink.objects.filter(site=site, state__in=UNUSED).order_by("ticket_id", "pk"):
        # The sweep may have expired it since the list was made.
        if lock(link).state in UNUSED:
            revoke_now(link, by=by)


@transaction.atomic
def answer(link: MagicLink, *, by: Actor) -> MagicLink:
    """Let a link go on of which somebody said "this was not me". The other answer is to revoke it."""
    link = lock_with_site(link)
    permissions.require_of(by, link.site, "link.issue")
    if link.suspended_at is None:
        return link
    link.suspended_at = None
    link.save(update_fields=["suspended_at"])
    audit.record("link.answered", by=by, subject=link)
    return link
