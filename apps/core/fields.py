"""Form fields that several apps use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core import languages


class LinesField(forms.CharField):
    """A list of strings, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}))
        super().__init__(required=False, max_length=8_000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in str(value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))


class LanguageField(forms.ChoiceField):
    """A language in which a recorded person can read everything; empty: their browser says."""

    def __init__(self, *, label: Any = None, help_text: Any = "", initial: Any = None, **_more: Any) -> None:
        # A model's field hands over what it knows of itself; only these are of use here.
        super().__init__(required=False, choices=_languages, label=label, help_text=help_text, initial=initial)


def _languages() -> list[tuple[str, Any]]:
    named = [(code, languages.own_name(code)) for code in languages.of_person()]
    return [("", _("As their browser asks")), *named]
