"""PRIVACY L14 and U12.3 for every English text that a recorded person may meet: pages, bar, mails, errors."""

from __future__ import annotations

import re

from apps.core import catalogues

LONGEST = 30  # words of a sentence
# What hides, flatters, hurries or shames; and words of the trade.
BANNED = (
    r"\bmay include\b|\betc\b|\blegitimate\b|\bimprove your\b|\band so on\b|\bsession replay\b|\bwe value\b|\boops\b"
    r"|\bplease note\b|\bin order to\b|\butili[sz]e\b|\bask me later\b|\bmaybe later\b|\bno thanks\b|\bhurry\b"
    r"|\bdon't miss\b|\bdata subject\b|\bpayload\b|\bmetadata\b|\bsimply\b|\bjust click\b"
)


def texts() -> list[str]:
    """As they are read: a value in place of each placeholder."""
    found = {form for text in catalogues.said()["person"] for form in (text.text, text.plural) if form}
    return sorted(re.sub(r"%\(\w+\)[sd]|\{\w+\}|%[sd]", "value", re.sub(r"<[^>]+>", "", text)) for text in found)


def sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?:…])\s+|\n\n", text) if re.search(r"\w", one)]


def words(text: str) -> list[str]:
    return re.findall(r"[\w'’-]*\w", text)


def syllables(word: str) -> int:
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower()))))


def test_there_are_texts_of_every_kind() -> None:
    said = " ".join(texts())
    for one in ["Record and share with support", "Hide this", "Type your code", "The consent was void"]:
        assert one in said


def test_no_sentence_is_long() -> None:
    assert [one for text in texts() for one in sentences(text) if len(words(one)) > LONGEST] == []


def test_nothing_hides_flatters_hurries_or_shames() -> None:
    assert [text for text in texts() if re.search(BANNED, text, re.IGNORECASE)] == []


def test_all_of_it_reads_at_grade_eight_or_below() -> None:
    """Flesch-Kincaid over everything that is a sentence; labels of one or two words would only flatter it."""
    read = [one for text in texts() for one in sentences(text) if len(words(one)) > 2]
    said = [word for one in read for word in words(one)]
    assert len(said) / len(read) <= 20
    grade = 0.39 * len(said) / len(read) + 11.8 * sum(map(syllables, said)) / len(said) - 15.59
    assert grade <= 8, grade
