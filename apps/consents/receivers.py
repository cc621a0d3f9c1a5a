"""What consents hear from the apps below them."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.consents import services as consents
from apps.consents.models import ConsentEvent
from apps.core.actors import Actor
from apps.links.models import MagicLink
from apps.links.signals import link_suspended


@receiver(link_suspended)
def void_somebody_elses(sender: type, link: MagicLink, by: Actor, **_: Any) -> None:
    """ "This was not me": whoever agreed was somebody else, and the link is given back (still on hold)."""
    for receipt in link.receipts.all():
        if receipt.state == ConsentEvent.State.GIVEN:
            consents.void(receipt, cause="not_me", by=by)
