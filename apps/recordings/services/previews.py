"""What a recording would show, drawn over the site's own page for its developers. Nothing is recorded or sent.

A preview's token lives ten minutes and opens nothing: whoever shows it is told the site's policy, which every
recorder of the site is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from apps.core import audit, signing
from apps.core.actors import Actor
from apps.recordings.errors import OriginRefused, TokenWrong
from apps.sites import permissions
from apps.sites.models import Origin, Site
from apps.sites.origins import START_MARK

KIND = "preview_grant"
# Before the token in an address, where a start code would begin with its own letters (frontend/src/recorder).
MARK = "preview."


@dataclass(frozen=True, slots=True)
class Preview:
    """`mark` goes behind the # of any address of the site; `url` is its landing address with it."""

    mark: str
    url: str
    expires_at: datetime


@transaction.atomic
def grant(site: Site, *, by: Actor) -> Preview:
    """Let whoever opens a page of `site` with the mark see what a recording would show there."""
    permissions.require_of(by, site, "site.manage")
    audit.record("site.previewed", by=by, subject=site)
    mark = f"{START_MARK}{MARK}{signing.dumps(KIND, site.pk)}"
    url = site.landing_url + ("" if "#" in site.landing_url else "#") + mark
    return Preview(mark, url, timezone.now() + (signing.KINDS[KIND].lives or timedelta()))


def site_of(token: str, *, origin: str) -> Site:
    """The site that may be previewed at `origin`; raises `TokenWrong` or `OriginRefused`."""
    try:
        site_id = signing.loads(KIND, token)
    except signing.BadToken:
        raise TokenWrong from None
    site = Site.objects.filter(pk=site_id).first()
    if site is None or not Origin.objects.filter(site=site, origin=origin).exists():
        raise OriginRefused
    return site
