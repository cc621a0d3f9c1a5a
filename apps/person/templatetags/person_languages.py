"""The switch of languages: plain links to the same page, so it needs no script and sets nothing."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.translation import get_language_info

from apps.core import languages
from apps.person import doors

register = template.Library()


def _address(request: HttpRequest, code: str) -> str:
    query = request.GET.copy()
    query[languages.CHOICE] = code
    return f"?{query.urlencode()}"


@register.inclusion_tag("person/languages.html", takes_context=True)
def language_switch(context: dict[str, Any]) -> dict[str, Any]:
    """Every other language by its own name. Not on what a POST has answered: its address cannot be opened."""
    request, present = context["request"], doors.language()
    others = [code for code in languages.of_person() if code != present] if request.method == "GET" else []
    return {
        "present": languages.own_name(present),
        "others": [{**get_language_info(code), "address": _address(request, code)} for code in others],
    }
