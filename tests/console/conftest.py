from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.sites.models import Site
from apps.tickets.models import Ticket
from tests import factories, signed_in


@pytest.fixture
def shop(db: None) -> Site:
    return factories.shop()


@pytest.fixture
def other(db: None) -> Site:
    return factories.SiteFactory(slug="clinic", name="Quay Clinic")


@pytest.fixture
def staff(shop: Site, other: Site) -> dict[str, User]:
    return factories.people(shop, other)


@pytest.fixture
def as_(staff: dict[str, User]) -> Callable[[str], Client]:
    def sign_in(name: str) -> Client:
        return signed_in.sign_in(staff[name])

    return sign_in


@pytest.fixture
def ticket(shop: Site, staff: dict[str, User]) -> Ticket:
    return factories.TicketFactory(site=shop)
