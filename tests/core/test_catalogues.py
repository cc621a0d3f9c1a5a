"""The check of the translations: what it reads from the sources, and each thing that it must find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
import pytest

from apps.core import catalogues
from apps.core.catalogues import Text

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
def words():
    return _("one") + ngettext("%(n)d day", "%(n)d days", 3)
class Other:
    text = pgettext("verb", "Open")
    name = _("a"
             "b")
"""
TEMPLATE = """{% load i18n %}{% translate "He said (so)" %}<a title="{% translate 'it' %}">
{% blocktranslate count n=n %}{{ n }} 'day'{% plural %}{{ n }} "days"{% endblocktranslate %}
{{ _("in a variable") }}"""


@pytest.fixture
def place(settings: Any, tmp_path: Path) -> Path:
    settings.BASE_DIR = tmp_path
    settings.LANGUAGES = [("en", "English"), ("de", "German"), ("ja", "Japanese")]
    return tmp_path


def _hold(language: str, *entries: polib.POEntry) -> None:
    catalogue = polib.POFile()
    catalogue.extend(entries)
    path = catalogues.path_of("person", language)
    path.parent.mkdir(parents=True)
    catalogue.save(str(path))


def test_texts_are_read_from_python_and_from_templates(place: Path) -> None:
    (place / "x.py").write_text(PYTHON)
    (place / "x.html").write_text(TEMPLATE)
    days = Text("%(n)d day", "%(n)d days")
    assert catalogues.said_in("x.py") == {Text("one"), days, Text("Open", "", "verb"), Text("ab")}
    assert catalogues.said_in("x.py::words") == {Text("one"), days}
    several = Text("%(n)s 'day'", '%(n)s "days"')
    assert catalogues.said_in("x.html") == {Text("He said (so)"), Text("it"), several, Text("in a variable")}


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (polib.POEntry(msgid="Hello %(who)s", msgstr="Hallo %(who)s"), ""),
        (polib.POEntry(msgid="Hello %(who)s", msgstr="Hallo"), "placeholders or tags differ"),
        (polib.POEntry(msgid="Hello %(who)s", msgstr="Hallo %(wer)s"), "placeholders or tags differ"),
        (polib.POEntry(msgid="Hello %(who)s", msgstr=""), "not translated"),
        (polib.POEntry(msgid="Hello %(who)s", msgstr="Hallo %(who)s", flags=["fuzzy"]), "fuzzy"),
    ],
)
def test_a_text_that_is_not_whole_is_found(place: Path, entry: polib.POEntry, why: str) -> None:
    _hold("de", entry)
    found = list(catalogues.wrong("person", "de", {Text("Hello %(who)s")}))
    assert found == ([f"person/de: {why}: 'Hello %(who)s'"] if why else [])


@pytest.mark.parametrize(
    ("language", "forms", "is_whole"),
    [
        ("de", ["ein Tag", "%(n)s Tage"], True),
        ("de", ["%(n)s Tag", "Tage"], False),
        ("de", ["%(n)s Tage"], False),
        ("ja", ["%(n)s日"], True),
    ],
)
def test_each_language_has_its_own_forms_and_the_last_holds_all(
    place: Path, language: str, forms: list[str], is_whole: bool
) -> None:
    entry = polib.POEntry(msgid="%(n)s day", msgid_plural="%(n)s days", msgstr_plural=dict(enumerate(forms)))
    _hold(language, entry)
    assert (not list(catalogues.wrong("person", language, {Text("%(n)s day", "%(n)s days")}))) is is_whole


def test_a_new_text_and_one_that_is_gone_are_found(place: Path) -> None:
    _hold("de", polib.POEntry(msgid="old", msgstr="alt"))
    found = list(catalogues.wrong("person", "de", {Text("new")}))
    assert found == ["person/de: missing: 'new'", "person/de: no longer said anywhere: 'old'"]


def test_the_catalogues_of_this_installation_are_whole() -> None:
    assert catalogues.all_wrong() == []


def test_a_text_for_staff_may_be_missing_and_is_counted_but_not_wrong(place: Path) -> None:
    good = polib.POEntry(msgid="Open %(n)s", msgstr="%(n)s offen")
    path = catalogues.path_of("staff", "de")
    path.parent.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.extend([good, polib.POEntry(msgid="Not yet", msgstr="")])
    catalogue.save(str(path))
    assert list(catalogues.wrongly_said("de")) == []
    assert catalogues.still_english("de") == len(catalogues.said()["staff"])
    good.msgstr = "offen"
    catalogue.save(str(path))
    assert list(catalogues.wrongly_said("de")) == ["staff/de: placeholders or tags differ: 'Open %(n)s'"]


def test_the_staffs_german_is_nearly_whole() -> None:
    assert catalogues.still_english("de") <= len(catalogues.said()["staff"]) / 10
