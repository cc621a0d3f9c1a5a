from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from apps.core.actors import Actor
from apps.links import services as links
from apps.recordings.models import Chunk, Recording
from apps.sites.models import Membership, Site
from apps.tickets.models import Ticket
from tests import factories

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


def policy_form(**change: object) -> dict[str, object]:
    kept = {"retention_days": 30, "cap_days": 180, "link_hours": 72, "max_minutes": 30, "review": "offered"}
    return {**kept, "record_console": "on", "record_network": "on", **change}


def test_the_site_page_shows_the_snippet_and_who_works_there(as_: As, shop: Site) -> None:
    page = as_("alice").get("/sites/shop/").text
    assert f"data-site=&quot;{shop.public_key}&quot;" in page
    assert "Bob Example" in page
    assert "Stop everything" not in page


def test_stopping_everything_takes_the_typed_name(as_: As, shop: Site, ticket: Ticket, staff: dict) -> None:
    link = links.issue(ticket, by=Actor.staff(staff["alice"], door="page"))
    client = as_("frank")
    client.post("/sites/shop/halt/", {"slug": "wrong"})
    shop.refresh_from_db()
    assert shop.halted_at is None
    client.post("/sites/shop/halt/", {"slug": "shop"})
    shop.refresh_from_db()
    link.refresh_from_db()
    assert shop.halted_at
    assert link.state == "revoked"
    assert "Everything is stopped" in as_("alice").get(f"/tickets/{ticket.number}/").text
    client.post("/sites/shop/resume/")
    shop.refresh_from_db()
    assert shop.halted_at is None


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_who_may_not_stop_everything_is_refused(as_: As, shop: Site, name: str) -> None:
    client = as_(name)
    assert client.post("/sites/shop/halt/", {"slug": "shop"}).status_code == 403
    assert client.post("/sites/shop/resume/").status_code == 403
    assert client.get("/sites/shop/halt/").status_code == 405
    shop.refresh_from_db()
    assert shop.halted_at is None


def test_a_policy_changes_with_a_reason_and_keeps_its_history(as_: As, shop: Site, staff: dict) -> None:
    client = as_("frank")
    assert client.post("/sites/shop/policy/", policy_form(retention_days=7)).status_code == 400
    assert client.post("/sites/shop/policy/", policy_form(retention_days=0, reason="x")).status_code == 400
    change = policy_form(retention_days=7, never_paths="/health\n/health\n\n/card", reason="asked for")
    assert client.post("/sites/shop/policy/", change).status_code == 302
    assert (shop.policy.version, shop.policy.retention_days) == (2, 7)
    assert shop.policy.never_paths == ["/health", "/card"]
    assert shop.policies.get(version=1).retention_days == 30


def test_origins_are_changed_as_browsers_write_them(as_: As, shop: Site, staff: dict) -> None:
    client = as_("frank")
    given = {"origins": "https://SHOP.example:443\nhttps://m.shop.example"}
    assert client.post("/sites/shop/origins/", given).status_code == 302
    assert set(shop.origins.values_list("origin", flat=True)) == {"https://shop.example", "https://m.shop.example"}
    for trick in ["https://evil.example", "*", "null", "https://a@shop.example", ""]:
        assert client.post("/sites/shop/origins/", {"origins": trick}).status_code == 400
    assert shop.origins.count() == 2


def test_the_landing_address_stays_on_the_site(as_: As, shop: Site, staff: dict) -> None:
    facts = {"name": "Harbour Shop", "landing_url": "https://evil.example/"}
    assert as_("frank").post("/sites/shop/facts/", facts).status_code == 400
    assert (
        as_("frank").post("/sites/shop/facts/", {**facts, "landing_url": "https://shop.example/help"}).status_code
        == 302
    )
    shop.refresh_from_db()
    assert shop.landing_url == "https://shop.example/help"


@pytest.mark.parametrize("page", ["policy", "facts", "origins"])
@pytest.mark.parametrize("name", ["alice", "bob", "erin"])
def test_only_an_admin_of_the_site_changes_it(as_: As, shop: Site, page: str, name: str) -> None:
    assert as_(name).get(f"/sites/shop/{page}/").status_code == 403


