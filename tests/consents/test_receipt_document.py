"""The consent receipt: every mandatory field, nothing of the person, and the notice again byte for byte."""

from __future__ import annotations

import base64
import copy
import hashlib
import html
import json
import random
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as conf
from django.test import Client
from django.utils import timezone

from apps.consents import services as consents
from apps.consents.models import Receipt
from apps.consents.services import document
from apps.core import documents, schemas
from apps.core.actors import Actor
from apps.links import services as links
from apps.sites.models import Policy, Site
from tests import factories

pytestmark = pytest.mark.django_db
# Marked M in PRIVACY's table of ISO/IEC TS 27560:2023, and where a receipt of ours has each.
MANDATORY = [
    "schema_version", "record_id", "receipt_id", "principal.id", "notice.copy", "notice.language",
    "processing.0.purpose", "processing.0.personal_data", "processing.0.controllers", "processing.0.storage_locations",
    "processing.0.retention", "processing.0.jurisdiction", "processing.0.recipients", "processing.0.withdrawal",
    "processing.0.personal_data.0.type", "parties.0.id", "parties.0.name", "parties.0.address", "parties.0.contact",
    "parties.0.type", "events.0.at", "events.0.validity", "events.0.entity", "events.0.type", "events.0.state",
    "events.1.at", "events.1.validity", "events.1.entity", "events.1.type", "events.1.state",
]  # fmt: skip


@pytest.fixture
def receipt() -> Receipt:
    found = factories.consent().receipt
    assert found is not None
    return found


def _variants(count: int) -> Iterator[dict[str, Any]]:
    """Receipts of sites and policies of every kind, the unfinished ones among them. The same in every run."""
    rnd = random.Random(27560)
    kept = factories.consent().receipt
    assert kept is not None
    link = kept.link
    assert link is not None
    for _ in range(count):
        one = copy.copy(kept)
        one.site = copy.copy(kept.site)
        for fact in ["controller_name", "controller_address", "privacy_contact", "dpo_contact", "authority",
                     "hosting_place", "transfers", "jurisdiction", "support_contact"]:  # fmt: skip
            setattr(one.site, fact, rnd.choice(["", "Ærø Kaffe ApS", "日本", "x" * 200]))
        one.policy = Policy(
            site=kept.site, version=rnd.randint(1, 99), retention_days=rnd.randint(1, 90),
            review=rnd.choice(Policy.Review.values), record_console=rnd.random() < 0.5,
            record_network=rnd.random() < 0.5, mask_selectors=rnd.choice([[], [".x", "#é"]]),
        )  # fmt: skip
        one.live = rnd.random() < 0.5
        link.max_minutes = rnd.randint(1, 120)
        yield document.build(one, link=link, notice=kept.notice, shown_at=timezone.now())


def test_a_thousand_receipts_are_as_the_published_schema_says() -> None:
    keys = documents.public_keys()
    for number, said in enumerate(_variants(1000)):
        schemas.check(said)
        if number % 100 == 0:
            assert documents.verify(json.loads(json.dumps(said)), keys)


def _without(said: dict[str, Any], path: str) -> dict[str, Any]:
    changed = json.loads(json.dumps(said))
    at: Any = changed
    *way, last = path.split(".")
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    del at[last]
    return changed


@pytest.mark.parametrize("path", MANDATORY)
def test_without_any_mandatory_field_it_is_not_signed(path: str, receipt: Receipt) -> None:
    said = _without(receipt.document, path)
    with pytest.raises(schemas.NotAsPublished):
        documents.sign(said)


@pytest.mark.parametrize("name", ["ip", "ip_address", "user_agent", "email", "phone", "name"])
@pytest.mark.parametrize("place", ["", "principal", "events.1", "notice", "controls"])
def test_nothing_that_leads_to_the_person_has_a_place_in_it(name: str, place: str, receipt: Receipt) -> None:
    said = json.loads(json.dumps(receipt.document))
    at: Any = said
    for step in filter(None, place.split(".")):
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[name] = "x"
    with pytest.raises(schemas.NotAsPublished):
        documents.sign(said)


def test_a_consent_whose_receipt_is_not_as_published_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    real = document._processing
    monkeypatch.setattr(document, "_processing", lambda *args: {**real(*args), "retention": None})
    with pytest.raises(schemas.NotAsPublished):
        factories.consent()
    assert not Receipt.objects.exists()


def test_a_site_that_has_not_stated_its_facts_gets_a_receipt_that_says_so() -> None:
    site = factories.shop()
    Site.objects.update(controller_address="", authority="", hosting_place="", jurisdiction="")
    said = factories.consent(factories.TicketFactory(site=Site.objects.get(pk=site.pk))).receipt.document  # type: ignore[union-attr]
    assert said["parties"][0]["address"] == said["processing"][0]["jurisdiction"] == document.NOT_STATED


