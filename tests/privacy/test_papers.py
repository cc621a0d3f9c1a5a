"""Papers say what is set: a change of the configuration changes them, a gap is named."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.core import csvs, documents
from apps.integrations.models import Webhook
from apps.privacy.services import deletion, papers
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle, watching
from apps.sites import services as sites
from apps.sites.models import Site
from tests import factories, signed_in
from tests.privacy.people import SYSTEM, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return factories.shop()


@pytest.fixture
def staff(site: Site) -> dict[str, User]:
    return factories.people(site, factories.SiteFactory(slug="clinic", name="Quay Clinic"))


@pytest.fixture
def erin(staff: dict[str, User]) -> Client:
    return signed_in.sign_in(staff["erin"])


def test_the_records_follow_the_configuration(site: Site, erin: Client) -> None:
    path = "/privacy/papers/shop/records"
    before = erin.get(f"{path}.json").json()
    assert [line["article"] for line in before["records"]] == [
        *(f"30(1)({letter})" for letter in "abcdefg"), "30(2)",
    ]  # fmt: skip
    assert "30 days after the ticket is resolved" in before["records"][5]["says"]
    sites.change_policy(site, reason="shorter", by=SYSTEM, retention_days=7, record_network=False)
    after = erin.get(f"{path}.json").json()
    assert "7 days after the ticket is resolved" in after["records"][5]["says"]
    assert "requests" not in after["records"][2]["says"]
    rows = list(csv.reader(io.StringIO(erin.get(f"{path}.csv").content.decode())))
    assert rows[0] == ["article", "what", "says"]
    assert len(rows) == 9
    assert b"Harbour Shop Ltd" in erin.get(path).content


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell: str, site: Site, erin: Client) -> None:
    assert csvs.neutral(cell) == f"'{cell}"
    assert csvs.neutral(f"x{cell}") == f"x{cell}"
    Site.objects.filter(pk=site.pk).update(transfers=cell)
    rows = list(csv.reader(io.StringIO(erin.get("/privacy/papers/shop/records.csv").content.decode(), newline="")))
    assert rows[5][2].startswith("'")


def test_the_assessment_has_the_four_headings_and_the_facts(site: Site, erin: Client) -> None:
    page = erin.get("/privacy/papers/shop/dpia").content.decode()
    for heading in ["(a) Description", "(b) Necessity", "(c) Risks", "(d) Measures"]:
        assert heading in page
    before = papers.dpia(site)
    assert before.sha256 in page
    sites.change_policy(site, reason="longer", by=SYSTEM, max_minutes=60)
    assert papers.dpia(site).sha256 != before.sha256
    assert "At most 60 minutes" in papers.dpia(site).text


@pytest.mark.parametrize("name", ["paragraph", "california"])
def test_the_words_for_others_name_the_sites_days(name: str, site: Site, erin: Client) -> None:
    sites.change_policy(site, reason="shorter", by=SYSTEM, retention_days=9)
    page = erin.get(f"/privacy/papers/shop/{name}").content.decode()
    assert "9 days" in page
    assert "privacy@shop.example" in page


@pytest.mark.parametrize("path", ["nothing", "dpia.csv", "records.xml", "paragraph.json"])
def test_there_are_no_other_papers(path: str, erin: Client) -> None:
    assert erin.get(f"/privacy/papers/shop/{path}").status_code == 404


GAPS = ["controller_name", "controller_address", "privacy_contact", "authority", "hosting_place", "transfers",
        "jurisdiction", "support_contact", "dpo_contact"]  # fmt: skip


@pytest.mark.parametrize("name", GAPS)
def test_each_missing_fact_is_named_before_going_live(name: str, site: Site, erin: Client) -> None:
    before = papers.gaps(site)
    setattr(site, name, "")
    site.save()
    assert len(papers.gaps(site)) == len(before) + 1
    assert "Still missing" in erin.get("/privacy/papers/").content.decode()


def test_with_every_fact_and_a_safe_installation_nothing_is_missing(site: Site, erin: Client, settings: Any) -> None:
    settings.SECURITY_CONTACT, settings.AUDIT_ANCHORS, settings.SECURE = "security@shop.example", ["mailto:a@b.c"], True
    settings.KEYS_DIR = settings.DATA_DIR.parent.parent / "keys"
    assert papers.gaps(site) == []
    assert "Nothing is missing" in erin.get("/privacy/papers/").content.decode()


@pytest.mark.parametrize(("name", "code"), [("SECURITY_CONTACT", "W002"), ("AUDIT_ANCHORS", "W003")])
def test_check_deploy_advises_as_well(name: str, code: str, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    setattr(settings, name, "")
    call_command("check", "--deploy", "--fail-level", "CRITICAL")
    assert f"privacy.{code}" in capsys.readouterr().err


def test_the_breach_kit_lists_what_could_be_read_in_the_window(
    site: Site, staff: dict[str, User], erin: Client
) -> None:
    alive, gone = ready(factories.TicketFactory(site=site)), ready(factories.TicketFactory(site=site))
    lifecycle.doom(gone, cause=Recording.Cause.WITHDRAWN, by=SYSTEM)
    deletion.delete(gone.pk)
    from apps.core.actors import Actor

    alice = staff["alice"]
    watching.start(alive, user=alice, live=False, reason="", by=Actor.staff(alice, door="page"))
    now = timezone.now()
    kit = papers.breach(site, since=now + timedelta(seconds=1), until=now + timedelta(hours=1), known_at=now)
    assert [row["recording"] for row in kit["recordings"]] == [alive.pk]
    kit = erin.get("/privacy/papers/shop/breach/").json()
    assert {row["recording"] for row in kit["recordings"]} == {alive.pk, gone.pk}
    assert [(look["who"], look["role"]) for look in kit["looked_at"]] == [(f"usr_{alice.pk}", "agent")]
    assert kit["authority_by"] > kit["known_since"]
    assert "Alice" not in json.dumps(kit)
    assert set(kit["draft_33_3"]) >= {"a_nature", "b_contact", "c_consequences", "d_measures"}


def test_the_evidence_of_a_deleted_recording_verifies_offline(site: Site, erin: Client) -> None:
    recording = ready(factories.TicketFactory(site=site), text="Walrus")
    lifecycle.doom(recording, cause=Recording.Cause.WITHDRAWN, by=SYSTEM)
    deletion.delete(recording.pk)
    answer = erin.get(f"/recordings/{recording.pk}/evidence.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    keys = json.loads(archive.read("keys.json"))["keys"]
    for name in ["consent/receipt.json", "deletion/receipt.json", "manifest.json"]:
        assert documents.verify(json.loads(archive.read(name)), keys)
    assert json.loads(archive.read("verifier.json")) == {"consent": True, "deletion": True}
    consent = json.loads(archive.read("consent/receipt.json"))
    given = consent["events"][1]["at"]
    assert given <= recording.started_at.strftime("%Y-%m-%dT%H:%M:%SZ")  # type: ignore[union-attr]  consent came first
    assert b"Walrus" not in b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("name", ["alice", "grace"])
def test_papers_are_not_for_every_role(name: str, site: Site, staff: dict[str, User]) -> None:
    client = signed_in.sign_in(staff[name])
    assert client.get("/privacy/papers/shop/records").status_code in {403, 404}
    recording = ready(factories.TicketFactory(site=site))
    assert client.get(f"/recordings/{recording.pk}/evidence.zip").status_code in {403, 404}


def test_the_annex_names_every_host_that_is_configured(site: Site, erin: Client, settings: Any) -> None:
    Webhook.objects.create(site=site, url="https://hooks.shop.example/placet", secret="whsec_x")
    settings.AUDIT_ANCHORS = ["https://worm.example/placet", "mailto:auditor@audit.example"]
    settings.VAULT_URL = "s3://bucket/x?endpoint_url=https://s3.store.example"
    settings.EMAIL_URL, settings.EMAIL_HOST = "smtp+tls://mail.example:587", "mail.example"
    Site.objects.filter(pk=site.pk).update(host_name="Example Hosting GmbH", host_address="Frankfurt, DE")
    page = erin.get("/privacy/papers/shop/annex").content.decode()
    for said in ["hooks.shop.example", "worm.example", "audit.example", "s3.store.example", "mail.example",
                 "Example Hosting GmbH", "30 days after the ticket"]:  # fmt: skip
        assert said in page
    for letter in "abcdgh":
        assert f"({letter})" in page


def test_the_components_are_a_page_and_a_file(erin: Client) -> None:
    assert "django 5." in erin.get("/privacy/papers/shop/components").content.decode()
    assert erin.get("/privacy/papers/shop/components.json").json()["bomFormat"] == "CycloneDX"
