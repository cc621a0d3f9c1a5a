"""alice reads German, because her browser asks for it; charlie's Arabic has no texts for staff, and is English."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.tickets.models import Ticket

pytestmark = pytest.mark.django_db
DE = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/", ["Neues Ticket", "Zuständig", "Priorität"]),
        ("/tickets/{number}/", ["Aufzeichnungslink senden", "Ans Ticket schreiben", "Zur Seite springen"]),
        ("/tickets/{number}/link/", ["Wo die Person beginnt", "Höchstens aufzeichnen (Minuten)"]),
        ("/tickets/new/", ["Betreff", "E-Mail der Person"]),
        ("/sites/shop/", ["Mail mit einem Link", "Regeln dieser Website zum Verbergen"]),
        ("/reports/", ["Berichte"]),
    ],
)
def test_pages_of_the_staff_in_german(as_: Callable[[str], Client], ticket: Ticket, path: str, said: list[str]) -> None:
    page = as_("alice").get(path.format(number=ticket.number), headers=DE)
    text = page.content.decode()
    assert page["Content-Language"] == "de"
    assert '<html lang="de">' in text
    assert [one for one in said if one not in text] == []


def test_what_has_no_texts_for_staff_is_english(as_: Callable[[str], Client]) -> None:
    page = as_("alice").get("/", headers={"accept-language": "ar"})
    assert page["Content-Language"] == "en"
    assert "New ticket" in page.content.decode()
