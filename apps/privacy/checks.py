"""`manage.py check --deploy`: what a notice must say (GDPR Art. 13), and where keys lie."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Advice
from django.db import DatabaseError

from apps.sites.models import Site

# Not among them: the data protection officer, whom not every controller must have.
NOTICE_FACTS = (
    "controller_name",
    "controller_address",
    "privacy_contact",
    "authority",
    "hosting_place",
    "transfers",
    "jurisdiction",
    "support_contact",
)


def missing_facts(site: Site) -> list[str]:
    """Names of the fields that the notice of `site` needs and that are empty."""
    return [name for name in NOTICE_FACTS if not str(getattr(site, name)).strip()]


def words(name: str) -> str:
    return str(getattr(Site._meta.get_field(name), "verbose_name", name))


@register(deploy=True)
def notices_are_complete(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    try:
        sites = list(Site.objects.order_by("slug"))
    except DatabaseError:
        return []  # not migrated yet; `doctor` says so
    return [
        Error(
            f"The notice of the site “{site.slug}” cannot say its {words(name)}.",
            hint=f"Fill in “{name}” of the site, in the console or under /admin/.",
            obj=site,
            id="privacy.E001",
        )
        for site in sites
        for name in missing_facts(site)
    ]


@register(deploy=True)
def keys_lie_apart(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    if settings.KEYS_DIR.parent != settings.DATA_DIR.parent:
        return []
    return [
        Advice(
            f"Keys and data share the folder {settings.KEYS_DIR.parent}.",
            hint="A backup of that folder could open what was deleted. Set PLACET_KEYS_DIR to another place, "
            "and back it up apart, if at all.",
            id="privacy.W001",
        )
    ]


@register(deploy=True)
def weaknesses_can_be_reported(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    if settings.SECURITY_CONTACT:
        return []
    hint = "Set PLACET_SECURITY_CONTACT to an address or a URL."
    return [Advice("Nobody is named in security.txt for reports of weaknesses.", hint=hint, id="privacy.W002")]


@register(deploy=True)
def checkpoints_go_elsewhere(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    if settings.AUDIT_ANCHORS:
        return []
    return [
        Advice(
            "Checkpoints of the audit trail are sent nowhere: cutting off its newest end would not be noticed.",
            hint="Set PLACET_AUDIT_ANCHORS to a place where this machine cannot change what it has sent.",
            id="privacy.W003",
        )
    ]
