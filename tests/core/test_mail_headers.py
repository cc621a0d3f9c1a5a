"""Nothing that anybody typed becomes a header of a mail, even where it got past every form."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import models
from django.test import Client
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts import tasks as account_tasks
from apps.accounts.models import Invitation, User
from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.core.services import checkpoints
from apps.links import services as links
from apps.links import tasks as link_tasks
from apps.links.models import MagicLink
from apps.privacy.services import alarms, letters
from apps.recordings.models import Recording
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets import tasks as ticket_tasks
from apps.tickets.models import Comment, Notification, Requester, Ticket
from tests.factories import SiteFactory, TicketFactory, consent, people, shop
from tests.privacy.people import ready

pytestmark = pytest.mark.django_db
APPS = Path(__file__).resolve().parents[2] / "apps"
PLANTED = "A\r\nBcc: eve@evil.example\r\nX-Eve: 1\r\n\r\n<b>hi"
BY = Actor.system("test")
KEPT = {"email", "public_key", "slug", "origin", "state", "password", "language", "jurisdiction"}
HEADERS = {
    "content-type", "content-transfer-encoding", "mime-version", "subject", "from", "to", "date", "message-id",
    "auto-submitted", "reply-to",
}  # fmt: skip


def plant(model: type[models.Model]) -> None:
    """Write line breaks into every text of every row, past all forms and verbs."""
    texts = [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField)
        and not (field.primary_key or field.unique or field.choices or field.name in KEPT)
        and (field.max_length is None or field.max_length >= len(PLANTED))
    ]
    model.objects.update(**dict.fromkeys(texts, PLANTED))


def sent() -> list[EmailMessage]:
    """The mails as a mail server reads them."""
    return [email.message_from_bytes(each.message().as_bytes(), policy=email.policy.default) for each in mail.outbox]


def assert_clean(message: EmailMessage, to: str) -> None:
    assert {name.lower() for name in message} <= HEADERS
    assert message["To"] == to
    assert "evil" not in message["Subject"] + message["From"]
    assert message["Bcc"] is None


def test_every_sender_of_mail_is_walked_here() -> None:
    senders = {
        str(path.relative_to(APPS))
        for path in APPS.rglob("*.py")
        if re.search(r"django\.core\.mail|send_mail\(|EmailMessage\(|EmailMultiAlternatives\(", path.read_text())
    }
    assert senders == {
        "accounts/tasks.py", "core/outgoing.py", "tickets/services/answers.py", "tickets/services/notifying.py",
        "core/services/checkpoints.py", "core/services/watch.py", "links/services/mailing.py", "privacy/services/alarms.py",
        "privacy/services/letters.py",
    }  # fmt: skip


def test_a_links_mail_has_our_headers_only() -> None:
    staff = people(shop(), SiteFactory())
    ticket = TicketFactory(site=Site.objects.get(slug="shop"), requester__email="dora@example.com")
    link = links.issue(ticket, by=Actor.staff(staff["alice"], door="page"))
    links.send(link, by=Actor.staff(staff["alice"], door="page"))
    for model in (Site, User, Ticket, Requester, Comment, MagicLink):
        plant(model)
    link_tasks.deliver_waiting()
    assert len(mail.outbox) == 1
    assert_clean(sent()[0], "dora@example.com")
    assert "hi" in sent()[0].get_body(("plain",)).get_content()  # it was planted


def test_an_answer_and_a_notification_have_our_headers_only() -> None:
    staff = people(shop(), SiteFactory())
    User.objects.filter(pk=staff["alice"].pk).update(notify_by_mail=True)
    ticket = TicketFactory(site=Site.objects.get(slug="shop"), requester__email="dora@example.com")
    tickets.answer(ticket, body="Please try again.", by=Actor.staff(staff["alice"], door="page"))
    tickets.notify(ticket, Notification.Kind.DECLINED, also=User.objects.get(pk=staff["alice"].pk))
    for model in (Site, User, Ticket, Requester, Comment):
        plant(model)
    ticket_tasks.deliver_waiting()
    answer, told = sent()
    assert_clean(answer, "dora@example.com")
    assert_clean(told, "alice@example.com")
    assert "hi" in answer.get_body(("plain",)).get_content()


@pytest.mark.parametrize("address", ["dora@example.com\r\nBcc: eve@evil.example", "dora@example.com,eve@evil.example"])
def test_an_address_that_would_be_more_than_one_gets_no_mail(address: str) -> None:
    ticket = TicketFactory(site=shop())
    link = links.issue(ticket, by=BY)
    links.send(link, by=BY)
    Requester.objects.update(email=address)
    link_tasks.deliver_waiting()
    assert mail.outbox == []
    assert link.deliveries.get().error == "address"


def test_an_invitation_has_our_headers_only() -> None:
    accounts.invite("henry@example.com", name="Henry", by=BY)
    plant(Invitation)
    account_tasks.deliver_invitations()
    assert_clean(sent()[0], "henry@example.com")


def test_a_letter_to_the_person_has_our_headers_only() -> None:
    receipt = consent().receipt
    assert receipt is not None
    letters.order(receipt, "dora@example.com", kind="page", by=BY)
    for model in (Site, Ticket, Requester):
        plant(model)
    assert letters.send_due() == 1
    assert_clean(sent()[0], "dora@example.com")
    for typed in ("dora@example.com\r\nBcc: eve@evil.example", "dora@example.com, eve@evil.example"):
        with pytest.raises(Invalid):
            letters.order(receipt, typed, kind="page", by=BY)


def test_an_alarms_mail_has_our_headers_only() -> None:
    staff = people(shop(), SiteFactory())
    recording = ready(TicketFactory(site=Site.objects.get(slug="shop")))
    Recording.objects.filter(pk=recording.pk).update(latest_at=timezone.now() - timedelta(hours=2))
    for model in (Site, User):
        plant(model)
    assert alarms.look() == 1
    assert_clean(sent()[0], staff["erin"].email)
    assert "hi" in sent()[0].get_content()  # it was planted


def test_a_checkpoints_mail_has_our_headers_only(settings: Any) -> None:
    settings.AUDIT_ANCHORS = ["mailto:anchor@example.com"]
    audit.record("site.halted", by=BY, subject=shop())
    plant(Site)
    assert checkpoints.sign_all()
    assert checkpoints.push_waiting() > 0
    assert_clean(sent()[0], "anchor@example.com")


def test_an_invitation_to_a_planted_address_is_not_sent() -> None:
    accounts.invite("henry@example.com", name="Henry", by=BY)
    Invitation.objects.update(email="henry@example.com\r\nBcc: eve@evil.example")
    assert account_tasks.deliver_invitations() == 0
    assert mail.outbox == []


@pytest.mark.parametrize("host", ["testserver", "localhost"])
def test_a_password_reset_has_our_headers_only(host: str, settings: object) -> None:
    people(shop(), SiteFactory())
    plant(User)
    Client().post("/accounts/password/reset/", {"email": "alice@example.com"}, headers={"Host": host})
    assert len(mail.outbox) == 1
    assert_clean(sent()[0], "alice@example.com")


@pytest.mark.parametrize("typed", ["alice@example.com\r\nBcc: eve@evil.example", "alice@example.com, eve@evil.example"])
def test_a_reset_is_mailed_to_nobody_who_was_added(typed: str) -> None:
    people(shop(), SiteFactory())
    Client().post("/accounts/password/reset/", {"email": typed})
    assert mail.outbox == []


def test_a_strange_host_makes_no_mail() -> None:
    people(shop(), SiteFactory())
    answer = Client().post(
        "/accounts/password/reset/", {"email": "alice@example.com"}, headers={"Host": "evil.example"}
    )
    assert answer.status_code == 400
    assert mail.outbox == []