@pytest.mark.parametrize("agent", [True, False])
def test_the_notice_is_rendered_again_byte_for_byte(agent: bool) -> None:
    site = factories.shop()
    staff = factories.people(site, factories.SiteFactory())
    by = Actor.staff(staff["alice"], door="page") if agent else Actor.system("command:create_link")
    link = links.issue(factories.TicketFactory(site=site), by=by)
    shown_at = timezone.now() - timedelta(minutes=3)
    shown = consents.render(link, "en", at=shown_at)
    receipt = consents.give(
        link, language="en", live=False, shown_at=shown_at, shown_sha256=shown.sha256, by=Actor.person(link.pk)
    )
    stated = receipt.document["notice"]
    again = consents.render(link, stated["language"], at=shown_at)
    assert again.text == receipt.notice.text
    assert hashlib.sha256(again.text.encode()).hexdigest() == stated["sha256"] == receipt.notice.sha256
    assert again.version == stated["version"]


def test_a_changed_policy_leaves_the_old_notice_as_it_was(receipt: Receipt) -> None:
    before = receipt.notice.text
    Policy.objects.create(site=receipt.site, version=2, retention_days=7)
    factories.consent(factories.TicketFactory(site=receipt.site))
    stored = Receipt.objects.get(pk=receipt.pk).notice
    assert stored.text == before
    assert hashlib.sha256(stored.text.encode()).hexdigest() == receipt.document["notice"]["sha256"]


def test_after_a_rotation_old_and_new_receipts_verify_with_the_published_keys(settings: Any, client: Client) -> None:
    seed = lambda: base64.b64encode(secrets.token_bytes(32)).decode()  # noqa: E731
    settings.SIGNING_KEYS = [f"2026-01-01:{seed()}"]
    old = factories.consent().receipt
    settings.SIGNING_KEYS = [f"2026-10-01:{seed()}", *settings.SIGNING_KEYS]
    new = factories.consent(factories.TicketFactory(site=Site.objects.get())).receipt
    assert old is not None
    assert new is not None
    answer = client.get("/.well-known/placet-keys.json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    keys = answer.json()["keys"]
    assert [(key["id"], key["since"], key["until"]) for key in keys] == [
        ("2026-10-01", "2026-10-01", ""),
        ("2026-01-01", "2026-01-01", "2026-10-01"),
    ]
    assert [one.document["signature"]["key_id"] for one in (old, new)] == ["2026-01-01", "2026-10-01"]
    assert documents.verify(old.document, keys)
    assert documents.verify(new.document, keys)


@pytest.mark.parametrize("name", schemas.names())
def test_every_schema_is_published(name: str, client: Client) -> None:
    answer = client.get(f"/schemas/{name}")
    assert answer.status_code == 200
    assert answer.json()["$id"] == f"{schemas.BASE}{name}"
    assert client.get(f"/schemas/{name}/other").status_code == 404


def test_security_txt_names_the_contact_and_an_end_within_a_year(settings: Any, client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "security@shop.example"
    text = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:security@shop.example\n" in text
    assert f"Canonical: {conf.BASE_URL}/.well-known/security.txt" in text
    expires = text.split("Expires: ")[1][:10]
    assert timezone.now().date().isoformat() < expires < (timezone.now() + timedelta(days=365)).date().isoformat()


def test_who_keeps_it_for_the_controller_is_a_party_and_a_recipient() -> None:
    site = factories.shop()
    Site.objects.update(host_name="Example Hosting GmbH", host_address="Frankfurt, DE", host_contact="dpo@host.example")
    recording = factories.consent(factories.TicketFactory(site=Site.objects.get(pk=site.pk)))
    assert recording.receipt is not None
    said = recording.receipt.document
    assert [party["type"] for party in said["parties"]] == ["controller", "processor", "authority"]
    assert said["parties"][1]["name"] == "Example Hosting GmbH"
    assert {"party": "host"} in said["processing"][0]["recipients"]
    assert "Example Hosting GmbH" in recording.receipt.notice.text


def test_the_receipt_names_the_recorder_that_was_served(receipt: Receipt) -> None:
    assert receipt.document["controls"]["recorder_build"].startswith("recorder-")


def test_it_is_a_page_to_read_and_print_with_all_that_the_file_says(receipt: Receipt) -> None:
    page = Client()
    page.get(consents.url(receipt).removeprefix(conf.BASE_URL))
    text = html.unescape(page.get(f"/me/{receipt.pk}/receipt").text)
    said = receipt.document
    processing = said["processing"][0]
    for value in [
        said["receipt_id"], said["record_id"], said["principal"]["id"], said["notice"]["sha256"],
        said["signature"]["value"], said["controls"]["masking_policy_sha256"], processing["purpose"],
        processing["retention"]["rule"], processing["retention"]["latest"], processing["withdrawal"]["method"],
        *processing["never_recorded"], *processing["scope"]["origins"], *processing["storage_locations"],
        *(kind["type"] for kind in processing["personal_data"]),
        *(party[name] for party in said["parties"] for name in ("name", "address", "contact")),
    ]:  # fmt: skip
        assert value in text
    assert Client().get(f"/me/{receipt.pk}/receipt").status_code == 404
