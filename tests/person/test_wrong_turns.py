"""Every wrong turn on the way, named after what the person does: each ends on a clear page with a way on.

What they do inside the recorded page is in tests/recorder.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from apps.consents.models import Receipt
from apps.core.actors import Actor
from apps.integrations.services import addresses, landing
from apps.links import services as links
from apps.links.models import MagicLink
from apps.person import cookies
from apps.recordings.models import Recording
from apps.recordings.services import sweeps
from apps.sites import services as sites
from tests.integrations.conftest import local_network  # noqa: F401
from tests.person.conftest import BY, Visitor, recordings, state

pytestmark = pytest.mark.django_db
GPC = {"Sec-GPC": "1"}
IN_APP = [
    "Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 Version/4.0 Chrome/130.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/480]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 GSA/340 Mobile/15E148 Safari/604.1",
]
BROWSERS = [
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
]


def words(visitor: Visitor, path: str) -> str:
    return visitor.open(path).content.decode()


def onward(visitor: Visitor, path: str) -> str:
    """Agree, and return the address of the own page that goes on to the site."""
    return str(visitor.answer(path, "agree")["Location"])


# --- Too late --------------------------------------------------------------------------------------------


def test_she_comes_too_late_and_asks_for_a_new_link_with_one_press(
    path: str, link: MagicLink, dora: Visitor, as_: Callable[[str], Client]
) -> None:
    with time_machine.travel(link.expires_at + timedelta(minutes=1), tick=False):
        assert "This link has expired." in words(dora, path)
        nonce = dora.nonce(path)
        for _twice in range(2):
            assert dora.post(path, {"nonce": nonce, "answer": "ask_again"}).status_code == 303
        assert "Support has been asked for a new link." in words(dora, path)
        ticket = as_("alice").get(f"/tickets/{link.ticket.number}/").content.decode()
    assert "the person asks for another one" in ticket
    assert "Ask for another recording" in ticket


def test_nobody_asks_for_a_new_link_while_this_one_works(path: str, link: MagicLink, dora: Visitor) -> None:
    assert dora.answer(path, "ask_again").status_code == 303
    assert MagicLink.objects.get().asked_again_at is None


def test_she_is_told_when_there_is_less_than_an_hour_left(path: str, link: MagicLink, dora: Visitor) -> None:
    assert "you can ask for a new one with one press" not in words(dora, path)
    with time_machine.travel(link.expires_at - timedelta(minutes=59), tick=False):
        assert "you can ask for a new one with one press" in words(dora, path)


# --- Twice, and back -------------------------------------------------------------------------------------


def test_she_opens_the_link_in_two_tabs_and_agrees_in_both(path: str, link: MagicLink, dora: Visitor) -> None:
    first, second = dora.nonce(path), dora.nonce(path)
    dora.post(path, {"nonce": first, "answer": "agree"})
    again = dora.post(path, {"nonce": second, "answer": "agree"})
    assert again.status_code in {303, 409}
    assert dora.open(path)["Location"] == f"/me/{Receipt.objects.get().pk}/"
    assert recordings(link) == ["created"]


def test_she_presses_back_after_agreeing_and_is_not_sent_off_again(path: str, dora: Visitor) -> None:
    address = onward(dora, path)
    assert 'http-equiv="refresh"' in words(dora, address)
    back = words(dora, address)
    assert 'http-equiv="refresh"' not in back
    assert "It has not started." in back
    assert 'data-testid="own-start"' in back, "she can try once more"
    own = address.partition("?")[0]
    assert 'http-equiv="refresh"' in words(dora, str(dora.press(f"{own}start")["Location"]))


def test_she_goes_back_to_the_consent_page_itself_and_finds_her_own_page(path: str, dora: Visitor) -> None:
    own = onward(dora, path).partition("?")[0]
    assert dora.open(path)["Location"] == own


# --- Nothing starts --------------------------------------------------------------------------------------


def test_nothing_starts_on_the_site_she_says_so_and_alice_sees_why(
    path: str, link: MagicLink, dora: Visitor, as_: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = onward(dora, path).partition("?")[0]
    for _twice in range(2):
        assert dora.press(f"{own}stuck").status_code == 303
    assert "Support knows that it does not start" in words(dora, own)
    alice = as_("alice")
    assert "The landing page is being looked at." in alice.get(f"/tickets/{link.ticket.number}/").content.decode()
    monkeypatch.setattr(landing, "look", lambda url, public_key: MagicLink.Stuck.NO_SNIPPET)
    assert (landing.look_at_stuck(), landing.look_at_stuck()) == (1, 0)
    assert "The landing page has no Placet snippet." in alice.get(f"/tickets/{link.ticket.number}/").content.decode()


def test_it_starts_after_all_and_the_ticket_warns_no_more(
    path: str, link: MagicLink, dora: Visitor, as_: Callable[[str], Client]
) -> None:
    own = onward(dora, path).partition("?")[0]
    dora.press(f"{own}stuck")
    Recording.objects.update(state="recording", started_at=timezone.now(), trusted_at=timezone.now())
    assert "nothing started on the site" not in as_("alice").get(f"/tickets/{link.ticket.number}/").content.decode()


PAGES = {
    (200, '<script async src="https://placet.example/placet.js" data-site="pk_1"></script>'): "fine",
    (200, '<script async src="https://placet.example/placet.js" data-site="pk_2"></script>'): "other_site",
    (200, "<h1>Shop</h1>"): "no_snippet",
    (302, ""): "status",
    (500, "/placet.js pk_1"): "status",
}


@pytest.fixture
def shop_page() -> Iterator[Callable[[int, str], str]]:
    """A shop on this machine: `shop_page(status, body)` is its address, where it answers so."""
    answer: tuple[int, str] = (200, "")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = answer[1].encode()
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def page(status: int, body: str) -> str:
        nonlocal answer
        answer = (status, body)
        return f"http://127.0.0.1:{server.server_port}/orders#/7"

    yield page
    server.shutdown()
    server.server_close()


def test_what_the_landing_page_answers_is_told_in_a_word(
    shop_page: Callable[[int, str], str],
    local_network: None,  # noqa: F811
) -> None:
    for answer, why in PAGES.items():
        assert landing.look(shop_page(*answer), public_key="pk_1") == why, answer


def test_no_landing_page_inside_the_wall_is_opened(shop_page: Callable[[int, str], str]) -> None:
    assert landing.look(shop_page(200, ""), public_key="pk_1") == "not_checked"


def test_a_site_that_is_not_there_is_called_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_address(endpoint: addresses.Endpoint) -> str:
        raise addresses.UnreachableError("no_address")

    monkeypatch.setattr(addresses, "resolve", no_address)
    assert landing.look("https://shop.example/", public_key="pk_1") == "unreachable"


def test_the_site_has_moved_to_another_origin_meanwhile(path: str, link: MagicLink, dora: Visitor) -> None:
    own = onward(dora, path).partition("?")[0]
    link.site.origins.update(origin="https://elsewhere.example")
    page = words(dora, own)
    assert "We could not start" in page
    assert "Ask support for a new link." in page


# --- Her browser -----------------------------------------------------------------------------------------


def test_her_browser_keeps_no_cookies_and_she_is_told_what_to_do(path: str, link: MagicLink, dora: Visitor) -> None:
    address = onward(dora, path)
    dora.client.cookies.clear()
    page = dora.open(address)
    assert page.status_code == 409
    assert "this browser keeps no cookies for us" in page.content.decode()
    assert dora.open("/me/rcp_0/?start=1").content == page.content, "it says nothing of what is there"
    elsewhere = Visitor()
    elsewhere.answer(path, "somebody_else")
    assert onward(elsewhere, path).startswith("/me/")
    assert (state(link), recordings(link)) == ("consented", ["deleting", "created"])


def test_a_private_window_forgets_and_her_link_still_stops_and_deletes(path: str, link: MagicLink) -> None:
    Visitor().answer(path, "agree")
    Recording.objects.update(state="recording", started_at=timezone.now(), trusted_at=timezone.now())
    window = Visitor()
    page = words(window, path)
    assert 'data-testid="link-stop"' in page
    assert "not seen" in page
    window.answer(path, "delete")
    assert recordings(link) == ["deleting"]


@pytest.mark.parametrize("agent", IN_APP)
def test_she_reads_it_inside_a_mail_program_and_is_shown_the_way_out(path: str, agent: str) -> None:
    visitor = Visitor(Client(headers={"User-Agent": agent}))
    page = words(visitor, path)
    assert 'data-testid="in-app"' in page
    assert 'data-testid="consent-agree"' in page, "a hint only: she may agree here all the same"


@pytest.mark.parametrize("agent", BROWSERS)
def test_an_ordinary_browser_gets_no_hint(path: str, agent: str) -> None:
    assert 'data-testid="in-app"' not in words(Visitor(Client(headers={"User-Agent": agent})), path)


def test_her_browser_opts_out_so_watching_live_is_not_even_asked(link: MagicLink) -> None:
    sites.change_policy(link.site, reason="test", allow_live=True, by=BY)
    asking = links.issue(link.ticket, asks_live=True, by=Actor.system("test"))
    path = "/l/" + links.token(asking)
    dora = Visitor()
    assert 'name="live"' in words(dora, path)
    page = dora.open(path, **GPC).content.decode()
    assert 'name="live"' not in page
    assert "Global Privacy Control" in page
    own = {"Origin": settings.BASE_URL, "Sec-Fetch-Site": "same-origin", **GPC}
    answer = dora.post(path, {"nonce": dora.nonce(path), "answer": "agree", "live": "yes"}, headers=own)
    assert answer.status_code == 303
    assert Receipt.objects.get().live is False


@pytest.mark.parametrize("hours", [-5, 5])
def test_her_clock_is_wrong_by_hours_and_nothing_minds(path: str, link: MagicLink, dora: Visitor, hours: int) -> None:
    """No address of ours takes a time from the browser; a date in its headers is as wrong as its clock."""
    wrong = (timezone.now() + timedelta(hours=hours)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    own = {"Origin": settings.BASE_URL, "Sec-Fetch-Site": "same-origin", "Date": wrong, "If-Modified-Since": wrong}
    answer = dora.post(path, {"nonce": dora.nonce(path), "answer": "agree"}, headers=own)
    assert 'http-equiv="refresh"' in words(dora, str(answer["Location"]))
    assert abs(Receipt.objects.get().given_at - timezone.now()) < timedelta(minutes=1)


def test_the_page_lay_open_over_lunch_and_says_to_read_it_again(path: str, link: MagicLink, dora: Visitor) -> None:
    nonce = dora.nonce(path)
    with time_machine.travel(timezone.now() + timedelta(hours=4, minutes=1), tick=False):
        answer = dora.post(path, {"nonce": nonce, "answer": "agree"})
        assert "had been open for too long" in answer.content.decode()
        assert dora.answer(path, "agree").status_code == 303


def test_it_did_not_start_within_a_quarter_of_an_hour_and_her_link_works_again(
    path: str, link: MagicLink, dora: Visitor
) -> None:
    own = onward(dora, path).partition("?")[0]
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        sweeps.void_unstarted()
        assert "The consent was void" in words(dora, own)
        assert onward(dora, path) != own
    assert cookies.name("receipt") in dora.client.cookies
