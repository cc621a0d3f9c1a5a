"""Every address of ours is asked, as nobody and as alice: it answers with the headers that bind browsers."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from apps.accounts.models import User
from tests.factories import SiteFactory, TicketFactory, people, shop

pytestmark = pytest.mark.django_db
SAMPLES = {"number": "4711", "slug": "shop", "name": "recorder-0123456789abcdef.js", "n": "0"}
# Documents that hold a replay, and nothing else, may have inline styles.
MAY_STYLE_INLINE = {"recording", "person-review", "recording-replayer", "replayer", "player", "review"}
SCRIPTS = {"loader", "module"}
# What a customer's page loads.
EMBEDDED = {"loader", "module", "vocabulary"}


def _walk(patterns: list[URLPattern | URLResolver], before: str = "") -> list[tuple[str, str]]:
    found = []
    for pattern in patterns:
        path = before + _sample(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin" or before == "":
                found += _walk(pattern.url_patterns, path)
        else:
            found.append((pattern.name or path, "/" + path))
    return found


def _sample(pattern: str) -> str:
    text = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", lambda m: SAMPLES.get(m[1], "x1"), pattern)
    text = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: SAMPLES.get(m[1], "1"), text)
    return re.sub(r"[\^$\\]|\\Z", "", text).replace("?", "")


ADDRESSES = _walk(get_resolver().url_patterns)


def test_there_are_many_addresses() -> None:
    assert len(ADDRESSES) > 100
    assert {"healthz", "tickets", "ticket", "api-tickets", "account_login"} <= {name for name, _ in ADDRESSES}


@pytest.fixture
def alice() -> User:
    site = shop()
    staff = people(site, SiteFactory())
    TicketFactory(site=site, number=4711)
    return staff["alice"]


def _directives(answer: HttpResponse) -> dict[str, str]:
    policy = answer.headers["Content-Security-Policy"]
    return {name: value for name, _, value in (part.strip().partition(" ") for part in policy.split(";"))}


def _check(name: str, answer: HttpResponse) -> list[str]:
    wrong = []
    headers = answer.headers
    if headers.get("X-Content-Type-Options") != "nosniff":
        wrong.append("no nosniff")
    if headers.get("Referrer-Policy") not in {"same-origin", "strict-origin"}:
        wrong.append(f"referrer policy {headers.get('Referrer-Policy')}")
    wanted = "cross-origin" if name in EMBEDDED and answer.status_code < 400 else "same-origin"
    if headers.get("Cross-Origin-Resource-Policy") != wanted:
        wrong.append(f"resource policy {headers.get('Cross-Origin-Resource-Policy')}")
    if "Content-Security-Policy" not in headers:
        return [*wrong, "no policy"]
    csp = _directives(answer)
    if csp.get("frame-ancestors") != "'none'":
        wrong.append(f"frame-ancestors {csp.get('frame-ancestors')}")
    if csp.get("default-src") != "'none'" or csp.get("base-uri") != "'none'":
        wrong.append("default-src or base-uri is open")
    loose = "unsafe" in str(headers["Content-Security-Policy"])
    if loose and (name not in MAY_STYLE_INLINE or "unsafe" in csp.get("script-src", "")):
        wrong.append("unsafe-*")
    if re.search(r"javascript|ecmascript", headers.get("Content-Type", "")) and name not in SCRIPTS:
        wrong.append("a script type")
    return wrong


@pytest.mark.parametrize("who", ["nobody", "alice"])
def test_every_address_answers_with_the_headers(alice: User, who: str) -> None:
    client = Client(raise_request_exception=False)
    if who == "alice":
        client.force_login(alice)
    found = {}
    for name, path in ADDRESSES:
        answer = client.get(path)
        if answer.status_code >= 500 and name != "readyz":
            found[path] = [f"status {answer.status_code}"]
        elif wrong := _check(name, answer):  # type: ignore[arg-type]
            found[path] = wrong
        if who == "alice" and "logout" in path:
            client.force_login(alice)
    assert found == {}


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/c/", "/l/x", "/verify/"])
def test_where_no_script_writes_html_none_may(db: None, path: str) -> None:
    csp = _directives(Client().get(path))  # type: ignore[arg-type]
    assert (csp["require-trusted-types-for"], csp["trusted-types"]) == ("'script'", "'none'")


def test_files_of_ours_are_drawn_by_no_other_origin(client: Client) -> None:
    assert client.get("/static/console.css")["Cross-Origin-Resource-Policy"] == "same-origin"


def test_what_does_not_exist_has_the_headers_too() -> None:
    assert _check("", Client().get("/nothing/here/")) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/me/a%00b/", "/links/a%00b/send/", "/tickets/1/?q=%00", "/a%00b?q=%00", "/l/%00"])
def test_a_nul_in_an_address_breaks_nothing(alice: User, path: str) -> None:
    client = Client()
    client.force_login(alice)
    for answer in (client.get(path), Client().post(path)):
        assert answer.status_code < 500
        assert "\x00" not in answer.text
        assert _check("", answer) == []  # type: ignore[arg-type]
