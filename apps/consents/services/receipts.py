"""What a person decides, and what becomes of it. Receipts and events are added, never changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from apps.consents.errors import NoticeChanged, StatementMissing
from apps.consents.models import ConsentEvent, Receipt
from apps.consents.services import document
from apps.consents.services.notices import notice as store_notice
from apps.consents.services.notices import render
from apps.consents.signals import consent_given, consent_voided, consent_withdrawn
from apps.core import audit, signing
from apps.core.actors import Actor
from apps.core.errors import Invalid, NotPossible
from apps.links import services as links
from apps.links.models import MagicLink
from apps.tickets.models import Ticket

State = ConsentEvent.State
KEPT_AFTER_DELETION = timedelta(days=365)
ENDED = {State.WITHDRAWN, State.INVALIDATED, State.TERMINATED, State.EXPIRED}


def _event(receipt: Receipt, state: str, *, by: Actor, cause: str = "", at: datetime | None = None) -> None:
    who = {"person": "principal"}.get(by.kind, by.kind)
    ConsentEvent.objects.create(receipt=receipt, state=state, by=who, cause=cause, at=at or timezone.now())


@transaction.atomic
def give(
    link: MagicLink,
    *,
    language: str,
    live: bool,
    statements: Collection[str] = (),
    shown_at: datetime | None = None,
    shown_sha256: str = "",
    nonce: str = "",
    by: Actor,
) -> Receipt:
    """Agree: spend the link, store the notice as it was shown, sign the receipt; a recording is created.

    `shown_at` and `shown_sha256` (its first characters are enough) say when and what the page showed; where
    the notice would read otherwise now, nothing is agreed to and `NoticeChanged` is raised. Of two people at
    the same moment one agrees and the other gets `LinkSpent`. `statements` are those of `Policy.statements` that
    were ticked; `StatementMissing` where one is not.
    """
    link = links.consume(link, by=by)
    if live and not link.asks_live:
        raise Invalid
    shown_at = shown_at or timezone.now()
    rendered = render(link, language, at=shown_at)
    if shown_sha256 and not rendered.sha256.startswith(shown_sha256):
        raise NoticeChanged
    if not set(rendered.policy.statements) <= set(statements):
        raise StatementMissing
    notice = store_notice(rendered, site=link.site)
    receipt = Receipt(
        site=link.site,
        link=link,
        ticket=link.ticket,
        notice=notice,
        policy=rendered.policy,
        nonce_digest=signing.digest(nonce) if nonce else "",
        live=live,
        given_at=timezone.now(),
        latest_deletion_at=rendered.latest_at,
    )
    receipt.document = document.build(receipt, link=link, notice=notice, shown_at=shown_at)
    receipt.save(force_insert=True)
    _event(receipt, State.REQUESTED, by=Actor.system("link"), at=link.issued_at)
    _event(receipt, State.GIVEN, by=by, at=receipt.given_at)
    audit.record("consent.given", by=by, subject=receipt, live=live, notice_version=notice.version)
    consent_given.send(Receipt, receipt=receipt, by=by)
    return receipt


def given_with(link: MagicLink, nonce: str) -> Receipt | None:
    """The consent that was given on the page with this nonce: the second half of a double press."""
    return link.receipts.filter(nonce_digest=signing.digest(nonce)).first()


def _lock(receipt: Receipt) -> Receipt:
    """Locks follow the order of imports: ticket, link, receipt."""
    Ticket.objects.select_for_update(no_key=True).filter(pk=receipt.ticket_id or 0).first()
    MagicLink.objects.select_for_update(no_key=True).filter(pk=receipt.link_id).first()
    # No join on the link: PostgreSQL refuses FOR UPDATE on the nullable side of one.
    return Receipt.objects.select_for_update(no_key=True).get(pk=receipt.pk)


@transaction.atomic
def withdraw(receipt: Receipt, *, by: Actor) -> Receipt:
    """Take the consent back: ingest closes, erasure follows. Once it has ended there is nothing to take."""
    receipt = _lock(receipt)
    if receipt.state in ENDED:
        return receipt
    _event(receipt, State.WITHDRAWN, by=by)
    if receipt.link is not None:
        links.note_withdrawn(receipt.link)
    audit.record("consent.withdrawn", by=by, subject=receipt)
    consent_withdrawn.send(Receipt, receipt=receipt, by=by)
    return receipt


@transaction.atomic
def void(receipt: Receipt, *, cause: str, by: Actor) -> Receipt:
    """The consent counts for nothing: nothing (trusted) followed it, or it was somebody else's.

    The link is usable again. Raises `NotPossible` for a consent that was withdrawn or has done its work.
    """
    receipt = _lock(receipt)
    if receipt.state == State.INVALIDATED:
        return receipt
    if receipt.state in ENDED:
        raise NotPossible
    _event(receipt, State.INVALIDATED, by=by, cause=cause)
    if receipt.link is not None and receipt.link.state == MagicLink.State.CONSENTED:
        links.give_back(receipt.link, by=by)
    audit.record("consent.voided", by=by, subject=receipt, cause=cause)
    consent_voided.send(Receipt, receipt=receipt, by=by, cause=cause)
    return receipt


@transaction.atomic
def terminate(receipt: Receipt, *, by: Actor) -> Receipt:
    """Its recording is deleted, or never was: the consent ends, and the receipt's own time begins to run."""
    receipt = _lock(receipt)
    if receipt.keep_until is not None:
        return receipt
    receipt.keep_until = timezone.now() + KEPT_AFTER_DELETION
    receipt.save(update_fields=["keep_until"])
    if receipt.state not in ENDED:
        _event(receipt, State.TERMINATED, by=by)
    audit.record("consent.terminated", by=by, subject=receipt)
    return receipt
