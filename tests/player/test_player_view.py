"""The staff's doors to a recording: the page, what it reads, and the record of who watched."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from apps.accounts.models import User
from apps.core.models import AuditEntry
from apps.recordings.models import Recording, Watch
from tests import factories
from tests.player import hostile, recorded

pytestmark = pytest.mark.django_db(transaction=True)
JSON = {"content_type": "application/json", "headers": {"accept": "application/json"}}


@pytest.fixture
def people() -> dict[str, User]:
    return factories.people(factories.shop(), factories.SiteFactory(slug="other"))


@pytest.fixture
def recording(people: dict[str, User]) -> Recording:
    pages = [hostile.events(int(time.time() * 1000) - 60_000, "http://testserver")]
    return recorded.ready(factories.TicketFactory(site=people["alice"].memberships.get().site), pages)


@pytest.fixture
def alice(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["alice"])
    return client


def watch(client: Client, recording: Recording, body: object = None, **headers: str):
    return client.post(f"/recordings/{recording.pk}/watch", json.dumps(body or {}), **JSON)


def test_contents_are_answered_only_while_a_watch_is_open(alice: Client, recording: Recording) -> None:
    for path in ["index.json", "segments/0"]:
        refused = alice.get(f"/recordings/{recording.pk}/{path}", headers={"accept": "application/json"})
        assert (refused.status_code, refused.json()["error"]) == (403, "watch_first")
    assert watch(alice, recording).status_code == 200
    index = alice.get(f"/recordings/{recording.pk}/index.json")
    assert index.json()["segments"]
    segment = alice.get(f"/recordings/{recording.pk}/segments/0")
    assert [event["type"] for event in segment.json()[:2]] == [4, 2]
    for answer in [index, segment]:
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Type"] == "application/json"
        assert "ETag" not in answer


def test_what_opens_a_watch_is_answered_with_index_and_first_piece(alice: Client, recording: Recording) -> None:
    answer = watch(alice, recording, {"t": 3}).json()
    assert answer["index"] == alice.get(f"/recordings/{recording.pk}/index.json").json()
    assert answer["events"] == alice.get(f"/recordings/{recording.pk}/segments/{answer['first']}").json()


@pytest.mark.parametrize("t", ["x", None, True, [1]])
def test_a_watch_at_no_second_is_refused(alice: Client, recording: Recording, t: object) -> None:
    assert watch(alice, recording, {"t": t}).status_code == 400


def test_opening_the_page_alone_is_no_view_and_the_post_is_one(alice: Client, recording: Recording) -> None:
    assert alice.get(f"/recordings/{recording.pk}/").status_code == 200
    assert not Watch.objects.exists()
    watch(alice, recording)
    assert AuditEntry.objects.filter(name="recording.watched", subject_id=recording.pk).count() == 1


def test_a_view_cannot_be_made_by_a_get_or_without_the_csrf_token(
    people: dict[str, User], recording: Recording
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["alice"])
    assert client.get(f"/recordings/{recording.pk}/watch").status_code == 405
    assert watch(client, recording).status_code == 403
    assert not Watch.objects.exists()


def test_who_looks_and_when_stands_over_the_picture(
    alice: Client, people: dict[str, User], recording: Recording
) -> None:
    page = alice.get(f"/recordings/{recording.pk}/").content.decode()
    mark = re.search(r'<p class="picture-mark"[^>]*>(.*?) · (.*?) UTC</p>', page)
    assert mark is not None
    assert mark[1] == str(people["alice"])
    shown = datetime.strptime(mark[2], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    assert abs((timezone.now() - shown).total_seconds()) < 120


def test_beats_add_up_to_the_spans_watched(alice: Client, recording: Recording) -> None:
    number = watch(alice, recording).json()["watch"]
    watch(alice, recording, {"watch": number, "spans": [[0, 900]]})
    answer = watch(alice, recording, {"watch": number, "spans": [[900, 2_000], [4_000, 4_500]]})
    assert answer.json()["state"] == "ready"
    assert Watch.objects.get().spans == [[0, 2_000], [4_000, 4_500]]


@pytest.mark.parametrize("spans", ["x", [[1]], [[2, 1]], [["a", 2]], [[-1, 2]], [[0, True]], [[0, 1]] * 500])
def test_malformed_spans_are_refused(alice: Client, recording: Recording, spans: object) -> None:
    number = watch(alice, recording).json()["watch"]
    assert watch(alice, recording, {"watch": number, "spans": spans}).status_code == 400


def test_nobody_beats_for_somebody_else(client: Client, people: dict[str, User], recording: Recording) -> None:
    client.force_login(people["alice"])
    number = watch(client, recording).json()["watch"]
    client.force_login(people["bob"])
    assert watch(client, recording, {"watch": number, "spans": []}).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("charlie", 404), ("grace", 404), ("erin", 403), ("frank", 403)])
def test_who_may_not_watch_gets_nothing(
    client: Client, people: dict[str, User], recording: Recording, name: str, status: int
) -> None:
    client.force_login(people[name])
    for path in ["", "index.json", "segments/0"]:
        assert client.get(f"/recordings/{recording.pk}/{path}").status_code == status
    assert watch(client, recording).status_code == status


def test_signed_out_is_sent_to_sign_in_and_programs_are_refused(client: Client, recording: Recording) -> None:
    assert client.get(f"/recordings/{recording.pk}/").status_code == 302
    assert client.get(f"/recordings/{recording.pk}/index.json").status_code == 403
    assert watch(client, recording).status_code == 403


@pytest.mark.parametrize("state", [state for state in Recording.State if state != Recording.State.READY])
def test_in_every_other_state_staff_see_words_only(alice: Client, recording: Recording, state: str) -> None:
    watch(alice, recording)
    Recording.objects.filter(pk=recording.pk).update(state=state)
    page = alice.get(f"/recordings/{recording.pk}/")
    assert b"player-closed" in page.content
    assert b'data-testid="player"' not in page.content
    for path in ["index.json", "segments/0"]:
        assert alice.get(f"/recordings/{recording.pk}/{path}").status_code == 410
    assert watch(alice, recording).status_code == 410


def test_the_page_has_exactly_the_policy_of_a_replayer(alice: Client, recording: Recording) -> None:
    answer = alice.get(f"/recordings/{recording.pk}/")
    policy, assets = answer["Content-Security-Policy"], answer.context["assets"]
    assert assets.startswith(f"http://testserver/assets/{recording.pk}/")
    assert {part.strip() for part in policy.split(";")} == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        f"img-src {assets} data:",
        f"font-src {assets} data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    }


def _plain_paths() -> list[str]:
    """Every address of ours that takes no argument."""
    found: list[str] = []

    def walk(patterns: list, prefix: str) -> None:
        for one in patterns:
            route = prefix + str(one.pattern).lstrip("^")
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, route)
            elif not set(route) & set("<(\\["):
                found.append("/" + route.rstrip("$"))

    walk(get_resolver().url_patterns, "")
    return found


def test_no_other_page_allows_anything_inline(alice: Client, recording: Recording) -> None:
    ticket = f"/tickets/{recording.ticket.number}/"  # type: ignore[union-attr]
    paths = [*_plain_paths(), ticket, "/nothing-here"]
    assert len(paths) > 10
    for path in paths:
        policy = alice.get(path).headers.get("Content-Security-Policy", "")
        assert "unsafe" not in policy, path
