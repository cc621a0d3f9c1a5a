"""The bell, who else is there, the words of the mail, and the numbers' charts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.console.charts import Bar, Chart
from apps.core.actors import Actor
from apps.links import services as links
from apps.links import tasks
from apps.links.models import MagicLink
from apps.recordings.models import Recording
from apps.tickets import services as tickets
from apps.tickets.models import Notification, Ticket

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


def test_the_bell_counts_what_happened_until_the_ticket_is_opened(as_: As, ticket: Ticket, staff: dict) -> None:
    tickets.notify(ticket, Notification.Kind.AGREED, also=staff["alice"])
    alice = as_("alice")
    assert '<span class="rail-count">1<' in alice.get("/").text
    assert "they agreed to be recorded" in alice.get("/news/").text
    assert "rail-count" not in as_("bob").get("/").text
    alice.get(f"/tickets/{ticket.number}/")
    assert "rail-count" not in alice.get("/").text


def test_all_is_read_with_one_press_and_only_ones_own(as_: As, ticket: Ticket, staff: dict) -> None:
    for name in ["alice", "bob"]:
        tickets.notify(ticket, Notification.Kind.AGREED, also=staff[name])
    as_("alice").post("/news/read/")
    assert Notification.objects.filter(read_at=None).get().user == staff["bob"]


def test_what_happened_on_a_site_that_one_has_left_is_not_told(as_: As, ticket: Ticket, staff: dict) -> None:
    tickets.notify(ticket, Notification.Kind.AGREED, also=staff["alice"])
    staff["alice"].memberships.all().delete()
    assert "The checkout" not in as_("alice").get("/news/").text


def test_the_ticket_says_who_else_has_it_open(as_: As, ticket: Ticket) -> None:
    alone = as_("alice").get(f"/tickets/{ticket.number}/").text
    assert "has this ticket open" not in alone
    page = as_("bob").get(f"/tickets/{ticket.number}/").text
    assert "<strong>Alice Example</strong> has this ticket open, too." in page


def test_an_answer_is_mailed_and_a_note_is_not(as_: As, ticket: Ticket) -> None:
    alice = as_("alice")
    alice.post(f"/tickets/{ticket.number}/comment/", {"body": "For us only.", "kind": "note"})
    alice.post(f"/tickets/{ticket.number}/comment/", {"body": "Please try again.", "kind": "answer"})
    assert [comment.body for comment in ticket.comments.filter(mail__isnull=False)] == ["Please try again."]
    assert "mail is on its way" in alice.get(f"/tickets/{ticket.number}/").text


def test_news_come_by_mail_for_who_ticks_it(as_: As, staff: dict) -> None:
    as_("alice").post("/account/mail/", {"by_mail": "1"})
    assert User.objects.get(pk=staff["alice"].pk).notify_by_mail
    as_("alice").post("/account/mail/", {})
    assert not User.objects.get(pk=staff["alice"].pk).notify_by_mail


def test_the_mail_with_a_link_begins_with_the_sites_own_words(as_: As, ticket: Ticket, staff: dict) -> None:
    text = "Dear {name}, {agent} of {site} here about #{number}. {0.__class__} %(x)s"
    assert as_("alice").post("/sites/shop/mail/", {"language": "en", "text": text}).status_code == 403
    as_("frank").post("/sites/shop/mail/", {"language": "en", "text": text})
    link = links.issue(ticket, language="en", by=Actor.staff(staff["alice"], door="page"))
    links.send(link, by=Actor.staff(staff["alice"], door="page"))
    tasks.deliver_waiting()
    body = str(mail.outbox[0].body)
    greeting = f"Dear {ticket.requester.name}, Alice of Harbour Shop here about #{ticket.number}."
    assert f"{greeting} {{0.__class__}} %(x)s" in body
    assert links.url(link) in body
    assert "Nothing is recorded before you agree." in body
    as_("frank").post("/sites/shop/mail/", {"language": "en", "text": ""})
    assert not ticket.site.notice_texts.exists()


def test_the_way_of_a_link_ends_with_the_recording_and_why_it_ended(as_: As, ticket: Ticket, staff: dict) -> None:
    link = links.issue(ticket, by=Actor.staff(staff["alice"], door="page"))
    now = timezone.now()
    Recording.objects.create(
        site=ticket.site, ticket=ticket, link=link, max_minutes=5, latest_at=now + timedelta(days=9), state="ready",
        started_at=now, ended_at=now, ended="limit",
    )  # fmt: skip
    page = as_("alice").get(f"/tickets/{ticket.number}/").text
    assert "<strong>recording</strong>" in page
    assert "<strong>ended: time limit reached</strong>" in page


def test_the_reports_show_each_chart_with_its_table(as_: As, ticket: Ticket, staff: dict) -> None:
    link = links.issue(ticket, by=Actor.staff(staff["alice"], door="page"))
    agreed = timezone.now() + timedelta(minutes=30)
    MagicLink.objects.filter(pk=link.pk).update(state="consented", consented_at=agreed)
    page = as_("alice").get("/reports/").text
    assert 'aria-label="Links by week: agreed 1, declined 0, no answer 0 in all."' in page
    assert 'aria-label="From link to consent: people who agreed 1 in all."' in page
    assert page.count("<caption") == 2
    assert "Nothing in this time." in page  # of recordings that are due there are none


def test_the_parts_of_a_bar_stand_on_each_other_and_the_highest_fills_the_chart() -> None:
    chart = Chart("Links", "Week", ["a", "b"], [Bar("1 Jan", (1, 3)), Bar("8 Jan", (2, 0))])
    first, second, third = chart.rects()
    assert (first.height, second.height, third.height) == (30.0, 90.0, 60.0)
    assert (second.y, second.y + second.height) == (0.0, first.y)
    assert first.said == "1 Jan: a 1"


def test_a_chart_of_nothing_draws_nothing() -> None:
    assert Chart("Links", "Week", ["a"], [Bar("1 Jan", (0,))]).is_empty
