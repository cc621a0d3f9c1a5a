"""DESIGN, "Whose browser, and who may widen a recording": the server's side, a test for each of its sentences."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.consents import services as consents
from apps.consents.models import Receipt
from apps.core import signing
from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import MagicLink
from apps.person import cookies
from apps.recordings.models import Recording, StartCode
from apps.recordings.services import lifecycle, sweeps
from apps.sites import services as sites
from apps.sites.models import Site
from tests.person.conftest import BY, Visitor, recordings, state
from tests.trail import row, written

pytestmark = pytest.mark.django_db

OURS = {"Origin": settings.BASE_URL}
SCANNERS = [
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 HeadlessChrome/126.0 Safari/537.36",
    "Barracuda Sentinel (EE)",
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    "Mozilla/5.0 (compatible; Google-Safety; +http://www.google.com/bot.html)",
    "Slackbot-LinkExpanding 1.0",
    "curl/8.5.0",
    "",
]


def _location(answer: HttpResponse) -> str:
    assert answer.status_code == 303, answer.content
    return str(answer["Location"])


def _started(link: MagicLink) -> bool:
    return Receipt.objects.exists() or Recording.objects.exists() or state(link) != "issued"


# --- Opening ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", SCANNERS)
def test_opening_fifty_times_by_a_scanner_changes_nothing_but_a_counter(link: MagicLink, path: str, agent: str) -> None:
    was, entries = row(link), written()
    for _ in range(50):
        assert Client(headers={"User-Agent": agent}).get(path).status_code == 200
    now = row(link)
    assert now.pop("fetches") == was.pop("fetches") + 50
    assert now.pop("fetched_at") is not None
    assert was.pop("fetched_at") is None
    assert (now, written(), Receipt.objects.count()) == (was, entries, 0)


@pytest.mark.parametrize(
    ("method", "status", "headers"),
    [
        ("HEAD", 200, {}),
        ("OPTIONS", 405, {}),
        ("PUT", 405, OURS),
        ("DELETE", 405, OURS),
        ("TRACE", 405, OURS),
        ("GET", 200, {"Sec-Purpose": "prefetch"}),
        ("GET", 200, {"Sec-Purpose": "prefetch;prerender"}),
        ("GET", 200, {"Purpose": "prefetch"}),
        ("GET", 200, {"X-Moz": "prefetch"}),
        ("GET", 200, {"X-Purpose": "preview"}),
    ],
)
def test_what_is_no_visit_changes_nothing_at_all(
    link: MagicLink, path: str, method: str, status: int, headers: dict[str, str]
) -> None:
    was, entries = row(link), written()
    for _ in range(50):
        assert Client().generic(method, path, headers=headers).status_code == status
    assert (row(link), written()) == (was, entries)


def test_no_cookie_comes_before_an_action(link: MagicLink, path: str, dora: Visitor) -> None:
    assert dora.open(path).cookies == {}
    assert dora.answer(path, "decline").cookies == {}
    assert dora.open(path).cookies == {}
    assert dora.answer(path, "reconsider").cookies == {}
    assert dora.answer(path, "not_me").cookies == {}
    assert dora.client.cookies == {}


# --- The consent POST ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "https://shop.example"},
        {"Origin": settings.BASE_URL + "/"},
        {"Origin": settings.BASE_URL.upper()},
        {"Origin": settings.BASE_URL.replace("http:", "https:")},
        {"Origin": settings.BASE_URL + ".evil.example"},
        {"Origin": f"{settings.BASE_URL}, https://evil.example"},
        {"Origin": "http://localhost"},
        OURS | {"Sec-Fetch-Site": "cross-site"},
        OURS | {"Sec-Fetch-Site": "same-site"},
        OURS | {"Sec-Fetch-Site": "none"},
        OURS | {"Sec-Fetch-Site": ""},
    ],
)
@pytest.mark.parametrize("answer", ["agree", "decline", "not_me"])
def test_a_post_that_no_page_of_ours_sent_is_refused_and_starts_nothing(
    link: MagicLink, path: str, dora: Visitor, headers: dict[str, str], answer: str
) -> None:
    nonce, entries = dora.nonce(path), written()
    refused = dora.post(path, {"nonce": nonce, "answer": answer}, headers)
    assert refused.status_code == 403
    assert refused.cookies == {}
    assert not _started(link)
    assert written() == entries


def test_a_browser_that_sends_no_fetch_metadata_may_agree(link: MagicLink, path: str, dora: Visitor) -> None:
    _location(dora.post(path, {"nonce": dora.nonce(path), "answer": "agree"}, OURS))
    assert state(link) == "consented"


@pytest.mark.parametrize("answer", ["agree", "decline", "not_me", "reconsider", "stop", "delete", "somebody_else"])
@pytest.mark.parametrize("nonce", ["", "x", "a.b.c", "é" * 40, "\x00"])
def test_an_answer_without_a_nonce_of_ours_is_refused(
    link: MagicLink, path: str, dora: Visitor, nonce: str, answer: str
) -> None:
    refused = dora.post(path, {"nonce": nonce, "answer": answer})
    assert refused.status_code == 409
    assert "Please read it again" in refused.content.decode()
    assert not _started(link)


def test_a_nonce_lives_four_hours(link: MagicLink, path: str, dora: Visitor) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        nonce = dora.nonce(path)
        clock.shift(timedelta(hours=4, seconds=1))
        assert dora.post(path, {"nonce": nonce, "answer": "agree"}).status_code == 409
        assert not _started(link)
        nonce = dora.nonce(path)
        clock.shift(timedelta(hours=4))
        _location(dora.post(path, {"nonce": nonce, "answer": "agree"}))


def test_the_nonce_of_another_links_page_is_refused(link: MagicLink, path: str, dora: Visitor) -> None:
    another = links.url(links.issue(link.ticket, by=BY)).removeprefix(settings.BASE_URL)
    assert dora.post(path, {"nonce": dora.nonce(another), "answer": "agree"}).status_code == 409
    assert not _started(link)


def test_the_nonce_of_an_earlier_generation_is_refused(link: MagicLink, path: str, dora: Visitor) -> None:
    nonce = dora.nonce(path)
    path = links.url(links.renew(link, by=BY)).removeprefix(settings.BASE_URL)
    assert dora.post(path, {"nonce": nonce, "answer": "agree"}).status_code == 409
    assert not _started(link)


def test_the_nonce_of_a_page_from_before_the_link_was_given_back_is_refused(
    link: MagicLink, path: str, dora: Visitor
) -> None:
    old, scanner = dora.nonce(path), Visitor()
    scanner.answer(path, "agree")
    consents.void(Receipt.objects.get(), cause="not_begun", by=BY)
    assert dora.post(path, {"nonce": old, "answer": "agree"}).status_code == 409
    assert Receipt.objects.count() == 1
    _location(dora.answer(path, "agree"))


def test_a_page_that_showed_no_notice_is_no_page_to_agree_on(link: MagicLink, path: str, dora: Visitor) -> None:
    """The pages of a declined or spent link have nonces, too; what was not read cannot be agreed to."""
    dora.answer(path, "decline")
    nonce = dora.nonce(path)
    dora.answer(path, "reconsider")
    assert state(link) == "issued"
    assert dora.post(path, {"nonce": nonce, "answer": "agree"}).status_code == 409
    assert not _started(link)


@pytest.mark.parametrize("kind", [kind for kind in signing.KINDS if kind != "consent_nonce"])
def test_no_other_kind_of_token_serves_as_a_nonce(link: MagicLink, path: str, dora: Visitor, kind: str) -> None:
    payload = [link.pk, 1, 0, int(timezone.now().timestamp()), "", "x"]
    nonce = signing.dumps(kind, payload)
    assert dora.post(path, {"nonce": nonce, "answer": "agree"}).status_code == 409
    assert not _started(link)


def test_what_is_no_answer_starts_nothing(link: MagicLink, path: str, dora: Visitor) -> None:
    for answer in ["", "yes", "AGREE", "agree\n", "live"]:
        assert dora.answer(path, answer).status_code == 400
    assert not _started(link)


def test_pressing_twice_is_one_consent(link: MagicLink, path: str, dora: Visitor) -> None:
    data = {"nonce": dora.nonce(path), "answer": "agree"}
    first, second = dora.post(path, data), dora.post(path, data)
    assert _location(first) == _location(second)
    assert (Receipt.objects.count(), recordings(link)) == (1, ["created"])


# --- Going on to the site --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("landing", "expected"),
    [
        ("https://shop.example/", "https://shop.example/#~placet="),
        ("https://shop.example/a?b=1", "https://shop.example/a?b=1#~placet="),
        ("https://shop.example/#/orders/7", "https://shop.example/#/orders/7~placet="),
        ("https://shop.example/?q=%22%3E#a&b='c'", "https://shop.example/?q=%22%3E#a&b='c'~placet="),
        ("https://shop.example/#", "https://shop.example/#~placet="),
    ],
)
def test_agreeing_leads_over_the_own_page_with_the_code_in_the_fragment(
    link: MagicLink, dora: Visitor, landing: str, expected: str
) -> None:
    link = links.issue(link.ticket, landing_url=landing, by=BY)
    path = links.url(link).removeprefix(settings.BASE_URL)
    agreed = dora.answer(path, "agree")
    receipt = Receipt.objects.get()
    assert _location(agreed) == f"/me/{receipt.pk}/?start=1"
    text = dora.open(_location(agreed)).content.decode()
    refresh = re.search(r'<meta http-equiv="refresh" content="\d+; ?url=([^"]+)"', text)
    visible = re.search(r'<a [^>]*href="([^"]+)"[^>]*data-testid="go-on"', text)
    assert refresh
    assert visible
    onward = html.unescape(refresh[1])
    assert html.unescape(visible[1]) == onward
    assert onward.startswith(expected)
    code = onward.removeprefix(expected)
    assert lifecycle.check_code(code).recording.receipt == receipt
    assert "script" not in text


def test_the_code_is_in_no_address_of_ours(link: MagicLink, path: str, dora: Visitor) -> None:
    location = _location(dora.answer(path, "agree"))
    code = dora.client.cookies[cookies.name("start")].value.partition("~")[2]
    assert code
    assert code not in location


def test_a_browser_that_did_not_agree_gets_no_code_and_no_page(link: MagicLink, path: str, dora: Visitor) -> None:
    location = _location(dora.answer(path, "agree"))
    codes = StartCode.objects.count()
    answer, other = Visitor().open(location), Visitor().open("/me/rcp_nobodys/?start=1")
    assert (answer.status_code, answer.content) == (409, other.content)  # what is said of cookies, to everybody alike
    assert Visitor().open(location.partition("?")[0]).status_code == 404
    assert StartCode.objects.count() == codes


def test_reading_the_own_page_makes_no_code(link: MagicLink, path: str, dora: Visitor) -> None:
    location = _location(dora.answer(path, "agree"))
    codes, entries = StartCode.objects.count(), written()
    for _ in range(50):
        dora.open(location)
        dora.open(location.partition("?")[0])
    assert (StartCode.objects.count(), written()) == (codes, entries)


def test_an_address_that_is_the_sites_no_longer_is_not_gone_on_to(
    link: MagicLink, path: str, dora: Visitor, shop: Site
) -> None:
    location = _location(dora.answer(path, "agree"))
    shop.origins.update(origin="https://elsewhere.example")
    page = dora.open(location).content.decode()
    assert "https://shop.example" not in page
    assert "could not start" in page


def test_a_code_that_has_gone_old_is_replaced_by_one_press(link: MagicLink, path: str, dora: Visitor) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        location = _location(dora.answer(path, "agree"))
        clock.shift(timedelta(minutes=6))
        own = location.partition("?")[0]
        assert "http-equiv" not in dora.open(location).content.decode()
        again = dora.press(f"{own}start")
        assert _location(again) == location
        assert "http-equiv" in dora.open(location).content.decode()


# --- Headers ---------------------------------------------------------------------------------------------


def _pages(path: str, dora: Visitor) -> dict[str, HttpResponse]:
    own = _location(dora.answer(path, "agree")).partition("?")[0]
    names = ["notice", "consent.json", "state", "deletion.json", "start", "review/"]
    return {
        "consent": Visitor().open(path),
        "answering": dora.post(path, {"nonce": "x", "answer": "agree"}),
        "going on": dora.open(f"{own}?start=1"),
        "own": dora.open(own),
        "forged": Visitor().open("/l/forged"),
        "not theirs": Visitor().open(own),
        **{name: dora.open(f"{own}{name}") for name in names},
    }


LEADING = {"consent", "answering", "going on", "own", "forged", "not theirs"}


def test_every_page_of_the_person_has_its_headers(link: MagicLink, path: str, dora: Visitor) -> None:
    for name, answer in _pages(path, dora).items():
        headers = answer.headers
        # The two pages on the way to the site name our origin to it, the others say nothing to anybody else.
        assert headers["Referrer-Policy"] == ("strict-origin" if name in LEADING else "same-origin"), name
        assert headers["Cache-Control"] == "no-store", name
        assert "noindex" in headers["X-Robots-Tag"], name
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, name
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'none'",
            "script-src 'self'",
        ]:
            assert part in policy, name
        assert "http" not in policy, name
        assert headers["X-Frame-Options"] == "DENY", name


@pytest.mark.parametrize(("is_https", "before"), [(True, "__Host-"), (False, "")])
def test_the_cookie_of_the_receipt_is_for_this_host_alone(
    link: MagicLink, path: str, dora: Visitor, settings: Any, is_https: bool, before: str
) -> None:
    settings.SECURE = is_https
    dora.answer(path, "agree")
    for kind in ("receipt", "start"):
        cookie = dora.client.cookies[f"{before}placet-{kind}"]
        assert (bool(cookie["secure"]), cookie["httponly"], cookie["samesite"]) == (is_https, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


# --- What is the matter ----------------------------------------------------------------------------------


def _forge(token: str) -> list[str]:
    flipped = [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(0, len(token) - 1, 3)]
    return [*flipped, *[token[:n] for n in range(1, len(token), 7)], f"{token}x", token.upper(), "lnk_1", "%00", "ü"]


def test_whatever_is_forged_gets_one_identical_answer(link: MagicLink, path: str, dora: Visitor) -> None:
    dora.answer(path, "agree")
    receipt = Receipt.objects.get()
    link_token, receipt_token = path.removeprefix("/l/"), consents.token(receipt)
    gone = links.issue(link.ticket, by=BY)
    gone_token = links.token(gone)
    gone.delete()
    renewed = links.issue(link.ticket, by=BY)
    earlier = links.token(renewed)
    links.renew(renewed, by=BY)
    kinds = [signing.dumps(kind, [link.pk, 1]) for kind in signing.KINDS]
    addresses = [
        *[f"/l/{token}" for token in [*_forge(link_token), *kinds, receipt_token, gone_token, earlier]],
        *[f"/a/{token}" for token in [*_forge(receipt_token), *kinds, link_token]],
        f"/me/{receipt.pk}/", "/me/rcp_x/", f"/me/{link.pk}/", f"/me/{receipt.pk}/notice", "/me/rcp_x/notice",
        f"/me/{receipt.pk}/consent.json", f"/me/{receipt.pk}/deletion.json", f"/me/{receipt.pk}/review/",
        f"/me/{receipt.pk}/recording/index.json", f"/me/{receipt.pk}/recording/segments/0", f"/me/{receipt.pk}/state",
    ]  # fmt: skip
    # Each from an address of its own, so that nobody is told to wait.
    answers = {
        (answer.status_code, answer.content, tuple(sorted(answer.cookies)))
        for number, address in enumerate(addresses)
        for answer in [Client(REMOTE_ADDR=f"198.51.{number // 250}.{number % 250 + 1}").get(address)]
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_every_kind_of_token_opens_its_own_door_only(link: MagicLink, path: str, dora: Visitor) -> None:
    dora.answer(path, "agree")
    recording = Recording.objects.get()
    receipt = Receipt.objects.get()
    tokens = {
        "link": links.token(link),
        "receipt": consents.token(receipt),
        "start_code": lifecycle.start_code(recording, by=BY),
        "ingest": signing.dumps("ingest", [recording.pk, recording.grant]),
        "consent_nonce": dora.nonce(links.url(links.issue(link.ticket, by=BY)).removeprefix(settings.BASE_URL)),
        "asset": signing.dumps("asset", [recording.pk]),
        "invitation": signing.dumps("invitation", [1]),
        "preview_grant": signing.dumps("preview_grant", recording.site_id),
        "outbox": signing.dumps("outbox", [1]),
        "known_browser": signing.dumps("known_browser", 1),
    }
    assert set(tokens) == set(signing.KINDS), "a new kind of token belongs into this test"
    for kind, token in tokens.items():
        assert Client().get(f"/l/{token}").status_code == (200 if kind == "link" else 404), kind
        assert Client().get(f"/a/{token}").status_code == (303 if kind == "receipt" else 404), kind
        client = Client()
        client.cookies[cookies.name("receipt")] = token
        assert client.get(f"/me/{receipt.pk}/").status_code == (200 if kind == "receipt" else 404), kind


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("expired", "This link has expired."),
        ("past its date", "This link has expired."),
        ("revoked", "The support team has taken this request back."),
        ("declined", "You said no to this request."),
        ("consented", "This link has been used already."),
        ("suspended", "This link is on hold until the support team has answered."),
        ("halted", "Recording is switched off for this site at the moment."),
    ],
)
def test_a_genuine_link_says_what_is_the_matter(link: MagicLink, path: str, what: str, says: str) -> None:
    ways: dict[str, Any] = {
        "expired": lambda: links.expire(link, by=BY),
        "past its date": lambda: MagicLink.objects.filter(pk=link.pk).update(expires_at=timezone.now()),
        "revoked": lambda: links.revoke(link, by=BY),
        "declined": lambda: links.decline(link, by=BY),
        "consented": lambda: consents.give(link, language="en", live=False, by=BY),
        "suspended": lambda: links.suspend(link, by=BY),
        "halted": lambda: Site.objects.filter(pk=link.site_id).update(halted_at=timezone.now()),
    }
    ways[what]()
    page = Client().get(path)
    assert page.status_code == 200
    text = page.content.decode()
    assert f"<h1>{says}</h1>" in text
    assert "consent-agree" not in text
    asked = link.ticket.requester
    for secret in (asked.email, asked.name, link.ticket.subject):
        assert secret not in text


def test_the_page_of_a_link_says_nothing_of_the_person_or_the_ticket(link: MagicLink, path: str) -> None:
    """A mail is forwarded, or read by somebody else: agent and number are all it tells."""
    text = Client().get(path).content.decode()
    assert f"#{link.ticket.number}" in text
    assert "Alice" in text
    asked = link.ticket.requester
    for secret in (asked.email, asked.name, link.ticket.subject, "alice@example.com", "Example"):
        assert secret not in text


# --- Changing one's mind, and somebody else's ---------------------------------------------------------------


def test_a_refusal_can_be_reconsidered_until_the_link_expires(link: MagicLink, path: str, dora: Visitor) -> None:
    dora.answer(path, "decline")
    assert state(link) == "declined"
    _location(dora.answer(path, "reconsider"))
    assert state(link) == "issued"
    dora.answer(path, "decline")
    with time_machine.travel(link.expires_at, tick=False):
        text = dora.open(path).content.decode()
        assert "This link has expired." in text
        assert "reconsider" not in text


def test_not_mine_holds_the_link_until_staff_answer(link: MagicLink, path: str, dora: Visitor) -> None:
    nonce = dora.nonce(path)
    dora.answer(path, "not_me")
    assert row(link)["suspended_at"] is not None
    for answer in ["agree", "decline"]:
        held = dora.post(path, {"nonce": nonce, "answer": answer})
        assert _location(held) == path
    assert not _started(link)
    links.answer(link, by=BY)
    _location(dora.answer(path, "agree"))
    assert state(link) == "consented"


def test_a_consent_that_nothing_followed_is_void_after_15_minutes_and_the_person_tries_again(
    link: MagicLink, path: str, dora: Visitor
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        dora.answer(path, "agree")
        clock.shift(timedelta(minutes=14, seconds=59))
        assert sweeps.void_unstarted() == 0
        clock.shift(timedelta(seconds=1))
        assert sweeps.void_unstarted() == 1
        assert (state(link), recordings(link)) == ("issued", ["deleting"])
        own = _location(dora.answer(path, "agree"))
        assert "http-equiv" in dora.open(own).content.decode()
        assert recordings(link) == ["deleting", "created"]


def test_after_somebody_else_has_agreed_the_person_ends_that_and_starts_their_own(
    link: MagicLink, path: str, dora: Visitor
) -> None:
    Visitor().answer(path, "agree")
    assert "That was not me: delete it and start mine" in dora.open(path).content.decode()
    assert _location(dora.answer(path, "somebody_else")) == path
    assert (state(link), recordings(link)) == ("issued", ["deleting"])
    _location(dora.answer(path, "agree"))
    assert recordings(link) == ["deleting", "created"]


def test_who_agreed_once_in_vain_is_told_when_somebody_else_has_agreed_since(
    link: MagicLink, path: str, dora: Visitor
) -> None:
    dora.answer(path, "agree")
    consents.void(Receipt.objects.get(), cause="not_begun", by=BY)
    Visitor().answer(path, "agree")
    page = dora.open(path)
    assert page.status_code == 200
    assert "That was not me" in page.content.decode()


def test_the_browser_that_agreed_is_led_to_its_own_page(link: MagicLink, path: str, dora: Visitor) -> None:
    dora.answer(path, "agree")
    page = dora.open(path)
    assert page.status_code == 302
    assert page["Location"] == f"/me/{Receipt.objects.get().pk}/"


def test_declining_where_somebody_else_has_agreed_leads_to_the_way_out(
    link: MagicLink, path: str, dora: Visitor
) -> None:
    nonce = dora.nonce(path)
    Visitor().answer(path, "agree")
    assert _location(dora.post(path, {"nonce": nonce, "answer": "decline"})) == path
    assert "Delete the recording now" in dora.open(path).content.decode()


@pytest.mark.parametrize("before", ["created", "recording", "paused", "processing", "in_review"])
def test_not_once_it_is_shared_but_until_then(link: MagicLink, path: str, dora: Visitor, before: str) -> None:
    Visitor().answer(path, "agree")
    Recording.objects.update(state=before, started_at=timezone.now(), trusted_at=timezone.now())
    dora.answer(path, "somebody_else")
    assert (state(link), recordings(link)) == ("issued", ["deleting"])


def test_once_it_is_shared_the_link_still_deletes_and_gives_nothing_back(
    link: MagicLink, path: str, dora: Visitor
) -> None:
    Visitor().answer(path, "agree")
    Recording.objects.update(state="ready", started_at=timezone.now(), trusted_at=timezone.now())
    text = dora.open(path).content.decode()
    assert "That was not me" not in text
    assert _location(dora.answer(path, "somebody_else")) == path
    assert (state(link), recordings(link)) == ("consented", ["ready"])
    nonce = dora.nonce(path)
    dora.answer(path, "delete")
    assert recordings(link) == ["deleting"]
    assert dora.post(path, {"nonce": nonce, "answer": "agree"}).status_code == 409
    assert (state(link), recordings(link)) == ("consented", ["deleting"])


def test_a_used_link_stops_and_deletes_and_never_shows(link: MagicLink, path: str, dora: Visitor) -> None:
    Visitor().answer(path, "agree")
    Recording.objects.update(state="recording", started_at=timezone.now(), trusted_at=timezone.now())
    text = dora.open(path).content.decode()
    assert "/me/" not in text
    dora.answer(path, "stop")
    assert recordings(link) == ["processing"]
    dora.answer(path, "delete")
    assert recordings(link) == ["deleting"]


def test_a_revoked_link_offers_no_start_that_it_cannot_keep(link: MagicLink, path: str, dora: Visitor) -> None:
    Visitor().answer(path, "agree")
    Recording.objects.update(state="recording", started_at=timezone.now(), trusted_at=timezone.now())
    links.revoke(link, by=BY)
    text = dora.open(path).content.decode()
    assert "Delete the recording now" in text
    assert "start mine" not in text


# --- The person's own page -------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["start", "stop", "send", "discard", "withdraw", "forget"])
def test_the_acts_of_the_own_page_take_a_post_of_ours(link: MagicLink, path: str, dora: Visitor, act: str) -> None:
    own = _location(dora.answer(path, "agree")).partition("?")[0]
    dora.open(f"{own}?stay=1")
    token = {"csrfmiddlewaretoken": dora.client.cookies[settings.CSRF_COOKIE_NAME].value}
    was, entries = row(Recording.objects.get()), written()
    assert dora.open(f"{own}{act}").status_code == 405
    for headers in [
        {},
        {"Origin": "null"},
        {"Origin": "https://shop.example"},
        OURS | {"Sec-Fetch-Site": "cross-site"},
    ]:
        assert dora.post(f"{own}{act}", token, headers).status_code == 403
    assert dora.post(f"{own}{act}", {}).status_code == 403
    assert Visitor().post(f"{own}{act}", token).status_code in {403, 404}
    assert (row(Recording.objects.get()), written()) == (was, entries)


def test_withdrawing_takes_one_press_as_agreeing_did(link: MagicLink, path: str, dora: Visitor) -> None:
    own = _location(dora.answer(path, "agree")).partition("?")[0]
    assert _location(dora.press(f"{own}withdraw")) == own
    assert recordings(link) == ["deleting"]
    entries = written()
    dora.press(f"{own}withdraw")
    assert written() == entries


def test_locking_the_page_forgets_it_in_this_browser_only(link: MagicLink, path: str, dora: Visitor) -> None:
    own = _location(dora.answer(path, "agree")).partition("?")[0]
    elsewhere = Visitor()
    assert _location(elsewhere.open(f"/a/{consents.token(Receipt.objects.get())}")) == own
    dora.press(f"{own}forget")
    assert dora.open(own).status_code == 404
    assert elsewhere.open(own).status_code == 200
    assert recordings(link) == ["created"]


def test_the_receipts_link_leaves_the_address_bar_at_once(link: MagicLink, path: str, dora: Visitor) -> None:
    dora.answer(path, "agree")
    token = consents.token(Receipt.objects.get())
    entered = Visitor().open(f"/a/{token}")
    assert token not in _location(entered)
    assert entered["Referrer-Policy"] == "same-origin"


def test_the_own_page_closes_30_days_after_the_deletion(link: MagicLink, path: str, dora: Visitor) -> None:
    own = _location(dora.answer(path, "agree")).partition("?")[0]
    at = timezone.now()
    Recording.objects.update(state="deleted", deleted_at=at, delete_cause="withdrawn")
    with time_machine.travel(at + timedelta(days=30, seconds=-1), tick=False):
        assert dora.open(own).status_code == 200
    with time_machine.travel(at + timedelta(days=30), tick=False):
        assert dora.open(own).status_code == 410


# --- Guessing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["/l/", "/a/"])
def test_guessing_is_slowed_from_one_address_and_for_nobody_else(link: MagicLink, path: str, door: str) -> None:
    with time_machine.travel("2026-11-24T10:00:01Z", tick=False) as clock:
        # Issued for 72 hours from now, whenever that is.
        MagicLink.objects.update(expires_at=timezone.now() + timedelta(hours=9))
        guesser, dora = Client(REMOTE_ADDR="198.51.100.1"), Client(REMOTE_ADDR="198.51.100.2")
        path = links.url(link).removeprefix(settings.BASE_URL)
        codes = [guesser.get(f"{door}guess{n}").status_code for n in range(40)]
        assert codes == [404] * 30 + [429] * 10
        slowed = guesser.get(f"{door}guess")
        assert slowed["Retry-After"] == "600"
        assert dora.get(path).status_code == 200
        clock.shift(timedelta(minutes=10))
        assert guesser.get(f"{door}guess").status_code == 404


def test_answers_are_counted_as_well(link: MagicLink, path: str) -> None:
    with time_machine.travel("2026-11-24T10:00:01Z", tick=False):
        visitor = Visitor(Client(REMOTE_ADDR="198.51.100.1"))
        codes = {visitor.post(path, {"nonce": "x", "answer": "agree"}).status_code for _ in range(60)}
        assert codes == {409}
        assert visitor.post(path, {"nonce": "x", "answer": "agree"}).status_code == 429


def test_a_halted_site_takes_no_answer(link: MagicLink, path: str, dora: Visitor) -> None:
    nonce = dora.nonce(path)
    sites.halt(link.site, by=Actor.system("test"))
    assert _location(dora.post(path, {"nonce": nonce, "answer": "agree"})) == path
    assert state(link) == "revoked"
    assert not Receipt.objects.exists()
