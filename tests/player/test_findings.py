"""What staff take from a recording besides watching it: what went wrong, remarks, files."""

from __future__ import annotations

import ast
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, Request, expect

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.models import AuditEntry
from apps.person import story
from apps.privacy.models import DeletionReceipt
from apps.privacy.services import deletion
from apps.recordings.models import Recording, Remark, Watch
from apps.recordings.services import exports, lifecycle
from apps.sites import services as sites
from apps.tickets import services as tickets
from tests import factories, signed_in
from tests.player import hostile, recorded
from tests.player.story import Event

pytestmark = pytest.mark.django_db(transaction=True)
EVIL = "\"\"\"');</script><img src=x onerror=alert(1)>\n__import__('os').system('touch /tmp/ran') \\ 𝕏"


def custom(at: int, tag: str, **payload: Any) -> Event:
    return {"type": 5, "data": {"tag": f"placet.{tag}", "payload": payload}, "timestamp": at}


def case(start: int, evil: str) -> list[Event]:
    """A hostile page, with hostile words in whatever is told of it."""
    return [
        *hostile.events(start, "http://testserver"),
        custom(start + 10, "page", page=1, tab="a", url="https://shop.example/basket"),
        custom(start + 2_000, "step", kind="input", label=evil, role="text"),
        custom(start + 2_500, "step", kind="click", label=evil, role="button"),
        custom(start + 2_600, "step", kind="choose", label=evil, role="select"),
        custom(start + 3_000, "network", kind="fetch", method="POST", url=f"https://shop.example/{evil}", status=500,
               start_ms=start + 2_700, duration_ms=40, error=evil),
        custom(start + 3_100, "error", message=evil, source=evil, stack=evil),
    ]  # fmt: skip


@pytest.fixture
def people() -> dict[str, User]:
    return factories.people(factories.shop(), factories.SiteFactory(slug="other"))


@pytest.fixture
def recording(people: dict[str, User]) -> Recording:
    pages = [case(int(time.time() * 1000) - 60_000, EVIL)]
    return recorded.ready(factories.TicketFactory(site=people["alice"].memberships.get().site), pages)


@pytest.fixture
def alice(client: Client, people: dict[str, User]) -> Client:
    signed_in.again(client, people["alice"])
    return client


def post(client: Client, recording: Recording, path: str, **fields: object) -> Any:
    return client.post(f"/recordings/{recording.pk}/{path}", fields, headers={"accept": "application/json"})


POSTS = [
    ("glance", {}),
    ("remarks", {"body": "Look here", "at_ms": "1000"}),
    ("story", {}),
    ("exports/text", {"reason": "for a colleague"}),
    ("exports/requests", {"reason": "for a colleague"}),
    ("exports/script", {"reason": "for a colleague"}),
    ("exports/page", {"reason": "for a colleague"}),
]


@pytest.mark.parametrize(("path", "fields"), POSTS)
def test_each_is_for_those_who_may_watch_and_by_post_only(
    client: Client, people: dict[str, User], recording: Recording, path: str, fields: dict[str, str]
) -> None:
    assert post(client, recording, path, **fields).status_code == 403
    for name, status in [("charlie", 404), ("erin", 403), ("frank", 403), ("alice", None)]:
        signed_in.again(client, people[name])
        assert client.get(f"/recordings/{recording.pk}/{path}").status_code == 405
        answer = post(client, recording, path, **fields)
        assert answer.status_code in {status or 200, status or 201}
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(("path", "fields"), POSTS)
def test_nothing_of_it_before_the_recording_was_sent(
    alice: Client, recording: Recording, path: str, fields: dict[str, str]
) -> None:
    Recording.objects.filter(pk=recording.pk).update(state=Recording.State.IN_REVIEW)
    assert post(alice, recording, path, **fields).status_code in {403, 404, 409, 410}
    assert not Watch.objects.exists()
    assert not Remark.objects.exists()


@pytest.mark.parametrize(("path", "fields"), POSTS)
def test_on_the_case_of_another_agent_the_reason_comes_first(
    alice: Client, people: dict[str, User], recording: Recording, path: str, fields: dict[str, str]
) -> None:
    post(alice, recording, "remarks", body="Mine")
    assert recording.ticket is not None
    tickets.assign(recording.ticket, assignee=people["bob"], by=Actor.system("test"))
    assert post(alice, recording, path, **fields).status_code == 403
    assert b"Mine" not in alice.get(f"/tickets/{recording.ticket.number}/").content
    alice.post(f"/recordings/{recording.pk}/why", {"reason": "bob is ill"})
    alice.post(f"/recordings/{recording.pk}/watch", "{}", content_type="application/json")
    assert post(alice, recording, path, **fields).status_code in {200, 201}


