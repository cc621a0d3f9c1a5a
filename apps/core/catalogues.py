"""The texts and their translations: what the sources say, what the catalogues hold, and what is wrong between them.

Two catalogues a language. `person` has what a recorded person meets, and must be whole in each of `LANGUAGES`;
`staff` has all other texts, in each of `STAFF_LANGUAGES`, English where one is missing. Django reads both (`LOCALE_PATHS`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from apps.core import languages

# Where a recorded person's texts stand. `::name` is one function or class of a file.
PERSON = (
    "apps/person",
    "apps/consents/errors.py",
    "apps/consents/services",
    "apps/consents/statements.py",
    "apps/consents/templates",
    "apps/core/errors.py",
    "apps/core/templates/403.html",
    "apps/core/templates/403_csrf.html",
    "apps/core/templates/404.html",
    "apps/core/templates/500.html",
    "apps/core/templates/core/error.html",
    "apps/core/templates/core/plain.html",
    "apps/links/errors.py",
    "apps/links/services/mailing.py",
    "apps/links/templates",
    "apps/privacy/services/letters.py",
    "apps/privacy/templates/privacy/letter.html",
    "apps/privacy/templates/privacy/letter.txt",
    "apps/privacy/templates/privacy/notice.html",
    "apps/privacy/templates/privacy/offline.html",
    "apps/privacy/templates/privacy/readme.html",
    "apps/recordings/bar.py",
    "apps/recordings/errors.py::NobodyThere",
    "apps/recordings/replayer.py::gaps",
    "apps/recordings/replayer.py::picture_words",
    "apps/recordings/templates",
    "apps/sites/errors.py",
)
# Which form is for which number, in the order of CLDR: one, few, many, other; Arabic: zero, one, two, few, many, other.
_ONE_AND_OTHERS = "nplurals=2; plural=(n != 1);"
_ONE_FORM = "nplurals=1; plural=0;"
_SLAVIC = "nplurals=3; plural=({one} ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "tr": "nplurals=2; plural=(n != 1);",
    "hi": "nplurals=2; plural=(n > 1);",
    "pl": _SLAVIC.format(one="n==1"),
    "uk": _SLAVIC.format(one="n%10==1 && n%100!=11"),
    "cs": "nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);",
    "he": "nplurals=3; plural=(n==1 ? 0 : n==2 ? 1 : 2);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "ja": _ONE_FORM,
    "ko": _ONE_FORM,
    "zh-hans": _ONE_FORM,
}
_CALLS = {
    "_": "s", "gettext": "s", "gettext_lazy": "s", "ngettext": "sp", "ngettext_lazy": "sp",
    "pgettext": "cs", "pgettext_lazy": "cs", "npgettext": "csp", "npgettext_lazy": "csp",
}  # fmt: skip
_LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_CALL = re.compile(rf"(?<!\w)(n?p?gettext|_)\(({_LITERAL}(?:, *{_LITERAL})*)")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?\w+[^>]*>")


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """One text of the sources; `plural` and `context` are empty where it has none."""

    text: str
    plural: str = ""
    context: str = ""


# --- What the sources say -----------------------------------------------------------------------------


def _made(name: str, literals: list[str]) -> Text:
    parts = dict(zip(_CALLS[name], literals, strict=False))
    return Text(parts["s"], parts.get("p", ""), parts.get("c", ""))


def _of_python(source: str, part: str) -> Iterator[Text]:
    tree: ast.AST = ast.parse(source)
    if part:
        tree = next(node for node in ast.walk(tree) if getattr(node, "name", "") == part)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        literals = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if name in _CALLS and len(literals) >= len(_CALLS[name]):
            yield _made(name, literals)


def _of_template(source: str) -> Iterator[Text]:
    for call in _CALL.finditer(templatize(source)):
        yield _made(call[1], [ast.literal_eval(one) for one in re.findall(_LITERAL, call[2])])


def _files(place: str) -> list[Path]:
    path = settings.BASE_DIR / place
    found = [path] if path.is_file() else [one for one in path.rglob("*") if one.suffix in {".py", ".html", ".txt"}]
    return sorted(one for one in found if "migrations" not in one.parts)


def said_in(place: str) -> set[Text]:
    """Every text of a file, of all files in a folder, or of one function or class (`file::name`)."""
    place, _mark, part = place.partition("::")
    found: set[Text] = set()
    for path in _files(place):
        source = path.read_text()
        found |= set(_of_python(source, part) if path.suffix == ".py" else _of_template(source))
    return found


def said() -> dict[str, set[Text]]:
    """The texts of both catalogues. What a person meets is not staff's a second time."""
    person = set().union(*(said_in(place) for place in PERSON))
    return {"person": person, "staff": said_in("apps") - person}