def test_a_role_is_taken_away(as_: As, shop: Site, staff: dict) -> None:
    membership = Membership.objects.get(site=shop, user=staff["alice"])
    assert as_("bob").post(f"/sites/shop/members/{membership.pk}/remove/").status_code == 403
    as_("frank").post(f"/sites/shop/members/{membership.pk}/remove/")
    assert not Membership.objects.filter(pk=membership.pk).exists()
    assert as_("alice").get("/sites/shop/").status_code == 404


def test_what_masking_let_through_is_counted_for_those_who_can_mark_it(as_: As, shop: Site, ticket: Ticket) -> None:
    recording = factories.consent(ticket)
    Chunk.objects.create(
        recording=recording, page=1, seq=0, digest="d", object_name="o", first_ms=1, last_ms=2, raw_bytes=1,
        stored_bytes=1, hits={"card": 2, "us_ssn": 1},
    )  # fmt: skip
    Recording.objects.filter(pk=recording.pk).update(state="in_review", second_gate_hits=3)
    page = as_("frank").get("/sites/shop/").text
    assert "No recording was shared" in page
    assert "Card number" not in page
    Recording.objects.filter(pk=recording.pk).update(state="ready", shared_at=timezone.now(), duration_ms=1000)
    page = as_("frank").get("/sites/shop/").text
    assert "In 1 of 1 recording shared" in page
    assert '<dt>Card number</dt><dd class="figures">2</dd>' in page
    assert "<dt>Personal ID number</dt>" in page
    assert "let through" not in as_("alice").get("/sites/shop/").text
    assert "the browser let something through" in as_("alice").get(f"/tickets/{ticket.number}/").text


RULES = {
    "mode": "standard",
    "mask_selectors": ".who",
    "block_selectors": "",
    "text_patterns": "CUST-[0-9]{6}",
    "open_input_types": "",
    "query_keys": "",
    "asset_origins": "",
    "response_fields": "",
}


def test_masking_rules_are_tried_on_a_page_before_they_are_saved(as_: As, shop: Site, staff: dict) -> None:
    client = as_("frank")
    tried = client.post(
        "/sites/shop/masking/", {**RULES, "sample": "<p class=who>Dora</p><p>CUST-123456</p>", "try": "1"}
    )
    assert tried.status_code == 200
    assert "[hidden]" in tried.text
    assert "Nothing was saved" in tried.text
    assert shop.policies.count() == 1
    assert (
        client.post("/sites/shop/masking/", {**RULES, "mask_selectors": "p[", "reason": "x", "try": "1"}).status_code
        == 400
    )
    assert client.post("/sites/shop/masking/", {**RULES, "mask_selectors": "p[", "reason": "x"}).status_code == 400
    assert client.post("/sites/shop/masking/", {**RULES, "reason": " "}).status_code == 400
    assert shop.policies.count() == 1


def test_masking_rules_are_saved_with_a_reason_and_keep_who_and_when(as_: As, shop: Site, staff: dict) -> None:
    client = as_("frank")
    assert client.post("/sites/shop/masking/", {**RULES, "reason": "customers’ numbers"}).status_code == 302
    assert (
        client.post(
            "/sites/shop/masking/", {**RULES, "mode": "strict", "mask_selectors": "", "reason": "renamed"}
        ).status_code
        == 302
    )
    assert (shop.policy.version, shop.policy.text_patterns, shop.policy.mask_selectors) == (3, ["CUST-[0-9]{6}"], [])
    page = client.get("/sites/shop/masking/").text
    assert "+ CUST-[0-9]{6}" in page
    assert "− .who" in page
    assert "+ strict" in page
    assert "customers’ numbers" in page
    assert staff["frank"].name in page
    assert "CUST-[0-9]{6}" in client.get("/sites/shop/").text


def test_masking_rules_are_for_those_who_manage_the_site(as_: As, shop: Site, staff: dict) -> None:
    assert as_("alice").get("/sites/shop/masking/").status_code == 403
    assert as_("alice").post("/sites/shop/masking/", {**RULES, "reason": "x"}).status_code == 403
    assert as_("charlie").get("/sites/shop/masking/").status_code == 404
    assert Client().get("/sites/shop/masking/").status_code == 302
    assert shop.policies.count() == 1
