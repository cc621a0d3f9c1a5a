"""The recording that the demo begins with: recorded by our own recorder, small, and without a secret."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.recordings.models import Recording
from apps.recordings.services import replay
from apps.tickets.models import Ticket
from tests import factories
from tests.demo import record, seed, story
from tests.player.conftest import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

MOST_BYTES = 150_000
LONGEST_MS = 60_000
LAST_S = 600  # behind its end: the player stops at the last moment


@pytest.fixture
def imported(settings: Any) -> Recording:
    settings.PLACET_ALLOW_IMPORT = True
    ticket = factories.TicketFactory(site=factories.shop())
    call_command("import_recording", str(record.OUT), ticket=ticket.number, verbosity=0)
    return Recording.objects.get()


def strings(value: object) -> Iterator[str]:
    """All texts in a JSON value; three digits of a card may well stand in a time or a place."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def test_the_file_is_small_and_holds_nothing_that_was_typed_in_secret() -> None:
    assert record.OUT.stat().st_size < MOST_BYTES
    text = "\n".join(strings(json.loads(gzip.decompress(record.OUT.read_bytes()))))
    assert "Payment failed" in text
    hidden = [*record.SECRETS, "C01X00T478", "17058432182"]  # the last two: passport and ID number of the account
    assert [secret for secret in hidden if re.search(rf"\b{re.escape(secret)}\b", text)] == []


def test_nothing_in_it_is_found_by_the_second_gate(imported: Recording) -> None:
    assert imported.second_gate_hits == 0


def test_its_index_tells_what_went_wrong(imported: Recording) -> None:
    alice = factories.MembershipFactory(site=imported.site, role="agent").user
    index = json.loads(replay.index(imported, by=Actor.staff(alice, door="page")))
    assert ("POST", 500) in {(row["method"], row["status"]) for row in index["network"]}
    assert any("E4021" in row["text"] for row in index["console"] if row["level"] == "error")
    assert any("PaymentError" in row["message"] for row in index["errors"])
    steps = [row["text"] for row in index["steps"]]
    assert "Typed into “Card number”" in steps
    assert "Typed into “Password”" in steps
    assert any(step.startswith("Clicked “Pay") for step in steps)


def test_it_begins_when_the_seed_says(imported: Recording) -> None:
    begun = imported.started_at
    assert begun is not None
    events = seed.events_from(begun.replace(year=2031))
    assert events[0]["timestamp"] == round(begun.replace(year=2031).timestamp() * 1000)
    asked = [event for event in events if event["data"].get("tag") == "placet.network"]
    assert all(abs(event["data"]["payload"]["start_ms"] - event["timestamp"]) < 60_000 for event in asked)


def test_seeding_twice_brings_one_ready_recording(settings: Any) -> None:
    settings.PLACET_ALLOW_IMPORT = True
    seed.main()
    seed.main()
    recording = Recording.objects.get()
    assert recording.state == "ready"
    assert recording.ticket.subject == next(case.subject for case in story.CASES if case.key == story.RECORDED)
    assert recording.started_at is not None
    assert recording.started_at > recording.ticket.created_at
    assert Ticket.objects.count() == len(story.CASES)


@pytest.mark.e2e
def test_it_plays_to_the_failed_payment(desk: Page, people: dict[str, User], settings: Any, live_server: Any) -> None:
    settings.PLACET_ALLOW_IMPORT = True
    ticket = factories.TicketFactory(site=people["alice"].memberships.get().site)
    call_command("import_recording", str(record.OUT), ticket=ticket.number, verbosity=0)
    sign_in(desk.context, people["alice"], live_server.url)
    desk.goto(f"/recordings/{Recording.objects.get().pk}/")
    player = desk.get_by_test_id("player")
    expect(player).to_have_attribute("data-state", "paused", timeout=LONGEST_MS)
    shown = desk.frame_locator("iframe[data-current]")
    expect(shown.get_by_role("link", name="Sign in").first).to_be_visible()
    desk.goto(f"/recordings/{Recording.objects.get().pk}/?t={LAST_S}")
    expect(shown.get_by_role("alert")).to_contain_text("Payment failed", timeout=LONGEST_MS)
    expect(player).to_have_attribute("data-state", "paused", timeout=LONGEST_MS)