# --- What the catalogues hold -------------------------------------------------------------------------


def translated_into(kind: str) -> list[str]:
    codes = languages.of_person() if kind == "person" else settings.STAFF_LANGUAGES
    return [code for code in codes if code != languages.SOURCE]


def path_of(kind: str, language: str) -> Path:
    return Path(settings.BASE_DIR) / "locale" / kind / to_locale(language) / "LC_MESSAGES" / "django.po"


def _read(path: Path, language: str) -> polib.POFile:
    catalogue = polib.pofile(str(path), wrapwidth=0) if path.exists() else polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Language": to_locale(language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS.get(language, _ONE_AND_OTHERS),
    }
    return catalogue


def _text(entry: polib.POEntry) -> Text:
    return Text(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def forms(language: str) -> int:
    return int(PLURALS.get(language, _ONE_AND_OTHERS).partition(";")[0].removeprefix("nplurals="))


def _entry(text: Text, language: str) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.text, msgid_plural=text.plural, msgctxt=text.context or None)
    if text.plural:
        entry.msgstr_plural = dict.fromkeys(range(forms(language)), "")
    return entry


def update() -> None:
    """Put into each catalogue what the sources say now, untranslated where it is new; what is gone goes."""
    for kind, texts in said().items():
        for language in translated_into(kind):
            path = path_of(kind, language)
            catalogue = _read(path, language)
            held = {_text(entry): entry for entry in catalogue if not entry.obsolete}
            catalogue[:] = [held.get(text) or _entry(text, language) for text in sorted(texts)]
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path))


def compile_all() -> None:
    """Write beside each catalogue the binary one that Django reads."""
    for path in sorted((Path(settings.BASE_DIR) / "locale").rglob("django.po")):
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


# --- What is wrong ------------------------------------------------------------------------------------


def _wrong_with(entry: polib.POEntry, language: str) -> str:
    if entry.fuzzy:
        return "fuzzy"
    said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(said) or (entry.msgid_plural and len(said) != forms(language)):
        return "not translated"
    wanted = sorted(_PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    for form in said:
        held = sorted(_PLACEHOLDER.findall(form))
        # "One minute", "two days": a form that stands for one number need not repeat it.
        may_leave_out_the_number = bool(entry.msgid_plural) and form != said[-1]
        if held != wanted and not (may_leave_out_the_number and set(held) < set(wanted)):
            return "placeholders or tags differ"
    return ""


def wrong(kind: str, language: str, texts: set[Text]) -> Iterator[str]:
    """Say what keeps a catalogue from being whole: missing, left over, untranslated, fuzzy, a placeholder lost."""
    catalogue = _read(path_of(kind, language), language)
    held = {_text(entry): entry for entry in catalogue if not entry.obsolete}
    for text in sorted(texts - set(held)):
        yield f"{kind}/{language}: missing: {text.text!r}"
    for text in sorted(set(held) - texts):
        yield f"{kind}/{language}: no longer said anywhere: {text.text!r}"
    for text, entry in held.items():
        if why := _wrong_with(entry, language):
            yield f"{kind}/{language}: {why}: {text.text!r}"


def wrongly_said(language: str) -> Iterator[str]:
    """Of the staff's texts, which are English where nobody has translated them yet: what would be shown broken."""
    for entry in _read(path_of("staff", language), language):
        if (why := _wrong_with(entry, language)) and why != "not translated":
            yield f"staff/{language}: {why}: {_text(entry).text!r}"


def still_english(language: str) -> int:
    """How many of the staff's texts have no translation into `language` yet."""
    entries = _read(path_of("staff", language), language)
    held = {_text(entry) for entry in entries if _wrong_with(entry, language) != "not translated"}
    return len(said()["staff"] - held)


def all_wrong() -> list[str]:
    """What keeps the catalogues from being used: the person's must be whole, the staff's right in what they say."""
    texts = said()["person"]
    lines = [line for language in translated_into("person") for line in wrong("person", language, texts)]
    return lines + [line for language in translated_into("staff") for line in wrongly_said(language)]
