from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.test import Client, RequestFactory
from django.utils import timezone

from apps.core.actors import Actor
from apps.core.admin import Facts
from apps.links import services as links
from apps.links.models import MagicLink
from apps.recordings.models import Chunk, Recording, Segment
from apps.sites.models import Membership, Policy, Site
from apps.tickets.models import Ticket
from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
LISTS = sorted(f"/admin/{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry)


@pytest.fixture
def link(ticket: Ticket, staff: dict) -> MagicLink:
    return links.issue(ticket, by=Actor.staff(staff["alice"], door="page"))


@pytest.fixture
def recording(shop: Site, ticket: Ticket) -> Recording:
    return Recording.objects.create(site=shop, ticket=ticket, max_minutes=5, latest_at=timezone.now(), state="ready")


@pytest.mark.parametrize("path", LISTS)
def test_every_list_opens_for_the_operator_and_runs_no_inline_script(as_: As, link: MagicLink, path: str) -> None:
    page = as_("grace").get(path)
    assert page.status_code == 200
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)(?![^>]*application/json)|\sstyle=|\son[a-z]+=\"", page.text)
    assert as_("grace").get(path, {"q": "x"}).status_code == 200


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_every_list_has_columns_filters_and_a_search_of_its_own(model: type, rf: RequestFactory, staff: dict) -> None:
    page, request = admin.site._registry[model], rf.get("/")
    request.user = staff["grace"]
    assert isinstance(page, Facts), "read-only, of the user's own sites, unless a verb says otherwise"
    assert len(page.list_display) >= 2
    assert page.search_fields
    assert page.get_list_filter(request) or page.date_hierarchy


@pytest.mark.parametrize("path", LISTS)
def test_a_filter_names_the_users_own_sites_only(
    as_: As, link: MagicLink, staff: dict, shop: Site, other: Site, path: str
) -> None:
    """With two sites of one's own there is a filter; it does not tell that there are others."""
    factories.MembershipFactory(site=factories.SiteFactory(name="Second Shop"), user=staff["frank"], role="admin")
    page = as_("frank").get(path, follow=True)
    assert "Quay Clinic" not in page.text
    if f"of_site={shop.pk}" in page.text:
        assert as_("frank").get(path, {"of_site": other.pk}).text.count('name="_selected_action"') == 0
        assert as_("frank").get(path, {"of_site": shop.pk}).status_code == 200


def test_the_lists_are_narrowed_to_one_site(as_: As, link: MagicLink, other: Site, shop: Site) -> None:
    client = as_("grace")
    assert link.pk in client.get("/admin/links/magiclink/", {"of_site": shop.pk}).text
    assert link.pk not in client.get("/admin/links/magiclink/", {"of_site": other.pk}).text


def test_a_filter_by_a_moment_says_what_it_means(as_: As, shop: Site) -> None:
    page = as_("grace").get("/admin/sites/site/").text
    assert "By recording" in page
    assert re.search(r"halted_at__isempty=1\">\s*allowed", page)
    assert re.search(r"halted_at__isempty=0\">\s*stopped", page)
    assert "mpty<" not in page


def test_what_was_recorded_is_nowhere_in_the_admin() -> None:
    assert not {Chunk, Segment} & set(admin.site._registry)


@pytest.mark.parametrize("path", LISTS)
def test_nothing_of_another_site_is_listed(as_: As, link: MagicLink, staff: dict, other: Site, path: str) -> None:
    Membership.objects.filter(user=staff["frank"]).delete()
    factories.MembershipFactory(site=other, user=staff["frank"], role="admin")
    page = as_("frank").get(path, follow=True)
    assert page.status_code in {200, 403}
    for secret in ["Harbour Shop", "checkout does not work", link.pk, "alice@example.com"]:
        assert secret not in page.text


def test_a_row_of_another_site_is_not_there(as_: As, link: MagicLink, staff: dict, other: Site, shop: Site) -> None:
    Membership.objects.filter(user=staff["frank"]).delete()
    factories.MembershipFactory(site=other, user=staff["frank"], role="admin")
    client = as_("frank")
    for path in [f"links/magiclink/{link.pk}", f"sites/site/{shop.pk}", f"tickets/ticket/{link.ticket.pk}"]:
        answer = client.get(f"/admin/{path}/change/")
        assert answer["Location"] == "/admin/"
        assert "Harbour Shop" not in client.get("/admin/").text
        assert client.post(f"/admin/{path}/change/", {"name": "x"}).status_code in {302, 403}
    action = {"action": "revoke", "_selected_action": [link.pk]}
    client.post("/admin/links/magiclink/", action)
    link.refresh_from_db()
    assert link.state == "issued"


