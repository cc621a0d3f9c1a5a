"""charlie works for another site. The whole URLconf is walked; a page that this test was not told about fails it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from apps.core.actors import Actor
from apps.links import services as links
from apps.privacy.models import Export, Hold, PersonRequest
from apps.recordings.models import Recording
from apps.sites.models import Membership, Site
from apps.tickets.models import Ticket

pytestmark = pytest.mark.django_db

# Pages that belong to nobody's site: what charlie sees there is his own, or everybody's.
EVERYBODYS = [
    r"healthz", r"readyz", r"placet\.js", r"\^?r/", r"ingest/", r"l/", r"brand/", r"a/", r"c/", r"me/", r"accounts/", r"invitation/",
    r"api/v1/schema", r"api/v1/docs", r"assets/", r"admin/(login|logout|jsi18n|password_change|autocomplete|r/)",
    r"\.well-known/", r"schemas/", r"verify/", r"metrics$",
]  # fmt: skip
# Lists and forms of one's own: 200, and nothing of the shop in them (tested below).
OWN = [
    "",
    "tickets/new/",
    "tickets/assign/",
    "tickets/resolve/",
    "tickets/undo/",
    "tickets/filters/",
    "recordings/",
    "privacy/",
    "privacy/audit/",
    "privacy/audit/verify/",
    "privacy/audit/checkpoint/",
    "privacy/requests/",
    "privacy/papers/",
    "sites/",
    "reports/",
    "news/",
    "news/read/",
    "account/",
    "account/name/",
    "account/mail/",
]
# The JSON API takes tokens, not sessions; tests/api walks it.
API = r"api/v1/"


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


ALL = sorted(set(routes(get_resolver().url_patterns)))
KNOWN_KINDS = re.compile(
    r"^(tickets/<int:number>/|tickets/filters/<int:pk>/|links/<str:pk>/|recordings/<str:(pk|recording_id)>/|privacy/(deletions|holds|requests/<|exports|papers/<)"
    r"|sites/<slug:slug>/|account/tokens/<int:pk>/|outbox/$|admin/)"
)


@pytest.fixture
def shops(shop: Site, ticket: Ticket, staff: dict) -> dict[str, str]:
    by = Actor.staff(staff["alice"], door="page")
    link = links.issue(ticket, by=by)
    recording = Recording.objects.create(
        site=shop, ticket=ticket, link=link, max_minutes=5, latest_at=timezone.now(), state="ready"
    )
    hold = Hold.objects.create(recording=recording, reason="claim", ends_at=timezone.now() + timedelta(days=9))
    export = Export.objects.create(recording=recording, requested_by="rcp_x", state="ready")
    asked = PersonRequest.objects.create(
        site=shop, requester=ticket.requester, kind="access", received_at=timezone.now(), due_at=timezone.now()
    )
    member = Membership.objects.filter(site=shop)[0]
    return {
        "number": str(ticket.number),
        "slug": shop.slug,
        "pk": link.pk,
        "recording": recording.pk,
        "member": str(member.pk),
        "hold": str(hold.pk),
        "request": str(asked.pk),
        "export": str(export.pk),
    }


def address(route: str, of: dict[str, str]) -> str:
    pk = of["pk"]
    if route.startswith("recordings/"):
        pk = of["recording"]
    elif route.startswith("sites/"):
        pk = of["member"]
    elif route.startswith("privacy/holds/"):
        pk = of["hold"]
    elif route.startswith("privacy/requests/"):
        pk = of["request"]
    elif route.startswith("privacy/exports/"):
        pk = of["export"]
    elif route.startswith(("account/", "tickets/filters/")):
        pk = "1"
    filled = route.replace("<int:number>/", f"{of['number']}/", 1).replace("<slug:slug>", of["slug"])
    filled = filled.replace("<str:pk>", pk).replace("<int:pk>", pk).replace("<str:recording_id>", of["recording"])
    return "/" + filled.replace("<int:number>", "0")


def test_every_page_is_known_to_this_test() -> None:
    unknown = [
        route
        for route in ALL
        if route not in OWN
        and not KNOWN_KINDS.match(route)
        and not route.startswith(API)
        and not any(re.match(pattern, route) for pattern in EVERYBODYS)
    ]
    assert unknown == []


OF_A_SITE = [route for route in ALL if KNOWN_KINDS.match(route) and not route.startswith(("admin/", "outbox/"))]


@pytest.mark.parametrize("route", OF_A_SITE)
def test_charlie_finds_nothing_of_the_shop(route: str, shops: dict[str, str], as_: Callable[[str], Client]) -> None:
    charlie = as_("charlie")
    before = dict(Ticket.objects.values().get()), dict(Recording.objects.values().get())
    for method in (charlie.get, charlie.post):
        answer = method(address(route, shops))
        assert answer.status_code in {404, 405}, (route, answer.status_code)
        assert b"checkout does not work" not in answer.content.lower()
    assert before == (dict(Ticket.objects.values().get()), dict(Recording.objects.values().get()))


@pytest.mark.parametrize("route", OF_A_SITE)
def test_who_is_signed_out_sees_the_sign_in_page_at_most(route: str, shops: dict[str, str]) -> None:
    for method in (Client().get, Client().post):
        answer = method(address(route, shops))
        assert answer.status_code in {302, 403, 405}, (route, answer.status_code)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in OWN
        if path not in {"account/name/", "account/mail/", "news/read/"}
        and not path.startswith("privacy/audit/")
        and path != "privacy/requests/"
        # Presses alone; tests/console/test_many.py shows that charlie ticks nothing of the shop's.
        and (path == "tickets/new/" or not path.startswith("tickets/"))
    ],
)
def test_charlies_lists_hold_nothing_of_the_shop(
    path: str, shops: dict[str, str], as_: Callable[[str], Client]
) -> None:
    answer = as_("charlie").get(f"/{path}")
    assert answer.status_code == 200
    assert b"Harbour Shop" not in answer.content
    assert b"checkout does not work" not in answer.content.lower()


def test_the_outbox_is_nowhere_but_in_the_demo(as_: Callable[[str], Client], settings: object) -> None:
    assert as_("alice").get("/outbox/").status_code == 404
    settings.PLACET_DEMO = True  # type: ignore[attr-defined]
    assert as_("alice").get("/outbox/").status_code == 200
    assert Client().get("/outbox/").status_code == 302


ADMIN_LISTS = [route for route in ALL if re.match(r"^admin/[a-z]+/[a-z]+/$", route)]


@pytest.mark.parametrize("route", ADMIN_LISTS)
def test_the_admin_is_closed_to_agents(route: str, as_: Callable[[str], Client]) -> None:
    assert as_("alice").get(f"/{route}", follow=True).status_code == 403
    assert Client().get(f"/{route}").status_code == 302
