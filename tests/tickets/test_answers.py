"""Answers by mail, and theirs back by a signed address."""

from __future__ import annotations

import io
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from apps.core.actors import Actor
from apps.core.errors import Invalid, Refused, Unknown
from apps.core.models import AuditEntry
from apps.tickets import services as tickets
from apps.tickets import tasks
from apps.tickets.models import AnswerMail, Notification, Ticket
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(settings: Any) -> Ticket:
    settings.REPLY_ADDRESS = "support@placet.example"
    site = factories.shop()
    staff = factories.people(site, factories.SiteFactory())
    dora = factories.RequesterFactory(site=site, email="dora@example.com", name="Dora Duck")
    return factories.TicketFactory(site=site, requester=dora, assignee=staff["alice"])


@pytest.fixture
def alice(ticket: Ticket) -> Actor:
    assert ticket.assignee
    return Actor.staff(ticket.assignee, door="page")


Letter = Callable[..., bytes]


@pytest.fixture
def letter(ticket: Ticket) -> Letter:
    def write(body: str = "It works now, thank you.", *, html: bool = False, **headers: str) -> bytes:
        message = EmailMessage()
        given = {"From": "Dora <DORA@example.com>", "To": tickets.address(ticket), "Message-ID": "<1@home>", **headers}
        for name, value in given.items():
            message[name.replace("_", "-")] = value
        message.set_content(body, subtype="html" if html else "plain")
        return bytes(message)

    return write


def test_an_answer_goes_to_the_requester_once_and_can_be_answered(ticket: Ticket, alice: Actor) -> None:
    written = tickets.answer(ticket, body="Please try again.", by=alice)
    assert tasks.deliver_waiting() == 1
    assert tasks.deliver_waiting() == 0
    (sent,) = mail.outbox
    assert (sent.to, sent.reply_to) == (["dora@example.com"], [tickets.address(ticket)])
    assert sent.subject == f"About your request #{ticket.number}"
    assert sent.body == "Please try again."
    assert not written.is_internal
    assert AnswerMail.objects.get().sent_at
    assert len(tickets.address(ticket).split("@")[0]) <= 64


def test_a_mail_server_that_fails_is_asked_again_later_and_its_words_are_not_kept(
    ticket: Ticket, alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Any, *args: Any, **kwargs: Any) -> int:
        raise OSError("550 dora@example.com is unknown")

    tickets.answer(ticket, body="Please try again.", by=alice)
    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMessage, "send", fail)
        assert tasks.deliver_waiting() == 0
    row = AnswerMail.objects.get()
    assert (row.error, row.failed_at, row.attempts) == ("OSError", None, 1)
    assert tasks.deliver_waiting() == 0  # not yet
    AnswerMail.objects.update(next_try_at=row.created_at)
    assert tasks.deliver_waiting() == 1


def test_their_reply_stands_on_the_ticket_once_without_what_it_quotes(ticket: Ticket, letter: Letter) -> None:
    raw = letter("It works now.\n\nOn Monday, Alice wrote:\n> Please try again.\n>\n> Alice\n")
    assert tickets.receive(raw) == tickets.receive(raw)
    (comment,) = ticket.comments.all()
    assert (comment.body, comment.author, comment.is_internal) == ("It works now.", None, False)
    assert Notification.objects.get().kind == "wrote"
    assert AuditEntry.objects.get(name="ticket.commented").actor_id == "mail:reply"


def test_a_letter_in_html_is_read_as_text(ticket: Ticket, letter: Letter) -> None:
    tickets.receive(letter("<p>It <b>works</b>.</p><script>alert(1)</script>", html=True))
    assert "works" in ticket.comments.get().body
    assert "<" not in ticket.comments.get().body


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"To": "support@placet.example"}, Unknown),
        ({"To": "support+4711.00000000000000000000000000000000@placet.example"}, Unknown),
        ({"To": "someone@example.com"}, Unknown),
        ({"From": "mallory@example.com"}, Refused),
        ({"From": ""}, Refused),
        ({"Auto_Submitted": "auto-replied"}, Invalid),
    ],
)
def test_whoever_else_writes_or_a_machine_leaves_nothing(
    ticket: Ticket, letter: Letter, headers: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        tickets.receive(letter(**headers))
    assert not ticket.comments.exists()


def test_the_address_of_one_ticket_opens_no_other(ticket: Ticket, letter: Letter) -> None:
    other = factories.TicketFactory(site=ticket.site, requester=ticket.requester)
    forged = tickets.address(ticket).replace(f"+{ticket.number}.", f"+{other.number}.")
    with pytest.raises(Unknown):
        tickets.receive(letter(To=forged))


def test_without_an_address_for_replies_none_is_given_and_none_is_taken(
    ticket: Ticket, letter: Letter, alice: Actor, settings: Any
) -> None:
    raw = letter()
    settings.REPLY_ADDRESS = ""
    tickets.answer(ticket, body="Please try again.", by=alice)
    tasks.deliver_waiting()
    assert mail.outbox[0].reply_to == []
    with pytest.raises(Unknown):
        tickets.receive(raw)


@pytest.mark.parametrize(("before", "after"), [("pending", "open"), ("open", "open"), ("resolved", "resolved")])
def test_a_ticket_that_waited_is_open_again_and_a_solved_one_stays_solved(
    ticket: Ticket, letter: Letter, before: str, after: str
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(state=before)
    tickets.receive(letter())
    ticket.refresh_from_db()
    assert ticket.state == after


def test_the_command_tells_the_mail_server_why(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(raw: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
        call_command("receive_mail", stdout=io.StringIO())

    run(letter())
    for raw, code in [(letter(To="x@y.example"), 67), (letter(From="m@y.example"), 77), (b"x" * 1_000_001, 65)]:
        with pytest.raises(CommandError) as refused:
            run(raw)
        assert refused.value.returncode == code
