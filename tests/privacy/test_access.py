"""A copy for the person: nine parts, what staff see and no more, sealed while it lies here, gone after 72 hours."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from django.utils import timezone
from playwright.sync_api import Browser

from apps.core import documents
from apps.core.actors import Actor
from apps.core.errors import Gone, NotPossible, Refused
from apps.core.models import AuditEntry
from apps.privacy.models import DeletionReceipt, Export
from apps.privacy.services import access, copying, deletion, sweeps
from apps.recordings.models import Recording
from apps.recordings.services import cutting, lifecycle, packing, replay, vault, watching
from tests import factories, signed_in
from tests.privacy.people import SYSTEM, fresh, ready
from tests.privacy.test_holds import her_browser

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not (conf.FRONTEND_DIST / "static" / "offline.js").exists(), reason="needs the built bundle"),
]
NINE = {
    "README.html", "recording/events.ndjson.gz", "recording/player.html", "consent/receipt.json",
    "processing.json", "access-log.json", "annotations.json", "deletions.json", "manifest.json",
}  # fmt: skip


@pytest.fixture
def recording() -> Recording:
    site = factories.shop()
    return ready(factories.TicketFactory(site=site, subject="Somebody's own words"), text="</script><b>Boots & co")


def person(recording: Recording) -> Actor:
    return Actor.person(str(recording.receipt_id))


def made(recording: Recording) -> tuple[Export, zipfile.ZipFile]:
    export = access.order(recording, by=person(recording))
    assert access.make_waiting() == 1
    export.refresh_from_db()
    return export, zipfile.ZipFile(io.BytesIO(access.download(export, by=person(recording))))


def test_it_has_all_nine_parts_and_a_signed_list_of_them(recording: Recording) -> None:
    export, archive = made(recording)
    assert set(archive.namelist()) >= NINE
    manifest = json.loads(archive.read("manifest.json"))
    assert documents.verify(manifest, documents.public_keys())
    assert set(manifest["files"]) == set(archive.namelist()) - {"manifest.json"}
    for name, said in manifest["files"].items():
        body = archive.read(name)
        assert (said["sha256"], said["bytes"]) == (hashlib.sha256(body).hexdigest(), len(body))
    assert (export.state, export.done) == ("ready", 9)


def test_its_events_are_those_that_staff_replay(recording: Recording) -> None:
    _export, archive = made(recording)
    lines = gzip.decompress(archive.read("recording/events.ndjson.gz")).splitlines()
    ours = [json.loads(line) for line in lines]
    for event in ours:
        event.pop("segment")
    numbers = recording.segments.order_by("number").values_list("number", flat=True)
    staff = Actor.system("test")
    theirs = [event for number in numbers for event in json.loads(replay.segment(recording, number, by=staff))]
    assert ours == theirs


def test_it_says_who_looked_and_names_nobody_unless_the_site_does(recording: Recording) -> None:
    alice = factories.people(recording.site, factories.SiteFactory())["alice"]
    watch = watching.start(recording, user=alice, live=False, reason="ticket", by=Actor.staff(alice, door="page"))
    watching.beat(watch, [(0, 900)])
    _export, archive = made(recording)
    (look,) = [one for one in json.loads(archive.read("access-log.json")) if one["what"] == "watched"]
    assert (look["role"], look["reason"], look["spans_ms"], look["name"]) == ("agent", "ticket", [[0, 900]], None)
    assert b"Alice" not in b"".join(archive.read(name) for name in archive.namelist())


def test_it_holds_nothing_of_another_person_or_case(recording: Recording) -> None:
    other = ready(factories.TicketFactory(site=recording.site, subject="Zebra crossing", number=9876), text="Walrus")
    _export, archive = made(recording)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    everything += gzip.decompress(archive.read("recording/events.ndjson.gz"))
    for foreign in [other.pk, str(other.receipt_id), "Zebra", "Walrus", "9876", other.ticket.requester.email]:  # type: ignore[union-attr]
        assert foreign.encode() not in everything


def test_it_answers_article_15_and_shows_the_notice_again(recording: Recording) -> None:
    _export, archive = made(recording)
    said = json.loads(archive.read("processing.json"))
    assert set("abcdefgh") == {name[0] for name in said if name[1] == "_"}
    assert said["d_period"]["at_the_latest"][:10] == recording.latest_at.date().isoformat()
    assert recording.receipt is not None
    assert recording.receipt.notice.text in archive.read("consent/notice.html").decode()
    assert json.loads(archive.read("consent/receipt.json")) == recording.receipt.document


def test_while_it_lies_here_it_is_sealed_with_the_recordings_key(recording: Recording, settings: Any) -> None:
    export, archive = made(recording)
    stored = vault.get(recording.pk, f"x-{export.pk}")
    assert b"README.html" not in stored
    assert archive.read("processing.json") not in stored


def test_it_expires_after_72_hours(recording: Recording) -> None:
    export, _archive = made(recording)
    assert export.expires_at is not None
    assert export.ready_at is not None
    assert export.expires_at - export.ready_at == timedelta(hours=72)
    sweeps.tidy(timezone.now() + timedelta(hours=71))
    assert access.download(export, by=person(recording))
    assert sweeps.tidy(timezone.now() + timedelta(hours=73))["access copies"] == 1
    assert f"x-{export.pk}" not in vault.list_names(recording.pk)
    with pytest.raises(Gone):
        access.download(export, by=person(recording))
    assert access.order(recording, by=person(recording)).pk != export.pk


def test_it_goes_with_the_recording_and_the_receipt_counts_it(recording: Recording) -> None:
    made(recording)
    lifecycle.doom(recording, cause=Recording.Cause.WITHDRAWN, by=SYSTEM)
    deletion.delete(recording.pk)
    assert not Export.objects.exists()
    assert vault.list_names(recording.pk) == []
    left = {one["what"]: one["count"] for one in DeletionReceipt.objects.get().document["left_the_system_before"]}
    assert left == {"export by staff": 0, "copy for the person": 1}


def test_asking_twice_is_one_copy_and_before_the_end_there_is_none(recording: Recording) -> None:
    first = access.order(recording, by=person(recording))
    assert access.order(recording, by=person(recording)) == first
    with pytest.raises(NotPossible):
        access.order(factories.consent(factories.TicketFactory(site=recording.site)), by=SYSTEM)


@pytest.mark.parametrize("name", ["alice", "bob", "frank", "grace", "charlie"])
def test_of_the_staff_only_a_privacy_officer_asks_or_takes(name: str, recording: Recording) -> None:
    who = factories.people(recording.site, factories.SiteFactory())[name]
    by = Actor.staff(who, door="page")
    with pytest.raises(Refused):
        access.order(recording, by=by)
    export, _archive = made(recording)
    with pytest.raises(Refused):
        access.download(export, by=by)


def test_one_that_cannot_be_made_is_given_up_after_some_tries(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = access.order(recording, by=person(recording))
    monkeypatch.setattr(vault, "put", lambda *args: (_ for _ in ()).throw(OSError("disk full")))
    for _ in range(access.TRIES):
        assert access.make_waiting() == 0
    export.refresh_from_db()
    assert export.state == "failed"


def test_from_her_own_page_and_by_an_officer(recording: Recording) -> None:
    erin = signed_in.sign_in(factories.people(recording.site, factories.SiteFactory())["erin"])
    her, path = her_browser(recording), f"/me/{recording.receipt_id}/"
    assert her.get(f"{path}copy.zip").status_code == 404
    assert her.post(f"{path}copy").status_code == 303
    assert "being made" in her.get(path).content.decode()
    access.make_waiting()
    assert "copy.zip" in her.get(path).content.decode()
    answer = her.get(f"{path}copy.zip")
    digest = base64.b64encode(hashlib.sha256(answer.content).digest()).decode()
    assert answer["Content-Digest"] == f"sha-256=:{digest}:"
    assert "no-store" in answer["Cache-Control"]
    assert erin.post(f"/recordings/{recording.pk}/copy/").status_code == 302
    export = Export.objects.get()
    assert erin.get(f"/privacy/exports/{export.pk}.zip").content == answer.content
    entries = AuditEntry.objects.filter(subject_id=recording.pk, name="access.downloaded")
    assert sorted(entries.values_list("actor_kind", flat=True)) == ["person", "staff"]
    assert fresh(recording).state == Recording.State.READY


@pytest.mark.e2e
def test_the_player_plays_from_a_file_and_calls_nobody(recording: Recording, browser: Browser, tmp_path: Path) -> None:
    _export, archive = made(recording)
    archive.extractall(tmp_path)
    page = browser.new_page()
    sent: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"file://{tmp_path}/recording/player.html")
    page.wait_for_selector("[data-testid=player][data-state=paused]", timeout=60_000)
    shown = "document.querySelector('iframe[data-current]').contentDocument.documentElement.textContent"
    assert "Boots & co" in page.evaluate(shown)
    assert page.get_attribute("iframe[data-current]", "sandbox") == "allow-same-origin"
    assert [url for url in sent if not url.startswith(("file://", "data:", "blob:", "about:"))] == []
    assert said == []
    page.close()


# --- A passage that was taken out ---------------------------------------------------------------------


@pytest.fixture
def reviewed(recording: Recording) -> Recording:
    Recording.objects.filter(pk=recording.pk).update(state=Recording.State.IN_REVIEW, chosen_at=None, shared_at=None)
    return fresh(recording)


def take_out_the_end(recording: Recording) -> None:
    end = json.loads(replay.index(recording, by=person(recording)))["end_ms"]
    cutting.mark(recording, (end, end + 60_000), by=person(recording))
    lifecycle.cut(recording, by=person(recording))
    packing.pack(recording, by=SYSTEM)


def copies_stored(recording: Recording) -> list[str]:
    return [name for name in vault.list_names(recording.pk) if name.startswith("x-")]


def test_a_copy_made_before_a_passage_was_taken_out_goes_with_it(reviewed: Recording) -> None:
    export, _before = made(reviewed)
    assert copies_stored(reviewed)
    take_out_the_end(reviewed)
    assert copies_stored(reviewed) == []
    with pytest.raises(Gone):
        access.download(export, by=person(reviewed))
    _again, copy = made(fresh(reviewed))
    cuts = json.loads(copy.read("deletions.json"))["cuts"]
    assert [documents.verify(cut, documents.public_keys()) for cut in cuts] == [True]


def test_a_copy_under_way_while_a_passage_goes_is_not_kept(reviewed: Recording, monkeypatch: Any) -> None:
    export = access.order(reviewed, by=person(reviewed))
    build = copying.build

    def slow(export: Export) -> bytes:
        packed = build(export)
        take_out_the_end(reviewed)
        return packed

    monkeypatch.setattr(copying, "build", slow)
    access.make_waiting()
    export.refresh_from_db()
    assert export.state == Export.State.EXPIRED
    assert copies_stored(reviewed) == []
