"""The audit trail for those who oversee a site, and the reason that is typed where a ticket is another's."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.models import AuditEntry
from apps.core.services import seals
from apps.recordings.models import Recording, Watch
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets.models import Ticket
from tests.core.test_audit import tamper
from tests.privacy.people import ready
from tests.privacy.test_holds import her_browser

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


def test_it_is_filtered_and_exported(ticket: Ticket, staff: dict[str, User], as_: As) -> None:
    tickets.assign(ticket, assignee=staff["alice"], by=Actor.staff(staff["bob"], door="page"))
    erin = as_("erin")
    page = erin.get("/privacy/audit/").content.decode()
    assert "assigned the ticket" in page
    assert "assigned the ticket" not in erin.get("/privacy/audit/?name=link.revoked").content.decode()
    assert "assigned the ticket" in erin.get(f"/privacy/audit/?id=usr_{staff['bob'].pk}").content.decode()
    assert "assigned the ticket" not in erin.get("/privacy/audit/?to=2020-01-01").content.decode()
    assert erin.get("/privacy/audit/?from=nonsense").status_code == 200
    lines = erin.get("/privacy/audit/?as=csv").content.decode().splitlines()
    assert lines[0] == "at,name,actor,door,subject,facts,request,id"
    assert any("ticket.assigned" in line for line in lines)
    assert AuditEntry.objects.filter(name="audit.exported").count() == 1


def test_another_sites_entries_are_not_in_it(ticket: Ticket, other: Site, staff: dict[str, User], as_: As) -> None:
    AuditEntry.objects.create(
        chain=other.pk, at=ticket.created_at, name="link.revoked", actor_kind="system", actor_id="of-the-clinic"
    )
    assert "of-the-clinic" not in as_("erin").get("/privacy/audit/").content.decode()


@pytest.mark.parametrize(("name", "status"), [("alice", 403), ("bob", 200), ("frank", 200), ("grace", 403)])
def test_who_may_read_it(name: str, status: int, as_: As) -> None:
    assert as_(name).get("/privacy/audit/").status_code == status


def test_it_is_checked_from_the_page_and_tampering_is_named(
    shop: Site, ticket: Ticket, staff: dict[str, User], as_: As
) -> None:
    tickets.assign(ticket, assignee=staff["alice"], by=Actor.staff(staff["bob"], door="page"))
    seals.seal_all()
    erin = as_("erin")
    assert b"as it was written" in erin.post("/privacy/audit/verify/", follow=True).content
    seals.seal_all()
    tamper(f"UPDATE core_auditentry SET actor_id = 'x' WHERE name = 'ticket.assigned' AND chain = '{shop.pk}'")
    page = erin.post("/privacy/audit/verify/", follow=True).content.decode()
    assert "Tampered with: number 1" in page


def test_a_checkpoint_is_taken_along(shop: Site, ticket: Ticket, as_: As, tmp_path: Path) -> None:
    answer = as_("erin").post("/privacy/audit/checkpoint/")
    (tmp_path / "kept").write_bytes(answer.content)
    assert json.loads(answer.content.splitlines()[0])["chain"] == shop.pk
    seals.seal_all()
    call_command("verify_audit", "--anchor", str(tmp_path / "kept"))


# --- Breaking the glass -------------------------------------------------------------------------------


@pytest.fixture
def recording(ticket: Ticket) -> Recording:
    return ready(ticket)


def watch(client: Client, recording: Recording) -> int:
    return client.post(f"/recordings/{recording.pk}/watch", b"{}", content_type="application/json").status_code


def test_who_has_the_ticket_watches_without_a_reason(recording: Recording, staff: dict[str, User], as_: As) -> None:
    assert watch(as_("alice"), recording) == 200  # nobody's ticket
    tickets.assign(recording.ticket, assignee=staff["alice"], by=Actor.staff(staff["bob"], door="page"))  # type: ignore[arg-type]
    assert watch(as_("alice"), recording) == 200


def test_anothers_ticket_needs_a_typed_reason_that_the_person_reads(
    recording: Recording, staff: dict[str, User], as_: As
) -> None:
    tickets.assign(recording.ticket, assignee=staff["alice"], by=Actor.staff(staff["bob"], door="page"))  # type: ignore[arg-type]
    bob, path = as_("bob"), f"/recordings/{recording.pk}"
    assert watch(bob, recording) == 403
    assert b"Why do you need to watch?" in bob.get(f"{path}/").content
    assert bob.post(f"{path}/why", {"reason": "  "}).status_code == 302
    assert watch(bob, recording) == 403
    assert bob.post(f"{path}/why", {"reason": "Alice is ill"}).status_code == 302
    assert b"Why do you need to watch?" not in bob.get(f"{path}/").content
    assert watch(bob, recording) == 200
    assert Watch.objects.get().reason == "Alice is ill"
    assert AuditEntry.objects.get(name="recording.watched").facts["break_glass"] is True
    assert "Alice is ill" in her_browser(recording).get(f"/me/{recording.receipt_id}/").content.decode()
    assert "Alice is ill" not in json.dumps(list(AuditEntry.objects.values()), default=str)


def test_taking_the_ticket_first_is_no_way_round(recording: Recording, staff: dict[str, User], as_: As) -> None:
    ticket = recording.ticket
    assert ticket is not None
    bob = Actor.staff(staff["bob"], door="page")
    tickets.assign(ticket, assignee=staff["alice"], by=bob)
    tickets.assign(ticket, assignee=staff["bob"], by=bob)
    assert watch(as_("bob"), recording) == 403
