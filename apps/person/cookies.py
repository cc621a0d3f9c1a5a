"""The cookie that opens a person's own page, and the one that carries a start code for the moment of going on.

Both are set by an action only: agreeing, starting, or opening the link of one's own page. A third remembers the
language chosen on a page, and only in a browser that has the first.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.consents import services as consents
from apps.consents.models import Receipt
from apps.core import languages
from apps.core.errors import Unknown

MOST = 3  # receipts that one browser remembers; newest first
SEPARATOR = "~"
RECEIPT_AGE_S = 400 * 24 * 3600  # browsers cut longer ones; the row decides anyway
START_AGE_S = 300
GONE_ON = "gone-on"  # no start code looks like this


def name(kind: str) -> str:
    """Over http, from the same machine too, WebKit keeps no cookie that is Secure (tried)."""
    return f"__Host-placet-{kind}" if settings.SECURE else f"placet-{kind}"


def _set(response: HttpResponse, kind: str, value: str, *, age_s: int) -> None:
    response.set_cookie(
        name(kind), value, max_age=age_s, path="/", secure=settings.SECURE, httponly=True, samesite="Lax"
    )


def receipts(request: HttpRequest) -> list[Receipt]:
    """The receipts that this browser may open, newest first; what has become invalid is left out."""
    found = []
    for token in request.COOKIES.get(name("receipt"), "").split(SEPARATOR)[:MOST]:
        try:
            found.append(consents.find(token))
        except Unknown:
            continue
    return found


def remember(request: HttpRequest, response: HttpResponse, receipt: Receipt) -> None:
    others = [other for other in receipts(request) if other.pk != receipt.pk]
    tokens = [consents.token(one) for one in [receipt, *others][:MOST]]
    _set(response, "receipt", SEPARATOR.join(tokens), age_s=RECEIPT_AGE_S)


def forget(request: HttpRequest, response: HttpResponse, receipt: Receipt) -> None:
    tokens = [consents.token(other) for other in receipts(request) if other.pk != receipt.pk]
    _set(response, "receipt", SEPARATOR.join(tokens), age_s=RECEIPT_AGE_S if tokens else 0)


def carry_start(response: HttpResponse, receipt: Receipt, code: str) -> None:
    """Hand the code to the next page without an address that holds it, so that no GET has to make one."""
    _set(response, "start", f"{receipt.pk}{SEPARATOR}{code}", age_s=START_AGE_S)


def note_gone_on(response: HttpResponse, receipt: Receipt) -> None:
    """They were sent on once. Whoever comes back finds nothing started, and is not sent there again and again."""
    _set(response, "start", f"{receipt.pk}{SEPARATOR}{GONE_ON}", age_s=START_AGE_S)


def has_gone_on(request: HttpRequest, receipt: Receipt) -> bool:
    return carried_start(request, receipt) == GONE_ON


def carried_start(request: HttpRequest, receipt: Receipt) -> str:
    public_id, _, code = request.COOKIES.get(name("start"), "").partition(SEPARATOR)
    return code if public_id == receipt.pk else ""


def chosen_language(request: HttpRequest) -> str:
    """What the person has chosen, on this page or, once they have agreed, on one before; empty where nothing."""
    return languages.chosen(request) or languages.known(
        request.COOKIES.get(name("language"), ""), languages.of_person()
    )


def keep_language(request: HttpRequest, response: HttpResponse) -> None:
    """For the pages after the consent, whose addresses do not carry it. Before it there is no cookie at all."""
    choice = languages.chosen(request)
    if choice and request.COOKIES.get(name("receipt")):
        _set(response, "language", choice, age_s=RECEIPT_AGE_S)
