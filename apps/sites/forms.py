"""The form of a site's own masking rules: the console and the admin show the same."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.core.fields import LinesField
from apps.sites import masking
from apps.sites.models import Policy


class MaskingForm(forms.Form):
    """Rules one a line, and a piece of a page to try them on before they are saved."""

    mode = forms.ChoiceField(
        label=_("Masking"),
        choices=Policy.Mode.choices,
        help_text=_("Strict keeps buttons, labels, headings and menus; all other text becomes a placeholder."),
    )
    mask_selectors = LinesField(
        label=_("Selectors that are masked"), help_text=_("CSS, one a line. Their text becomes a placeholder.")
    )
    block_selectors = LinesField(
        label=_("Selectors that are blocked"), help_text=_("CSS, one a line. An empty box of the same size is left.")
    )
    text_patterns = LinesField(
        label=_("Text patterns that are masked"),
        help_text=_("Regular expressions, one a line, such as CUST-[0-9]{6}. At most one part may repeat without end."),
    )
    open_input_types = LinesField(
        label=_("Input types that stay readable"),
        help_text=_(
            "One a line, such as search. What is typed there still passes the built-in rules; passwords never open."
        ),
    )
    query_keys = LinesField(
        label=_("Query keys that stay readable"),
        help_text=_("One a line. All other parameters of an address are removed."),
    )
    response_fields = LinesField(
        label=_("Fields of answers that are kept"),
        help_text=_("JSON pointers, one a line, such as /error/code. Their texts pass the built-in rules."),
    )
    asset_origins = LinesField(
        label=_("Origins of public assets"),
        help_text=_("One a line: where style sheets, fonts and pictures of the pages lie."),
    )
    sample = forms.CharField(
        label=_("Try them on a page"),
        required=False,
        max_length=masking.SAMPLE_LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false"}),
        help_text=_("Paste HTML. It is not kept."),
    )
    reason = forms.CharField(
        label=_("Why it changes"), max_length=300, required=False, help_text=_("Kept with the new version.")
    )

    def __init__(self, policy: Policy, data: Any = None) -> None:
        super().__init__(data, initial={name: getattr(policy, name) for name in ("mode", *masking.RULES)})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name in masking.RULES:
            try:
                masking.check(name, data.get(name, []))
            except Invalid as error:
                self.add_error(name, error.text)
        return data

    def rules(self) -> dict[str, list[str]]:
        return {name: self.cleaned_data[name] for name in masking.RULES}

    def changes(self) -> dict[str, Any]:
        return {"mode": self.cleaned_data["mode"], **self.rules()}

    def tried(self) -> list[masking.Piece]:
        """What the rules do to the sample; call it once the form is valid."""
        return masking.tried(self.cleaned_data["sample"], self.rules())