@pytest.mark.parametrize("path", [path for path in LISTS if not re.search(r"sites/(site|policy)/|accounts/", path)])
def test_evidence_is_neither_added_nor_deleted(as_: As, path: str) -> None:
    client = as_("grace")
    assert client.get(f"{path}add/").status_code == 403
    assert client.post(path, {"action": "delete_selected", "_selected_action": ["1"]}).status_code in {200, 302}
    assert "delete_selected" not in client.get(path).text


def test_the_admin_signs_in_through_the_one_door(staff: dict) -> None:
    answer = Client().get("/admin/", follow=True)
    assert 'name="login"' in answer.text
    client = Client()
    answer = client.post("/admin/login/", {"username": "grace@example.com", "password": PASSWORD})
    assert answer["Location"].startswith("/accounts/login/")
    assert client.get("/admin/").status_code == 302


def test_links_are_revoked_by_the_verb(as_: As, link: MagicLink, staff: dict) -> None:
    data = {"action": "revoke", "_selected_action": [link.pk]}
    for name, state in [("erin", "revoked")]:
        as_(name).post("/admin/links/magiclink/", data)
        link.refresh_from_db()
        assert link.state == state


def test_everything_is_stopped_from_the_admin(as_: As, shop: Site, link: MagicLink) -> None:
    client = as_("grace")
    client.post("/admin/sites/site/", {"action": "halt", "_selected_action": [shop.pk], "sure": "1"})
    shop.refresh_from_db()
    link.refresh_from_db()
    assert shop.halted_at
    assert link.state == "revoked"
    client.post("/admin/sites/site/", {"action": "resume", "_selected_action": [shop.pk]})
    shop.refresh_from_db()
    assert shop.halted_at is None


def test_a_recording_is_deleted_by_the_verb_and_only_by_whom_it_is_for(as_: As, recording: Recording) -> None:
    data = {"action": "erase", "_selected_action": [recording.pk], "sure": "1"}
    as_("frank").post("/admin/recordings/recording/", data)
    recording.refresh_from_db()
    assert recording.state == "ready"
    as_("erin").post("/admin/recordings/recording/", data)
    recording.refresh_from_db()
    assert (recording.state, recording.delete_cause) == ("deleting", "erased")


def site_form(site: Site, **change: str) -> dict[str, str]:
    facts = {name: getattr(site, name) for name in ["name", "landing_url", "controller_name", "controller_address"]}
    rest = [
        "support_contact",
        "privacy_contact",
        "dpo_contact",
        "authority",
        "hosting_place",
        "transfers",
        "jurisdiction",
    ]
    facts |= {name: getattr(site, name) for name in rest}
    return {**facts, "origins": "\n".join(site.origins.values_list("origin", flat=True)), **change}


def test_a_site_is_saved_through_the_verbs(as_: As, shop: Site, staff: dict) -> None:
    change = {"landing_url": "https://new.example/start", "origins": "https://new.example", "name": "New Shop"}
    answer = as_("frank").post(f"/admin/sites/site/{quote(shop.pk)}/change/", site_form(shop, **change))
    assert answer.status_code == 302
    shop.refresh_from_db()
    assert (shop.name, shop.landing_url) == ("New Shop", "https://new.example/start")
    assert list(shop.origins.values_list("origin", flat=True)) == ["https://new.example"]


@pytest.mark.parametrize(
    "change",
    [
        {"landing_url": "https://evil.example/"},
        {"landing_url": "https://shop.example@evil.example/"},
        {"landing_url": "javascript:alert(1)"},
        {"origins": "https://*.example"},
        {"origins": "null"},
        {"origins": ""},
        {"name": ""},
    ],
)
def test_tricks_with_addresses_are_refused_in_the_admin(as_: As, shop: Site, staff: dict, change: dict) -> None:
    before = shop.landing_url, list(shop.origins.values_list("origin", flat=True))
    answer = as_("frank").post(f"/admin/sites/site/{quote(shop.pk)}/change/", site_form(shop, **change))
    assert answer.status_code == 200
    shop.refresh_from_db()
    assert (shop.landing_url, list(shop.origins.values_list("origin", flat=True))) == before


