"""Every view of the staff is mapped to what it writes on the audit trail, or to why it writes nothing.

A view that is not in one of the two tables fails this test, so nobody adds one without the question.
"""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver

from apps.console import urls as console
from apps.core import audit

WRITES: dict[str, list[str]] = {
    "ticket-new": ["ticket.opened"], "ticket-comment": ["ticket.commented", "ticket.answered"], "ticket-assign": ["ticket.assigned"],
    "ticket-move": ["ticket.pended", "ticket.reopened", "ticket.resolved", "ticket.closed"],
    "ticket-prioritise": ["ticket.prioritised"], "ticket-tag": ["ticket.tagged"],
    "tickets-assign": ["ticket.assigned"], "tickets-resolve": ["ticket.resolved"],
    "tickets-undo": ["ticket.assigned", "ticket.reopened"],
    "link-new": ["link.issued"], "link-send": ["link.sent"], "link-renew": ["link.renewed"],
    "link-code": ["link.code_made"],
    "link-revoke": ["link.revoked"], "link-answer": ["link.answered"], "link-again": ["link.issued"],
    "recording-delete": ["recording.doomed"], "recording-watch": ["recording.watched"],
    "recording-why": ["recording.watched"], "recording-index": ["recording.watched"],
    "recording-segment": ["recording.watched"],
    "recording-live": ["recording.watched"], "recording-live-watch": ["recording.watched"],
    "recording-live-news": ["recording.watched"],
    "recording-glance": ["recording.glanced"], "recording-remark": ["recording.remarked"],
    "recording-story": ["recording.remarked"], "recording-export": ["recording.exported"],
    "hold-new": ["hold.proposed"], "hold-confirm": ["hold.confirmed"], "hold-end": ["hold.ended"],
    "copy-new": ["access.ordered"], "copy-file": ["access.downloaded"], "evidence": ["evidence.packed"],
    "audit": ["audit.exported"], "audit-verify": ["audit.verified"], "audit-checkpoint": ["audit.anchored"],
    "requests": ["request.received"], "request-answer": ["request.answered"], "request-erase": ["erasure.ordered"],
    "request-everything": ["person.exported"], "paper": ["papers.made"], "breach": ["papers.made"],
    "site-policy": ["site.policy_changed"], "site-masking": ["site.policy_changed"], "site-facts": ["site.changed"], "site-origins": ["site.origins_changed"],
    "site-check": ["site.check_ordered"], "site-preview": ["site.previewed"],
    "site-look": ["site.branded"],
    "site-mail": ["site.notice_worded"], "site-notice": ["site.notice_worded"],
    "site-halt": ["site.halted"], "site-resume": ["site.resumed"],
    "member-add": ["site.member_added"], "member-remove": ["site.member_removed"],
    "token-revoke": ["api_token.revoked"], "profile": ["api_token.issued"],
}  # fmt: skip
FACTS = "states, times and sizes of one's own sites; no contents"
SILENT: dict[str, str] = {
    **dict.fromkeys(["tickets", "ticket", "ticket-happened", "recordings", "privacy", "request", "reports"], FACTS),
    "player": "an empty player: contents come only after its POST has opened a watch, which is written down",
    "link-copy": "the address that the agent may send anyway; issuing it was written down",
    "deletion-receipt": "a signed proof without contents or names",
    "papers": "links to papers, each of which is written down",
    "sites": FACTS, "site": FACTS, "site-check-state": FACTS,
    "invite-again": "accounts write it down", "invite-withdraw": "accounts write it down",
    "notifications": FACTS, "notifications-read": "one's own bell", "profile-mail": "one's own bell",
    "filter-save": "one's own way to look at the list", "filter-forget": "one's own way to look at the list",
    "outbox": "the demo's own mails", "profile-name": "one's own name",
}  # fmt: skip


def routes(patterns: list[URLPattern | URLResolver]) -> list[str]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns)
        else:
            found.append(str(pattern.name))
    return found


NAMES = sorted(set(routes(console.urlpatterns)))


@pytest.mark.parametrize("name", NAMES)
def test_every_view_of_the_staff_says_what_it_writes_down(name: str) -> None:
    assert (name in WRITES) != (name in SILENT), f"{name}: put it into one of the two tables"


def test_the_tables_name_no_view_that_is_gone() -> None:
    assert set(WRITES) | set(SILENT) == set(NAMES)


def test_what_they_write_is_registered() -> None:
    assert {event for events in WRITES.values() for event in events} <= set(audit.names())


def test_no_address_of_a_recordings_contents_is_silent() -> None:
    others = [name for name in NAMES if name.startswith("recording-") and name not in WRITES]
    assert others == []
