"""Every verb of a site: works, twice, malformed, by those who may not, and at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.errors import Invalid, Refused
from apps.sites import permissions
from apps.sites import services as sites
from apps.sites.models import Membership, NoticeText, Policy, Site
from tests.threads import at_once
from tests.trail import row, told, written

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


def _origins(site: Site) -> list[str]:
    return list(site.origins.values_list("origin", flat=True))


# --- Create --------------------------------------------------------------------------------------------


def test_a_site_begins_with_its_origins_its_landing_address_and_a_policy() -> None:
    site = sites.create(slug="quay", name="Quay", origins=["HTTPS://Quay.example:443", "https://quay.example/"], by=BY)
    assert _origins(site) == ["https://quay.example"]
    assert site.landing_url == "https://quay.example/"
    assert site.policy.version == 1
    assert told(site) == ["site.created"]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"slug": "shop"}, "slug"),
        ({"slug": "two words"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"origins": []}, "origin"),
        ({"origins": ["https://quay.example/path"]}, "origin"),
        ({"origins": ["quay.example"]}, "https://"),
        ({"landing_url": "https://evil.example/"}, "https://evil.example"),
        ({"landing_url": "https://quay.example/" + "a" * 1000}, "too long"),
        ({"jurisdiction": "x" * 9}, "jurisdiction"),
        ({"halted_at": "now"}, "halted_at"),
    ],
)
def test_a_malformed_site_is_refused_with_what_is_wrong_and_leaves_nothing(
    shop: Site, change: dict[str, Any], names: str
) -> None:
    given = {"slug": "quay", "name": "Quay", "origins": ["https://quay.example"], **change}
    with pytest.raises(Invalid) as refused:
        sites.create(**given, by=BY)
    assert names in refused.value.text
    assert (Site.objects.count(), Policy.objects.count(), written()) == (1, 1, 0)


def test_a_site_is_created_by_an_operator(staff: dict[str, User]) -> None:
    for name in ["alice", "bob", "erin", "frank", "charlie"]:
        with pytest.raises(Refused):
            sites.create(slug="q", name="Q", origins=["https://q.example"], by=Actor.staff(staff[name], door="admin"))
    sites.create(slug="q", name="Q", origins=["https://q.example"], by=Actor.staff(staff["grace"], door="admin"))


# --- Change --------------------------------------------------------------------------------------------

SAME: dict[str, Callable[[Site], Any]] = {
    "facts": lambda site: sites.change(site, name="Pier Shop", authority="Somebody else", by=BY),
    "landing": lambda site: sites.change(site, landing_url="HTTPS://Shop.example:443", by=BY),
    "origins": lambda site: sites.set_origins(site, ["https://shop.example", "https://m.shop.example"], by=BY),
    "policy": lambda site: sites.change_policy(site, reason="shorter", retention_days=7, by=BY),
    "notice": lambda site: sites.word_notice(site, language="en", key="intro", text=" Hello ", by=BY),
    "no notice": lambda site: sites.word_notice(site, language="en", key="intro", text=" ", by=BY),
    "halt": lambda site: sites.halt(site, by=BY),
    "resume": lambda site: sites.resume(site, by=BY),
}


@pytest.mark.parametrize("what", SAME)
def test_a_second_time_changes_and_writes_nothing(shop: Site, what: str) -> None:
    SAME[what](shop)
    was, entries, versions = row(shop), written(), Policy.objects.count()
    SAME[what](shop)
    assert (row(shop), written(), Policy.objects.count()) == (was, entries, versions)


def test_what_did_not_change_is_not_written_down(shop: Site) -> None:
    sites.change(shop, landing_url="https://SHOP.example:443", by=BY)
    sites.set_origins(shop, ["https://shop.example:443/"], by=BY)
    sites.word_notice(shop, language="en", key="intro", text="", by=BY)
    sites.resume(shop, by=BY)
    assert written() == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"landing_url": "https://evil.example/"},
        {"name": ""},
        {"support_contact": "x" * 201},
        {"slug": "other"},
        {"public_key": "pk_mine"},
    ],
)
def test_a_malformed_fact_changes_nothing(shop: Site, facts: dict[str, str]) -> None:
    was = row(shop)
    with pytest.raises(Invalid):
        sites.change(shop, by=BY, **facts)
    assert (row(shop), written()) == (was, 0)


def test_the_landing_address_keeps_one_of_the_origins(shop: Site) -> None:
    with pytest.raises(Invalid):
        sites.set_origins(shop, ["https://m.shop.example"], by=BY)
    assert (_origins(shop), written()) == (["https://shop.example"], 0)


def test_a_policy_needs_a_reason_and_keeps_its_history(shop: Site) -> None:
    for reason in ["", "  "]:
        with pytest.raises(Invalid):
            sites.change_policy(shop, reason=reason, retention_days=7, by=BY)
    new = sites.change_policy(shop, reason="shorter", retention_days=7, by=BY)
    assert [(one.version, one.retention_days) for one in shop.policies.order_by("version")] == [(1, 30), (2, 7)]
    assert (shop.policy, told(shop)) == (new, ["site.policy_changed"])


@pytest.mark.parametrize(
    "change",
    [
        {"retention_days": 0}, {"retention_days": 91}, {"cap_days": 0}, {"cap_days": 181}, {"link_hours": 0},
        {"link_hours": 169}, {"max_minutes": 0}, {"max_minutes": 121}, {"review": "never"}, {"retention_days": "many"},
    ],
)  # fmt: skip
def test_a_policy_out_of_its_bounds_changes_nothing(shop: Site, change: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        sites.change_policy(shop, reason="x", by=BY, **change)
    assert (shop.policies.count(), written()) == (1, 0)


@pytest.mark.parametrize("change", [{"version": 9}, {"created_at": None}, {"purpose": "marketing"}])
def test_what_is_no_field_of_a_policy_is_a_mistake_of_the_caller(shop: Site, change: dict[str, Any]) -> None:
    with pytest.raises(FieldDoesNotExist):
        sites.change_policy(shop, reason="x", by=BY, **change)


def test_a_notice_text_is_worded_and_taken_back(shop: Site) -> None:
    sites.word_notice(shop, language="en", key="intro", text="Hello", by=BY)
    sites.word_notice(shop, language="en", key="intro", text="Hello there", by=BY)
    assert NoticeText.objects.get().text == "Hello there"
    sites.word_notice(shop, language="en", key="intro", text="", by=BY)
    assert not NoticeText.objects.exists()
    assert told(shop) == ["site.notice_worded"] * 3


# --- Stop everything -----------------------------------------------------------------------------------


def test_halting_and_resuming_are_two_facts(shop: Site) -> None:
    sites.halt(shop, by=BY)
    assert row(shop)["halted_at"] is not None
    sites.resume(shop, by=BY)
    assert row(shop)["halted_at"] is None
    assert told(shop) == ["site.halted", "site.resumed"]


# --- Members -------------------------------------------------------------------------------------------


def test_a_role_is_given_and_taken_once(shop: Site, staff: dict[str, User]) -> None:
    for _ in range(2):
        sites.add_member(shop, staff["charlie"], role="agent", by=BY)
    assert Membership.objects.filter(site=shop, user=staff["charlie"]).count() == 1
    for _ in range(2):
        sites.remove_member(shop, staff["charlie"], role="agent", by=BY)
    assert told(shop) == ["site.member_added", "site.member_removed"]


def test_there_are_four_roles_and_no_fifth(shop: Site, staff: dict[str, User]) -> None:
    with pytest.raises(Invalid):
        sites.add_member(shop, staff["charlie"], role="operator", by=BY)
    assert written() == 0


# --- Who may -------------------------------------------------------------------------------------------

ACTS: dict[str, tuple[Callable[[Site, User, Actor], Any], set[str]]] = {
    "change": (lambda site, user, by: sites.change(site, name="x", by=by), {"frank", "grace"}),
    "set_origins": (
        lambda site, user, by: sites.set_origins(site, ["https://shop.example", "https://b.example"], by=by),
        {"frank", "grace"},
    ),
    "change_policy": (
        lambda site, user, by: sites.change_policy(site, reason="x", retention_days=7, by=by),
        {"frank", "grace"},
    ),
    "word_notice": (
        lambda site, user, by: sites.word_notice(site, language="en", key="intro", text="x", by=by),
        {"frank", "grace"},
    ),
    "halt": (lambda site, user, by: sites.halt(site, by=by), {"frank", "grace", "erin"}),
    "resume": (lambda site, user, by: sites.resume(site, by=by), {"frank", "grace", "erin"}),
    "add_member": (lambda site, user, by: sites.add_member(site, user, role="agent", by=by), {"frank", "grace"}),
    "remove_member": (lambda site, user, by: sites.remove_member(site, user, role="agent", by=by), {"frank", "grace"}),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("name", ["alice", "bob", "charlie", "erin", "frank", "grace"])
def test_a_site_is_run_by_its_admins_and_stopped_by_its_privacy_officer_too(
    shop: Site, staff: dict[str, User], act: str, name: str
) -> None:
    verb, allowed = ACTS[act]
    by = Actor.staff(staff[name], door="page")
    if name in allowed:
        verb(shop, staff["charlie"], by)
        return
    was = row(shop)
    with pytest.raises(Refused):
        verb(shop, staff["charlie"], by)
    assert (row(shop), written()) == (was, 0)


def test_nobody_has_a_role_on_another_site_by_having_one_here(shop: Site, other: Site, staff: dict[str, User]) -> None:
    for name in ["alice", "bob", "erin", "frank"]:
        assert permissions.roles(staff[name], other) == set()


def test_an_act_that_is_in_no_table_is_a_mistake_of_the_caller(shop: Site, staff: dict[str, User]) -> None:
    with pytest.raises(ValueError, match=r"recording\.steal"):
        permissions.may(staff["grace"], shop, "recording.steal")


# --- At the same moment --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_sites_of_one_slug_at_once_are_one(transactional_db: None) -> None:
    results = at_once(*[lambda: sites.create(slug="quay", name="Quay", origins=["https://quay.example"], by=BY)] * 4)
    assert sorted(type(result).__name__ for result in results) == ["Invalid"] * 3 + ["Site"]
    assert Site.objects.count() == Policy.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["facts", "landing", "origins", "policy", "notice", "halt"])
def test_a_verb_four_times_at_once_is_done_and_written_once(transactional_db: None, shop: Site, what: str) -> None:
    before = written()
    results = at_once(*[lambda: SAME[what](shop)] * 4)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert written() - before == (0 if what == "landing" else 1)


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_policy_at_once_are_two_versions(transactional_db: None, shop: Site) -> None:
    at_once(
        *[lambda days=days: sites.change_policy(shop, reason="x", retention_days=days, by=BY) for days in (5, 6, 7)]
    )
    assert sorted(shop.policies.values_list("version", flat=True)) == [1, 2, 3, 4]
