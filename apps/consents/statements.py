"""What a person says yes to by itself, apart from agreeing: special categories, and a guardian who reads along."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.sites.models import Policy


def text(name: str, policy: Policy) -> str:
    return {
        "special": _("Pages may show %(what)s. I agree that this is recorded and seen by support, too."),
        "guardian": _("I am 18 or older, or a parent or guardian of mine reads this with me and agrees."),
    }[name] % {"what": policy.special}


def asked(policy: Policy) -> list[tuple[str, str]]:
    """Each statement with its words, in order."""
    return [(name, text(name, policy)) for name in policy.statements]