def test_a_glance_tells_what_went_wrong_and_is_written_down_once(alice: Client, recording: Recording) -> None:
    first = post(alice, recording, "glance").content.decode()
    assert "Failed request" in first
    assert "<img" not in first
    assert "?t=3" in first
    post(alice, recording, "glance")
    watch = Watch.objects.get()
    assert watch.is_glance
    assert watch.user_id == User.objects.get(email__startswith="alice").pk
    assert AuditEntry.objects.filter(name="recording.glanced", subject_id=recording.pk).count() == 1


def test_a_glance_opens_no_contents(alice: Client, recording: Recording) -> None:
    post(alice, recording, "glance")
    assert alice.get(f"/recordings/{recording.pk}/index.json").status_code == 403


def test_a_remark_stands_on_the_ticket_and_in_the_player_and_is_sealed(alice: Client, recording: Recording) -> None:
    assert post(alice, recording, "remarks", body=f"Look {EVIL}", at_ms="1000").status_code == 201
    row = Remark.objects.get()
    assert b"Look" not in bytes(row.sealed)
    assert recording.ticket is not None
    ticket = alice.get(f"/tickets/{recording.ticket.number}/").content.decode()
    assert "Look &quot;&quot;&quot;" in ticket
    assert f"/recordings/{recording.pk}/?t=1" in ticket
    player = alice.get(f"/recordings/{recording.pk}/").content.decode()
    assert "Look" in player
    assert "</script><img" not in player


@pytest.mark.parametrize("fields", [{"body": " "}, {"body": "x", "at_ms": "-1"}, {"body": "x", "at_ms": "99999999"}])
def test_a_malformed_remark_is_refused(alice: Client, recording: Recording, fields: dict[str, str]) -> None:
    assert post(alice, recording, "remarks", **fields).status_code == 400
    assert not Remark.objects.exists()


def test_whoever_may_not_watch_does_not_read_the_remarks(
    client: Client, people: dict[str, User], recording: Recording
) -> None:
    signed_in.again(client, people["alice"])
    post(client, recording, "remarks", body="Only for watchers")
    signed_in.again(client, people["erin"])
    assert recording.ticket is not None
    assert b"Only for watchers" not in client.get(f"/tickets/{recording.ticket.number}/").content


def test_steps_and_problems_are_copied_into_the_case_with_one_press(alice: Client, recording: Recording) -> None:
    assert post(alice, recording, "story").status_code == 201
    assert recording.ticket is not None
    ticket = alice.get(f"/tickets/{recording.ticket.number}/").content.decode()
    assert "00:00  Went to /basket" in ticket
    assert "00:03  ! Failed request: 500 POST" in ticket


def test_an_export_needs_a_reason_and_is_on_the_audit_trail(alice: Client, recording: Recording) -> None:
    assert post(alice, recording, "exports/text", reason=" ").status_code == 400
    assert post(alice, recording, "exports/nothing", reason="x").status_code == 404
    answer = post(alice, recording, "exports/text", reason="for the engineers")
    assert answer["Content-Disposition"] == f'attachment; filename="{recording.pk}.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    entry = AuditEntry.objects.get(name="recording.exported")
    assert entry.facts["kind"] == "text"


def test_the_person_sees_who_read_and_what_was_copied_out_and_why(alice: Client, recording: Recording) -> None:
    post(alice, recording, "glance")
    post(alice, recording, "exports/text", reason="for the engineers")
    assert recording.receipt is not None
    told = [one.text for one in story.watches(recording, recording.receipt)]
    assert told[0].startswith("Read what went wrong: ")
    assert told[1] == "Copied out by support: “for the engineers”"


@pytest.mark.parametrize("kind", list(exports.KINDS))
def test_each_copy_says_whose_it_is_and_until_when(
    kind: str, alice: Client, people: dict[str, User], recording: Recording
) -> None:
    text = post(alice, recording, f"exports/{kind}", reason="x").content.decode()
    assert f"Exported by usr_{people['alice'].pk} at 20" in text
    assert f"or when recording {recording.pk} is deleted" in text


def test_the_requests_are_an_archive_of_what_was_kept(alice: Client, recording: Recording) -> None:
    log = json.loads(post(alice, recording, "exports/requests", reason="x").content)["log"]
    entry = log["entries"][0]
    assert (entry["request"]["method"], entry["response"]["status"], entry["time"]) == ("POST", 500, 40)
    assert entry["request"]["headers"] == []


@pytest.mark.parametrize("value", [EVIL, "Pay now", '"', "\\", "\n\r\u2028", "\x1b[2J", "𝕏", "'''"])
def test_a_literal_is_the_string_and_nothing_else(value: str) -> None:
    made = exports.literal(value)
    assert ast.literal_eval(made) == value
    assert made.isascii()
    assert set(made[1:-1]) <= set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ \\")


def test_a_hostile_recording_makes_a_script_of_calls_and_literals_only(alice: Client, recording: Recording) -> None:
    script = post(alice, recording, "exports/script", reason="x").content.decode()
    tree = ast.parse(script)
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    allowed = {"goto", "get_by_label", "get_by_role", "get_by_text", "first", "fill", "click", "check", "select_option",
               "wait_for_timeout", "chromium", "launch", "new_page"}  # fmt: skip
    assert called <= allowed
    assert "onerror=alert" not in script
    assert script.isascii()