def test_a_site_is_made_by_the_operator_only(as_: As, staff: dict) -> None:
    data = {"slug": "new", "name": "New", "origins": "https://new.example", "landing_url": ""}
    assert as_("frank").post("/admin/sites/site/add/", data).status_code == 403
    assert as_("grace").post("/admin/sites/site/add/", data).status_code == 302
    assert Site.objects.get(slug="new").policy.version == 1


def test_a_changed_policy_is_a_new_version_with_a_reason(as_: As, shop: Site, staff: dict) -> None:
    old = shop.policy
    fields = ["retention_days", "cap_days", "link_hours", "max_minutes", "review", "mode"]
    lists = [
        "query_keys",
        "mask_selectors",
        "block_selectors",
        "open_input_types",
        "asset_origins",
        "response_fields",
        "sign_out_paths",
        "never_paths",
    ]
    data = {name: getattr(old, name) for name in fields} | dict.fromkeys(lists, "")
    data |= {"record_console": "on", "record_network": "on", "retention_days": 10, "reason": ""}
    path = f"/admin/sites/policy/{quote(old.pk)}/change/"
    client = as_("frank")
    assert client.post(path, data).status_code == 200
    assert client.post(path, {**data, "reason": "shorter", "retention_days": 91}).status_code == 200
    assert Policy.objects.filter(site=shop).count() == 1
    assert client.post(path, {**data, "reason": "shorter"}).status_code == 302
    old.refresh_from_db()
    assert (old.retention_days, shop.policy.retention_days, shop.policy.reason) == (30, 10, "shorter")
    assert client.post(path, {**data, "reason": "again"}).status_code == 403


def test_masking_rules_are_tried_in_the_admin_before_they_are_saved(as_: As, shop: Site, staff: dict) -> None:
    old = shop.policy
    data = {
        name: getattr(old, name)
        for name in ("retention_days", "cap_days", "link_hours", "max_minutes", "review", "mode")
    }
    data |= {"record_console": "on", "record_network": "on", "mask_selectors": ".who\n#total", "reason": ""}
    path, client = f"/admin/sites/policy/{quote(old.pk)}/change/", as_("frank")
    tried = client.post(path, {**data, "sample": "<p class=who>Dora</p><p>Paid</p>", "_try": "1"})
    assert "Nothing was saved" in tried.text
    assert "[text] <code>.who</code>" in tried.text
    assert "Dora" not in tried.text.replace("&lt;p class=who&gt;Dora", "")
    refused = client.post(path, {**data, "mask_selectors": "p[", "reason": "x"})
    assert refused.status_code == 200
    assert "p[" in refused.text
    assert Policy.objects.filter(site=shop).count() == 1
    assert client.post(path, {**data, "reason": "names"}).status_code == 302
    assert shop.policy.mask_selectors == [".who", "#total"]


def test_somebody_is_taken_out_by_the_operator(as_: As, staff: dict) -> None:
    data = {"action": "deactivate", "_selected_action": [staff["alice"].pk, staff["grace"].pk], "sure": "1"}
    as_("frank").post("/admin/accounts/user/", data)
    staff["alice"].refresh_from_db()
    assert staff["alice"].is_active
    as_("grace").post("/admin/accounts/user/", data)
    staff["alice"].refresh_from_db()
    staff["grace"].refresh_from_db()
    assert not staff["alice"].is_active
    assert staff["grace"].is_active


def test_nobody_makes_themselves_more_than_they_are(as_: As, staff: dict) -> None:
    frank = staff["frank"]
    data = {"name": "Frank", "is_staff": "on", "is_operator": "on", "is_superuser": "on"}
    assert as_("frank").post(f"/admin/accounts/user/{quote(frank.pk)}/change/", data).status_code == 403
    grace = staff["grace"]
    as_("grace").post(f"/admin/accounts/user/{quote(grace.pk)}/change/", {**data, "name": "Grace"})
    grace.refresh_from_db()
    assert not grace.is_superuser


def test_no_secret_is_on_any_page(as_: As, staff: dict) -> None:
    page = as_("grace").get(f"/admin/accounts/user/{quote(staff['alice'].pk)}/change/").text
    staff["alice"].refresh_from_db()
    assert staff["alice"].password not in page
    assert "md5$" not in page
