"""PRIVACY L14: the words above the buttons, measured."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from apps.core.actors import Actor
from apps.links import services as links
from apps.sites import services as sites
from apps.sites.models import Site
from apps.tickets.models import Ticket

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
POLICIES: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "as loose as can be": {
        "allow_live": True, "show_staff_names": True, "allow_unmask": True, "query_keys": ["page"],
        "open_input_types": ["search", "number"], "retention_days": 90, "max_minutes": 120,
    },
    "as tight as can be": {"record_console": False, "record_network": False, "review": "required", "cap_days": 30},
}  # fmt: skip
BANNED = ["may include", "etc.", "legitimate", "improve your experience", "and so on", "session replay", "we value"]


def _first_layer(ticket: Ticket, policy: dict[str, Any]) -> list[str]:
    """The sentences that stand on the page before anything is unfolded."""
    if policy:
        sites.change_policy(ticket.site, reason="x", by=BY, **policy)
    link = links.issue(ticket, asks_live=policy.get("allow_live", False), by=BY)
    page = Client().get(links.url(link).partition("8000")[2]).content.decode()
    main = re.sub(r"(?s)<details>.*?</details>", "", page[page.index("<main>") : page.index("</main>")])
    blocks = re.split(r"</(?:p|li|h1|label|button|ul)>", main)
    texts = [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", block)).split()) for block in blocks]
    return [one.strip() for text in texts for one in re.split(r"(?<=[.!?])\s+(?=[A-Z])", text) if one.strip()]


def _words(sentence: str) -> list[str]:
    return re.findall(r"[\w'’.#-]*\w", sentence)


def _syllables(word: str) -> int:
    groups = re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower()))
    return max(1, len(groups))


@pytest.mark.parametrize("policy", POLICIES.values(), ids=list(POLICIES))
def test_the_first_layer_is_short_and_plain(ticket: Ticket, policy: dict[str, Any]) -> None:
    sentences = _first_layer(ticket, policy)
    words = [word for sentence in sentences for word in _words(sentence)]
    assert 60 < len(words) <= 150, len(words)
    lengths = [len(_words(sentence)) for sentence in sentences]
    assert max(lengths) <= 30, sentences[lengths.index(max(lengths))]
    assert sum(lengths) / len(lengths) <= 20
    # Flesch-Kincaid; an address of a host is one word to a reader.
    grade = 0.39 * len(words) / len(sentences) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59
    assert grade <= 8, grade
    text = " ".join(sentences).lower()
    assert [phrase for phrase in BANNED if phrase in text] == []


def test_the_buttons_say_the_act_and_dates_are_whole(ticket: Ticket) -> None:
    text = " ".join(_first_layer(ticket, {}))
    assert "Record and share with support" in text
    assert "Don't record" in text
    assert re.search(r"at the latest on \d{1,2} [A-Z][a-z]+ \d{4}", text)
    assert re.search(r"works until \d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC", text)


def test_every_line_of_the_list_is_on_the_page(ticket: Ticket, shop: Site) -> None:
    """PRIVACY N1 to N20, but N18, which no site can switch on yet."""
    sites.change_policy(shop, reason="x", allow_live=True, by=BY)
    link = links.issue(ticket, asks_live=True, by=BY)
    page = html.unescape(Client().get(links.url(link).partition("8000")[2]).content.decode())
    lines = {
        "N1": "Harbour Shop Ltd", "N2": "dpo@shop.example", "N3": "to see the problem that you reported", "N4": "GDPR Art. 6(1)(a)",
        "N5": "Only pages of shop.example", "N6": "What we cannot promise", "N7": "Nothing is recorded before you agree",
        "N8": "of the support team of Harbour Shop", "N9": "Norway", "N10": "30 days after your request is solved",
        "N11": "Your rights", "N12": "with one press", "N13": "Datatilsynet", "N14": "You get the same help if you say no",
        "N15": "no training of AI", "N16": "may also watch live", "N17": "addresses of requests", "N19": "The link works until",
        "N20": "Version 1, language en",
    }  # fmt: skip
    assert [name for name, words in lines.items() if words not in page] == []
