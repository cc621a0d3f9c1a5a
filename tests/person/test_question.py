"""A question before deciding: it reaches the ticket and changes nothing else."""

from __future__ import annotations

import pytest

from apps.core.models import AuditEntry
from apps.links import services as links
from apps.links.models import MagicLink
from tests.person.conftest import BY, Visitor, state

pytestmark = pytest.mark.django_db


def asked(link: MagicLink) -> list[str]:
    return list(link.ticket.comments.filter(author=None).values_list("body", flat=True))


def test_a_question_goes_on_the_ticket_and_decides_nothing(path: str, link: MagicLink, dora: Visitor) -> None:
    before = asked(link)
    answer = dora.answer(path, "ask", question="Will you see my address?")
    assert (answer.status_code, answer["Location"]) == (303, f"{path}?asked=1")
    assert b"Your question was sent to support." in dora.open(answer["Location"]).content
    assert asked(link) == [*before, "Will you see my address?"]
    assert state(link) == "issued"
    assert AuditEntry.objects.filter(name="link.asked", subject_id=link.pk).count() == 1
    assert dora.answer(path, "agree").status_code == 303


def test_the_same_question_twice_is_written_once(path: str, link: MagicLink, dora: Visitor) -> None:
    before = asked(link)
    for _twice in range(2):
        assert dora.answer(path, "ask", question="Will you see my address?").status_code == 303
    assert len(asked(link)) == len(before) + 1


def test_a_card_number_in_a_question_is_not_stored(path: str, link: MagicLink, dora: Visitor) -> None:
    dora.answer(path, "ask", question="My card 4111 1111 1111 1111 is refused, why?")
    assert "4111" not in asked(link)[-1]
    assert "is refused, why?" in asked(link)[-1]


@pytest.mark.parametrize("question", ["", "   \n "])
def test_an_empty_question_is_not_sent(path: str, link: MagicLink, dora: Visitor, question: str) -> None:
    before = asked(link)
    answer = dora.answer(path, "ask", question=question)
    assert answer.status_code == 400
    assert b"There is nothing written yet." in answer.content
    assert asked(link) == before


def test_a_long_question_is_cut_and_the_sixth_within_an_hour_waits(path: str, link: MagicLink, dora: Visitor) -> None:
    before = asked(link)
    for number in range(5):
        assert dora.answer(path, "ask", question=f"{number} " + "x" * 5_000).status_code == 303
    assert {len(body) for body in asked(link)[len(before) :]} == {1_000}
    assert dora.answer(path, "ask", question="one more").status_code == 429
    assert len(asked(link)) == len(before) + 5


def test_a_link_that_is_not_open_takes_no_question(path: str, link: MagicLink, dora: Visitor) -> None:
    nonce = dora.nonce(path)
    links.revoke(link, by=BY)
    before = asked(link)
    dora.post(path, {"nonce": nonce, "answer": "ask", "question": "Hello?"})
    assert asked(link) == before


def test_a_question_comes_from_our_own_page_only(path: str, link: MagicLink, dora: Visitor) -> None:
    nonce, before = dora.nonce(path), asked(link)
    elsewhere = {"Origin": "https://evil.example"}
    data = {"nonce": nonce, "answer": "ask", "question": "Hello?"}
    assert dora.post(path, data, headers=elsewhere).status_code == 403
    assert asked(link) == before
