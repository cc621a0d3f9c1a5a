"""What recordings hear from the apps before them. Changes rows and nothing else."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.consents.models import Receipt
from apps.consents.signals import consent_given, consent_voided, consent_withdrawn
from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import MagicLink
from apps.links.signals import link_revoked, link_suspended
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle
from apps.sites.models import Site
from apps.sites.signals import site_halted
from apps.tickets.models import Ticket
from apps.tickets.signals import ticket_resolved

OPEN = (Recording.State.CREATED, *Recording.RUNNING)


@receiver(consent_given)
def _create(receipt: Receipt, by: Actor, **_: Any) -> None:
    lifecycle.create(receipt, by=by)


@receiver(consent_withdrawn)
def _withdraw(receipt: Receipt, by: Actor, **_: Any) -> None:
    for recording in Recording.objects.filter(receipt=receipt):
        doomed = lifecycle.doom(recording, cause=Recording.Cause.WITHDRAWN, by=by)
        _give_back_untouched(doomed, by=by)


def _give_back_untouched(recording: Recording, *, by: Actor) -> None:
    """No hand was in it: a mail scanner that agrees and then takes it back as well must not use the link up."""
    link = recording.link
    if recording.trusted_at is None and link is not None and link.state == MagicLink.State.CONSENTED:
        links.give_back(link, by=by)


@receiver(consent_voided)
def _void(receipt: Receipt, by: Actor, **_: Any) -> None:
    for recording in Recording.objects.filter(receipt=receipt):
        lifecycle.doom(recording, cause=Recording.Cause.VOID, by=by)


@receiver(link_suspended)
def _suspend(link: MagicLink, by: Actor, **_: Any) -> None:
    """It was somebody else's, so what was recorded goes; once the person has shared it, it is theirs."""
    shared = (Recording.State.READY, Recording.State.DELETING, Recording.State.DELETED)
    for recording in Recording.objects.filter(link=link).exclude(state__in=shared):
        lifecycle.doom(recording, cause=Recording.Cause.VOID, by=by)


@receiver(link_revoked)
def _revoke(link: MagicLink, by: Actor, **_: Any) -> None:
    ended = Recording.Ended.HALTED if link.site.halted_at else Recording.Ended.REVOKED
    for recording in Recording.objects.filter(link=link, state__in=OPEN):
        if recording.state == Recording.State.CREATED:
            lifecycle.doom(recording, cause=Recording.Cause.REVOKED, by=by)
        else:
            lifecycle.end(recording, ended=ended, by=by)


@receiver(ticket_resolved)
def _resolve(ticket: Ticket, by: Actor, **_: Any) -> None:
    for recording in Recording.objects.filter(ticket=ticket, state__in=OPEN):
        lifecycle.end(recording, ended=Recording.Ended.RESOLVED, by=by)


@receiver(site_halted)
def _halt(site: Site, by: Actor, **_: Any) -> None:
    for recording in Recording.objects.filter(site=site, state__in=OPEN):
        lifecycle.end(recording, ended=Recording.Ended.HALTED, by=by)