def test_the_script_does_what_the_person_did(browser: Browser, alice: Client, people: dict[str, User]) -> None:
    start = int(time.time() * 1000) - 60_000
    steps = [("input", "Name", "text"), ("click", "Pay now", "button")]
    told = [custom(start + 2_000 + n, "step", kind=kind, label=label, role=role)
            for n, (kind, label, role) in enumerate(steps)]  # fmt: skip
    page_event = custom(start + 10, "page", page=1, tab="a", url="https://shop.example/checkout")
    events = [*hostile.events(start, "http://testserver"), page_event, *told]
    site = people["alice"].memberships.get().site
    recording = recorded.ready(factories.TicketFactory(site=site), [events])
    script = post(alice, recording, "exports/script", reason="x").content.decode()
    context = browser.new_context()
    page = context.new_page()
    shown = "<label>Name <input></label><button onclick=\"this.textContent='paid for '+document.querySelector('input').value\">Pay now</button>"
    context.route("**/*", lambda route: route.fulfill(content_type="text/html", body=shown))
    names: dict[str, Any] = {"__name__": "exported"}
    exec(compile(script, "exported.py", "exec"), names)  # noqa: S102  our own export, of calls and literals only
    names["test_what_happened"](page)
    assert page.get_by_role("button").inner_text() == "paid for placeholder"
    context.close()


def opened(browser: Browser, file: Path) -> tuple[Page, list[Request], list[str]]:
    """The file as whoever it was sent to opens it, what it asked the network for, and what it said in boxes."""
    page = browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
    asked: list[Request] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108  playwright marks handlers
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(file.as_uri())
    return page, asked, said


def test_a_hostile_recording_goes_through_every_export_and_runs_nothing(
    browser: Browser, alice: Client, recording: Recording, tmp_path: Path
) -> None:
    for kind, (ending, _type, _make) in exports.KINDS.items():
        # What is no page is opened as one all the same: nothing in it may be one.
        file = tmp_path / f"{kind}.{ending if ending == 'html' else ending + '.txt'}"
        file.write_bytes(post(alice, recording, f"exports/{kind}", reason="x").content)
        page, asked, said = opened(browser, file)
        if kind == exports.PAGE:
            player = page.get_by_test_id("player")
            expect(player).to_have_attribute("data-state", "paused", timeout=30_000)
            expect(page.frame_locator("iframe[data-current]").locator("h1")).to_have_text("Hostile")
            page.keyboard.press("k")
            expect(player).to_have_attribute("data-state", "playing")
            expect(player).to_have_attribute("data-state", "paused", timeout=30_000)
            expect(page.locator(".copy-mark")).to_contain_text("Delete this copy by")
            if folder := os.environ.get("PLACET_SHOTS"):
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                    page.screenshot(path=str(Path(folder) / f"copy-{scheme}.png"), full_page=True)
                page.set_viewport_size({"width": 390, "height": 844})
                page.screenshot(path=str(Path(folder) / "copy-390.png"), full_page=True)
        assert page.evaluate("window.__ran") is None
        assert said == []
        # What the page's own policy refuses is announced, but never sent.
        left = [one.url for one in asked if one.failure != "csp"]
        assert not [url for url in left if not url.startswith(("file:", "data:", "blob:", "about:"))]
        page.context.close()


@pytest.mark.parametrize("which", ["now", "at consent"])
def test_where_the_site_forbids_it_no_whole_recording_is_taken_along(
    which: str, alice: Client, recording: Recording
) -> None:
    offered = f'<option value="{exports.PAGE}">'
    assert offered in alice.get(f"/recordings/{recording.pk}/").content.decode()
    by = Actor.system("test")
    sites.change_policy(recording.site, reason="No copies.", by=by, allow_files=False)
    if which == "at consent":
        pages = [case(int(time.time() * 1000) - 60_000, EVIL)]
        recording = recorded.ready(factories.TicketFactory(site=recording.site), pages)
        sites.change_policy(recording.site, reason="Copies again.", by=by, allow_files=True)
    assert offered not in alice.get(f"/recordings/{recording.pk}/").content.decode()
    assert post(alice, recording, f"exports/{exports.PAGE}", reason="x").status_code == 403
    assert not AuditEntry.objects.filter(name="recording.exported").exists()
    assert post(alice, recording, "exports/text", reason="x").status_code == 200


def test_a_recording_taken_along_is_named_in_its_deletion_receipt(alice: Client, recording: Recording) -> None:
    post(alice, recording, f"exports/{exports.PAGE}", reason="for the engineers")
    lifecycle.doom(recording, cause=Recording.Cause.WITHDRAWN, by=Actor.system("test"))
    deletion.delete(recording.pk, by=Actor.system("test"))
    left = DeletionReceipt.objects.get(recording=recording).document["left_the_system_before"]
    assert [one["count"] for one in left if one["what"] == "export by staff"] == [1]
