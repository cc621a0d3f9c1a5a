"""Facts of recordings, their early deletion, and the erasure of a person, by programs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.consents.models import Receipt
from apps.core.models import AuditEntry
from apps.recordings.models import Recording
from apps.sites.models import Site
from apps.tickets.models import Requester, Ticket
from tests.api.conftest import Program, problem, program

pytestmark = pytest.mark.django_db
MORE_THAN_STATE_TIMES_AND_SIZE = {"duration_ms", "pages", "problem_count", "second_gate_hits"}


@pytest.fixture
def recording(ticket: Ticket) -> Recording:
    return Recording.objects.create(
        site=ticket.site, ticket=ticket, max_minutes=30, latest_at=timezone.now() + timedelta(days=180),
        state="ready", duration_ms=61_000, pages=3, problem_count=2, second_gate_hits=1, stored_bytes=5_000,
    )  # fmt: skip


@pytest.fixture
def erin(staff: dict[str, User]) -> Program:
    return program(staff["erin"], "erase")


def _in_state(recording: Recording, state: str) -> None:
    Recording.objects.filter(pk=recording.pk).update(state=state)


def test_a_ready_recordings_facts(alice: Program, recording: Recording) -> None:
    body = alice.get(f"recordings/{recording.pk}/").json()
    assert (body["state"], body["ticket"], body["duration_ms"]) == ("ready", recording.ticket.number, 61_000)
    assert (body["pages"], body["problem_count"], body["second_gate_hits"]) == (3, 2, 1)


@pytest.mark.parametrize("state", [state for state in Recording.State.values if state != "ready"])
def test_in_every_other_state_there_is_state_times_and_size_only(
    alice: Program, recording: Recording, state: str
) -> None:
    _in_state(recording, state)
    listed = alice.get("recordings/").json()["results"][0]
    for body in [listed, alice.get(f"recordings/{recording.pk}/").json()]:
        assert (body["state"], body["stored_bytes"]) == (state, 5_000)
        assert {name for name in MORE_THAN_STATE_TIMES_AND_SIZE if body[name] is not None} == set()


def test_no_answer_holds_what_was_recorded_or_whose_it_is(alice: Program, recording: Recording) -> None:
    text = alice.get(f"recordings/{recording.pk}/").content.decode()
    for word in ["dora", "Duck", "customer-9", "checkout", "object_name", "index_name", "token"]:
        assert word not in text


def test_filters(alice: Program, recording: Recording) -> None:
    number = recording.ticket.number
    for query, count in [
        ({"ticket": number}, 1),
        ({"ticket": number + 1}, 0),
        ({"state": ["ready", "paused"]}, 1),
        ({"state": "paused"}, 0),
        ({"site": recording.site_id}, 1),
        ({"link": "lnk_none"}, 0),
    ]:
        assert alice.get("recordings/", **query).json()["count"] == count, query
    problem(alice.get("recordings/", stat="ready"), 400, "invalid")


def test_another_sites_recording_is_the_same_as_none(charlie: Program, recording: Recording) -> None:
    for method in ["GET", "DELETE"]:
        theirs = problem(charlie(method, f"recordings/{recording.pk}/"), 404)
        assert theirs == problem(charlie(method, f"recordings/rec_{'0' * 26}/"), 404)
    assert charlie.get("recordings/").json()["count"] == 0
    recording.refresh_from_db()
    assert recording.state == "ready"


def test_deleting_before_its_time_twice_is_recorded_once(erin: Program, recording: Recording) -> None:
    for _ in range(2):
        answer = erin("DELETE", f"recordings/{recording.pk}/")
        assert (answer.status_code, answer.json()["state"]) == (202, "deleting")
    assert answer.json()["delete_cause"] == "erased"
    entry = AuditEntry.objects.get(name="recording.doomed")
    assert (entry.door, entry.subject_id) == ("api", recording.pk)


def test_an_agent_deletes_nothing_even_with_a_token_that_may_erase(
    staff: dict[str, User], recording: Recording
) -> None:
    problem(program(staff["alice"], "erase")("DELETE", f"recordings/{recording.pk}/"), 403, "forbidden")
    recording.refresh_from_db()
    assert recording.state == "ready"


def test_a_token_of_one_site_does_not_delete_on_another(
    staff: dict[str, User], other: Site, recording: Recording
) -> None:
    staff["erin"].memberships.create(site=other, role="privacy")
    bound = program(staff["erin"], "erase", site=other)
    problem(bound("DELETE", f"recordings/{recording.pk}/"), 404)
    problem(bound.post("erasures/preview/", {"email": "dora@home.example"}), 404)


# --- Erasing a person -------------------------------------------------------------------------------


def _preview(erin: Program, **whose: str) -> dict[str, Any]:
    answer = erin.post("erasures/preview/", whose or {"email": "dora@home.example"})
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_a_preview_counts_and_changes_nothing(erin: Program, recording: Recording) -> None:
    before = AuditEntry.objects.count()
    seen = _preview(erin)
    assert seen["recordings"] == [recording.pk]
    assert seen["requesters"] == 1
    assert sum(seen["counts"].values()) > 0
    assert _preview(erin) == seen
    assert AuditEntry.objects.count() == before


def test_a_person_is_found_by_the_customers_own_id(erin: Program, recording: Recording) -> None:
    assert _preview(erin, external_id="customer-9")["recordings"] == [recording.pk]


def test_erasing_with_the_stamp_of_the_preview(erin: Program, recording: Recording) -> None:
    stamp = _preview(erin)["stamp"]
    answer = erin.post("erasures/", {"email": "dora@home.example", "stamp": stamp})
    assert answer.status_code == 202, answer.content
    recording.refresh_from_db()
    assert recording.state == "deleting"
    there = erin.get(f"erasures/{answer.json()['id']}/").json()
    assert there["finished_at"] is None


@pytest.mark.parametrize("stamp", ["", "0" * 64, "x"])
def test_without_the_stamp_nothing_is_erased(erin: Program, recording: Recording, stamp: str) -> None:
    answer = erin.post("erasures/", {"email": "dora@home.example", "stamp": stamp})
    problem(answer, 400 if not stamp else 409)
    recording.refresh_from_db()
    assert recording.state == "ready"
    assert Requester.objects.filter(email="dora@home.example").exists()


def test_what_has_changed_since_the_preview_is_shown_afresh_first(
    erin: Program, alice: Program, recording: Recording
) -> None:
    stamp = _preview(erin)["stamp"]
    alice.post(f"tickets/{recording.ticket.number}/comments/", {"body": "one more"})
    problem(erin.post("erasures/", {"email": "dora@home.example", "stamp": stamp}), 409, "changed_since")
    fresh = _preview(erin)["stamp"]
    assert erin.post("erasures/", {"email": "dora@home.example", "stamp": fresh}).status_code == 202


@pytest.mark.parametrize("body", [{}, {"email": ""}, {"email": "x"}, {"external_id": ""}, {"name": "Dora"}])
def test_whose_data_must_be_said(erin: Program, body: dict[str, str]) -> None:
    problem(erin.post("erasures/preview/", body), 400, "invalid")


def test_nobody_is_found(erin: Program) -> None:
    problem(erin.post("erasures/preview/", {"email": "nobody@home.example"}), 404, "not_found")


def test_only_those_who_look_after_privacy_erase(
    staff: dict[str, User], charlie: Program, recording: Recording
) -> None:
    for name in ["alice", "bob", "frank", "grace", "charlie"]:
        caller = program(staff[name], "erase")
        problem(caller.post("erasures/preview/", {"email": "dora@home.example"}), 403, "forbidden")
        problem(caller.post("erasures/", {"email": "dora@home.example", "stamp": "x"}), 403, "forbidden")


def test_the_same_person_on_another_site_stays(erin: Program, other: Site, recording: Recording) -> None:
    theirs = Requester.objects.create(site=other, email="dora@home.example")
    seen = _preview(erin)
    assert seen["requesters"] == 1
    erin.post("erasures/", {"email": "dora@home.example", "stamp": seen["stamp"]})
    assert Requester.objects.filter(pk=theirs.pk).exists()


def test_an_erasure_is_seen_by_whoever_ordered_it(erin: Program, staff: dict[str, User], recording: Recording) -> None:
    ordered = erin.post("erasures/", {"email": "dora@home.example", "stamp": _preview(erin)["stamp"]}).json()
    problem(program(staff["bob"], "erase").get(f"erasures/{ordered['id']}/"), 404)


# --- Consents and proofs ----------------------------------------------------------------------------


def test_a_consent_names_nobody(alice: Program, ticket: Ticket) -> None:
    from apps.consents import services as consents
    from apps.core.actors import Actor
    from apps.links import services as links
    from tests.api.conftest import BY

    link = links.issue(ticket, by=BY)
    receipt = consents.give(link, language="en", live=False, by=Actor.person(link.pk))
    listed = alice.get("consents/", ticket=ticket.number).json()["results"]
    assert [row["id"] for row in listed] == [receipt.pk]
    body = alice.get(f"consents/{receipt.pk}/")
    assert body.json()["state"] == "given"
    assert body.json()["document"] == json.loads(json.dumps(Receipt.objects.get().document))
    for word in ["dora", "Duck", "home.example", "customer-9", "The checkout"]:
        assert word not in body.content.decode()


def test_another_sites_consent_is_the_same_as_none(charlie: Program) -> None:
    problem(charlie.get(f"consents/rcp_{'0' * 26}/"), 404)
    problem(charlie.get(f"deletions/del_{'0' * 26}/"), 404)
