"""A preview's mark: who gets one, where it opens what, and that it opens nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.errors import Refused
from apps.core.models import AuditEntry
from apps.recordings import door
from apps.recordings.models import Recording
from apps.recordings.services import previews
from apps.sites.models import Site

pytestmark = pytest.mark.django_db


def asked(token: str, origin: str) -> door.Answer:
    return door._route(door.Call("/ingest/v1/preview", origin, "198.51.100.7", json.dumps({"token": token}).encode()))


def token_of(preview: previews.Preview) -> str:
    return preview.mark.removeprefix("~placet=preview.")


def made(site: Site, staff: dict[str, User]) -> previews.Preview:
    return previews.grant(site, by=Actor.staff(staff["frank"], door="page"))


def origin_of(site: Site) -> str:
    return site.origins.values_list("origin", flat=True)[0]


def test_it_is_told_the_sites_policy_and_nothing_is_made(shop: Site, staff: dict[str, User]) -> None:
    preview = made(shop, staff)
    answer = asked(token_of(preview), origin_of(shop))
    assert (answer.status, answer.origin) == (200, origin_of(shop))
    assert set(answer.body) == {"policy", "words"}
    assert answer.body["policy"] == door.told(shop.policy)
    assert preview.url == f"{shop.landing_url}#{preview.mark}"
    assert not Recording.objects.exists()
    assert AuditEntry.objects.filter(name="site.previewed").count() == 1


def test_it_lives_ten_minutes(shop: Site, staff: dict[str, User]) -> None:
    token = token_of(made(shop, staff))
    with time_machine.travel(timezone.now() + timedelta(minutes=9)):
        assert asked(token, origin_of(shop)).status == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        refused = asked(token, origin_of(shop))
    assert (refused.status, refused.origin) == (401, "")


def test_another_origin_is_told_nothing(shop: Site, staff: dict[str, User]) -> None:
    refused = asked(token_of(made(shop, staff)), "https://elsewhere.example")
    assert (refused.status, refused.origin) == (403, "")
    assert "policy" not in refused.body


def test_it_is_no_start_code(shop: Site, staff: dict[str, User]) -> None:
    body = json.dumps({"code": token_of(made(shop, staff)), "tab": "a" * 16}).encode()
    assert door._route(door.Call("/ingest/v1/exchange", origin_of(shop), "198.51.100.7", body)).status == 410


def test_who_may_not_manage_the_site_gets_none(shop: Site, staff: dict[str, User]) -> None:
    with pytest.raises(Refused):
        previews.grant(shop, by=Actor.staff(staff["alice"], door="page"))


def test_a_landing_address_with_a_fragment_keeps_it(shop: Site, staff: dict[str, User]) -> None:
    shop.landing_url += "#/start"
    assert "/#/start~placet=preview." in made(shop, staff).url


def test_the_console_shows_the_address_to_who_manages_the_site(as_: Callable[[str], Client], shop: Site) -> None:
    answer = as_("frank").post(f"/sites/{shop.slug}/preview/")
    assert answer.status_code == 200
    assert "~placet=preview." in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
