from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.accounts.models import User
from apps.consents import services as consents
from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import MagicLink
from apps.tickets.models import Ticket
from tests.console.conftest import as_, other, shop, staff, ticket  # noqa: F401

SWEEP = Actor.system("sweep:expire_links")


@pytest.fixture
def alice(staff: dict[str, User]) -> Actor:  # noqa: F811
    return Actor.staff(staff["alice"], door="page")


@pytest.fixture
def link(ticket: Ticket, alice: Actor) -> MagicLink:  # noqa: F811
    return links.issue(ticket, by=alice)


def dora(link: MagicLink) -> Actor:
    return Actor.person(link.pk)


def agree(link: MagicLink) -> MagicLink:
    consents.give(link, language="en", live=False, by=dora(link))
    return MagicLink.objects.get(pk=link.pk)


WAYS: dict[str, Callable[[MagicLink], MagicLink]] = {
    "issued": lambda link: link,
    "consented": agree,
    "declined": lambda link: links.decline(link, by=dora(link)),
    "expired": lambda link: links.expire(link, by=SWEEP),
    "revoked": lambda link: links.revoke(link, by=SWEEP),
}


def in_state(link: MagicLink, state: str) -> MagicLink:
    """The link, brought into `state` by the verbs that lead there."""
    link = WAYS[state](link)
    assert link.state == state
    return link
