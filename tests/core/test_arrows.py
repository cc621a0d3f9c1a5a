"""The tables of arrows, written out once more, and every arrow that is not in them."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from apps.core.actors import Actor
from apps.core.errors import NoSuchMove
from apps.links import services as links
from apps.links.models import MagicLink
from apps.sites.models import Site
from apps.tickets.models import Ticket
from tests.factories import TicketFactory, shop
from tests.trail import row

pytestmark = pytest.mark.django_db

ARROWS: dict[type[Ticket] | type[MagicLink], set[tuple[str, str]]] = {
    Ticket: {
        ("open", "pending"), ("pending", "open"), ("open", "resolved"), ("pending", "resolved"),
        ("resolved", "closed"), ("resolved", "open"), ("closed", "open"),
    },
    MagicLink: {
        ("issued", "consented"), ("issued", "declined"), ("issued", "expired"), ("issued", "revoked"),
        ("consented", "revoked"), ("consented", "issued"),
        ("declined", "issued"), ("declined", "expired"), ("declined", "revoked"),
    },
}  # fmt: skip
EVERY = [(model, *pair) for model in ARROWS for pair in product(model.State.values, repeat=2)]


@pytest.fixture
def site() -> Site:
    return shop()


def _in(model: type[Any], site: Site, state: str) -> Any:
    ticket = TicketFactory(site=site)
    thing = ticket if model is Ticket else links.issue(ticket, by=Actor.system("test"))
    model.objects.filter(pk=thing.pk).update(state=state)
    return model.objects.get(pk=thing.pk)


@pytest.mark.parametrize(("model", "before", "after"), EVERY)
def test_a_state_is_left_along_its_arrows_only(model: type[Any], before: str, after: str, site: Site) -> None:
    thing = _in(model, site, before)
    if (before, after) in ARROWS[model]:
        thing.move_to(after)
        assert row(thing)["state"] == after
        return
    was = row(thing)
    with pytest.raises(NoSuchMove):
        thing.move_to(after)
    assert thing.state == before
    assert row(thing) == was


@pytest.mark.parametrize("state", ["expired", "revoked"])
def test_what_has_ended_for_good_has_no_way_out(state: str) -> None:
    assert MagicLink.ARROWS.get(MagicLink.State(state), set()) == set()
