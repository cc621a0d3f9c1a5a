"""The notice: what a person reads before they decide, made from the site's live configuration.

Rendering changes nothing, so that opening a page changes nothing. What was agreed to is stored byte for
byte. The version rises by itself whenever the wording changes, and that whenever the policy or a
fact of the site does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone, translation

from apps.consents.models import Notice
from apps.links.models import MagicLink
from apps.sites import permissions
from apps.sites.models import Policy, Site

MORE = "<!--more-->"  # what stands before is shown above the buttons
FIXED = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = ("intro", "details")  # of the texts that a site may add in its own words


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice as it would be stored."""

    language: str
    version: int
    wording: str
    text: str
    policy: Policy
    latest_at: datetime

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def first(self) -> str:
        return self.text.partition(MORE)[0]

    @property
    def details(self) -> str:
        return self.text.partition(MORE)[2]


def _wording_context(site: Site, policy: Policy, language: str) -> dict[str, Any]:
    """What the wording depends on: the site, its policy and its own texts."""
    texts = dict(site.notice_texts.filter(language=language, key__in=KEYS).values_list("key", "text"))
    return {
        "site": site,
        "policy": policy,
        "texts": texts,
        "origins": [urlsplit(origin).netloc for origin in site.origins.values_list("origin", flat=True)],
        "backup_days": settings.KEY_BACKUP_DAYS,
        "language": language,
    }


def _any_case(policy: Policy) -> dict[str, Any]:
    """The same values for every case, so that equal wordings have equal hashes."""
    moments = dict.fromkeys(["expires_at", "issued_at"], FIXED)
    return {
        # Not a fixed day: what is promised at the latest is part of the wording.
        "latest_at": FIXED + timedelta(days=policy.cap_days),
        "agent": "",
        "number": 0,
        "people": 0,
        "minutes": policy.max_minutes,
        "asks_live": True,
        **moments,
    }


def _case(link: MagicLink, *, latest_at: datetime) -> dict[str, Any]:
    return {
        "agent": link.issued_by.first_name if link.issued_by else "",
        "number": link.ticket.number,
        "people": permissions.watchers(link.site).count(),
        "minutes": link.max_minutes,
        "asks_live": link.asks_live,
        "latest_at": latest_at,
        "expires_at": link.expires_at,
        "issued_at": link.issued_at,
    }


def _version(site: Site, language: str, wording: str) -> int:
    """The version that has this wording, or the one that it will have once somebody agrees to it."""
    earlier = Notice.objects.filter(site=site, language=language)
    same = earlier.filter(wording=wording).first()
    if same is not None:
        return same.version
    return (earlier.aggregate(newest=Max("version"))["newest"] or 0) + 1


def render(link: MagicLink, language: str, *, at: datetime | None = None) -> Rendered:
    """Return the notice as it reads for this link at the moment `at`. Writes nothing.

    The same link, configuration and moment give the same bytes.
    """
    site = link.site
    policy = site.policy
    latest_at = (at or timezone.now()) + timedelta(days=policy.cap_days)
    base = _wording_context(site, policy, language)
    with translation.override(language):
        plain = render_to_string("consents/notice.html", {**base, **_any_case(policy), "version": 0})
        wording = hashlib.sha256(plain.encode()).hexdigest()
        version = _version(site, language, wording)
        text = render_to_string(
            "consents/notice.html", {**base, **_case(link, latest_at=latest_at), "version": version}
        )
    return Rendered(language, version, wording, text, policy, latest_at)


def preview(site: Site, language: str, *, texts: dict[str, str]) -> tuple[str, str]:
    """What a person would read with these texts, for an example of a case: above the buttons, and in full."""
    now = timezone.now()
    case = {
        **_any_case(site.policy),
        "number": 4711,
        "people": permissions.watchers(site).count(),
        "latest_at": now + timedelta(days=site.policy.cap_days),
        "expires_at": now + timedelta(hours=site.policy.link_hours),
        "issued_at": now,
    }
    with translation.override(language):
        context = {**_wording_context(site, site.policy, language), "texts": texts, **case, "version": 0}
        first, _mark, details = render_to_string("consents/notice.html", context).partition(MORE)
    return first, details


def notice(rendered: Rendered, *, site: Site) -> Notice:
    """Store what was agreed to; the same words twice are one row."""
    stored, _is_new = Notice.objects.get_or_create(
        site=site,
        sha256=rendered.sha256,
        defaults={
            "policy": rendered.policy,
            "language": rendered.language,
            "version": rendered.version,
            "wording": rendered.wording,
            "text": rendered.text,
        },
    )
    return stored
