"""Which language a page speaks: what was chosen on it, what its link says, what the browser asks for.

The recorded person meets every language that has a whole catalogue (`LANGUAGES`), staff those of `STAFF_LANGUAGES`.
"""

from __future__ import annotations

from collections.abc import Container

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_info
from django.utils.translation.trans_real import parse_accept_lang_header

CHOICE = "lang"  # of the address: ?lang=de
SOURCE = "en"
# As browsers also name them. Whoever reads traditional Chinese reads the simplified sooner than English.
ALSO = {"no": "nb", "nn": "nb", "iw": "he", "zh": "zh-hans"}


def known(code: str, among: Container[str]) -> str:
    """Return the language of `among` that is meant by `code` ("de-AT" is "de"), or an empty string."""
    code = code.lower()
    primary = code.partition("-")[0]
    return next((one for one in (code, primary, ALSO.get(primary, "")) if one and one in among), "")


def of_person() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def chosen(request: HttpRequest) -> str:
    """What the reader has pressed on the page, carried in its address; empty where nothing was."""
    return known(request.GET.get(CHOICE, ""), of_person())


def asked_by_browser(request: HttpRequest, among: Container[str]) -> str:
    """The first language of the browser's list that is in `among`; English where none is."""
    wishes = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return next((found for wish, _weight in wishes if (found := known(wish, among))), SOURCE)


def own_name(code: str) -> str:
    """The language's name in itself, as its readers look for it."""
    name: str = get_language_info(code)["name_local"]
    return name
