"""Special categories, people under 18, workers, health services: PRIVACY, section 10."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.consents import services as consents
from apps.consents.errors import StatementMissing
from apps.consents.models import Receipt
from apps.core.actors import Actor
from apps.core.errors import Invalid, NotPossible
from apps.links import services as links
from apps.links.models import MagicLink
from apps.sites import services as sites
from tests.person.conftest import BY, Visitor, state

pytestmark = pytest.mark.django_db


def change(link: MagicLink, **changes: object) -> None:
    sites.change_policy(link.site, reason="a special case", by=BY, **changes)


def words(visitor: Visitor, path: str) -> str:
    return visitor.open(path).content.decode()


# --- Special categories -----------------------------------------------------------------------------------


def test_without_the_statement_nothing_is_agreed_to_and_with_it_the_consent_is_explicit(
    path: str, link: MagicLink, dora: Visitor
) -> None:
    change(link, special="information about health")
    page = words(dora, path)
    assert "Pages may show information about health. I agree" in page
    assert "checked" not in page
    answer = dora.answer(path, "agree")
    assert answer.status_code == 400
    assert "please tick what is asked separately" in answer.content.decode()
    assert (state(link), Receipt.objects.count()) == ("issued", 0)
    assert dora.answer(path, "agree", statement="special").status_code == 303
    document = Receipt.objects.get().document
    given = document["events"][-1]
    assert given["type"] == "dpv:ExplicitlyExpressedConsent"
    assert "information about health" in given["how"]
    assert document["processing"][0]["personal_data"][0]["special_category"] is True


def test_saying_no_needs_no_tick(path: str, link: MagicLink, dora: Visitor) -> None:
    change(link, special="information about health")
    assert "formnovalidate" in words(dora, path)
    dora.answer(path, "decline")
    assert state(link) == "declined"


def test_no_door_gives_such_a_consent_without_it(link: MagicLink) -> None:
    change(link, special="information about health")
    with pytest.raises(StatementMissing):
        consents.give(link, language="en", live=False, by=Actor.person(link.pk))


def test_an_ordinary_consent_asks_for_no_statement_and_is_no_explicit_one(path: str, dora: Visitor) -> None:
    assert 'name="statement"' not in words(dora, path)
    dora.answer(path, "agree")
    assert Receipt.objects.get().document["events"][-1]["type"] == "dpv:ExpressedConsent"


# --- People under 18 --------------------------------------------------------------------------------------


def test_where_people_are_under_18_nobody_is_asked_without_a_guardian(link: MagicLink) -> None:
    change(link, minors=True, assessment="DPIA 7")
    with pytest.raises(NotPossible):
        links.issue(link.ticket, by=BY)


def test_with_a_guardian_the_page_asks_for_that_by_itself_and_for_no_date_of_birth(
    path: str, link: MagicLink, dora: Visitor
) -> None:
    change(link, minors=True, guardian="Read this with a parent, who agrees as well.", assessment="DPIA 7")
    page = words(dora, path)
    assert "Read this with a parent, who agrees as well." in page
    assert "birth" not in page
    assert dora.answer(path, "agree").status_code == 400
    assert dora.answer(path, "agree", statement="guardian").status_code == 303


# --- Workers, health --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["minors", "workers"])
def test_neither_is_switched_on_without_an_assessment(link: MagicLink, mode: str) -> None:
    with pytest.raises(Invalid, match="impact assessment"):
        change(link, **{mode: True})


def test_workers_read_the_other_basis_and_the_admin_is_warned(
    path: str, link: MagicLink, dora: Visitor, as_: Callable[[str], Client]
) -> None:
    change(link, workers=True, worker_basis="Works agreement of 3 May 2026.", assessment="DPIA 7")
    page = words(dora, path)
    assert "Works agreement of 3 May 2026." in page
    assert "Saying no has no consequences at work." in page
    site = as_("frank").get("/sites/shop/").content.decode()
    assert "their consent may be void" in site
    assert "DPIA 7" in site


def test_staff_of_a_health_service_are_signed_out_after_15_idle_minutes(
    link: MagicLink, staff: dict[str, User]
) -> None:
    change(link, health=True)
    alice, charlie = Client(), Client()
    for client, name in ((alice, "alice"), (charlie, "charlie")):
        client.force_login(staff[name])
    by_itself = {"Sec-Fetch-Mode": "cors"}
    assert alice.get("/").status_code == 200
    now = timezone.now()
    for minutes, headers, status in [(14, {}, 200), (28, {}, 200), (42, by_itself, 200), (44, {}, 302)]:
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            assert alice.get("/", headers=headers).status_code == status, minutes
            assert charlie.get("/").status_code == 200, "another site's staff stay"


def test_each_of_them_makes_a_new_version_of_the_notice(path: str, link: MagicLink, dora: Visitor) -> None:
    seen = set()
    for changes in [{}, {"special": "union membership"}, {"workers": True, "worker_basis": "x", "assessment": "y"}]:
        if changes:
            change(link, **changes)
        rendered = consents.render(MagicLink.objects.get(), "en")
        seen.add(rendered.wording)
    assert len(seen) == 3
