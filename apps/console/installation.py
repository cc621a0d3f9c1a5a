"""What an installation check found, in words; and the short form of it that stands beside the button for a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.integrations.models import InstallationCheck
from apps.recordings.models import Recording
from apps.sites.models import Site

LATELY = timedelta(days=30)
STEPS = {
    "": _lazy("Waiting for the worker"),
    "opening": _lazy("Opening the page"),
    "reading": _lazy("Looking for the snippet"),
    "policy": _lazy("Reading what the page allows"),
    "recording": _lazy("Making a test recording"),
}
GOOD = {
    "opens": _lazy("The page opens for somebody who is not signed in."),
    "origin": _lazy("It is on one of the site’s origins."),
    "snippet": _lazy("The snippet is there, with this site’s key."),
    "script": _lazy("The page lets the recorder load."),
    "connect": _lazy("The page lets the recorder send."),
    "recording": _lazy("A test recording arrived, and was deleted at once."),
}
BAD = {
    ("address", "no_address"): _lazy("The name of an origin leads nowhere."),
    ("address", "address_not_allowed"): _lazy(
        "An origin leads to a private address, and the operator has not allowed that (PLACET_WEBHOOK_NETWORKS)."
    ),
    ("opens", "slow"): _lazy("The page did not finish loading within 20 seconds."),
    ("opens", "no_answer"): _lazy("The page does not answer, or leads to another host."),
    ("snippet", "missing"): _lazy("The snippet is not on the page that the landing address leads to."),
    ("snippet", "other_server"): _lazy("There is a snippet, but it names another server than this one."),
    ("snippet", "other_key"): _lazy("There is a snippet, but it has the key of another site."),
    ("browser", ""): _lazy(
        "There is no Chromium on the worker’s machine. Install it, or name it with PLACET_CHROMIUM."
    ),
    ("browser", "crashed"): _lazy("The browser broke off. Try it again."),
}


@dataclass(frozen=True, slots=True)
class Line:
    ok: bool
    text: str


def _bad(what: str, detail: str) -> str:
    if (what, detail) in BAD:
        return str(BAD[what, detail])
    if what == "opens":
        return _("The page answers with status %(status)s to somebody who is not signed in.") % {"status": detail}
    if what == "origin":
        return _("It leads to %(origin)s, which is none of the site’s origins.") % {"origin": detail or "?"}
    if what in {"script", "connect"}:
        said = {"directive": detail, "address": settings.BASE_URL}
        return _("The page’s Content-Security-Policy is in the way: add %(address)s to %(directive)s.") % said
    return _("The test recording did not arrive. It stopped at %(place)s") % {"place": detail or "?"}


def lines(check: InstallationCheck) -> list[Line]:
    found: list[dict[str, Any]] = check.findings
    return [
        Line(one["ok"], str(GOOD.get(one["what"], "")) if one["ok"] else _bad(one["what"], one["detail"]))
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class Short:
    """`seen_at`: when the recorder last sent something from the site's pages, within `LATELY`."""

    seen_at: datetime | None
    check: InstallationCheck | None


def short(site: Site) -> Short:
    lately = Recording.objects.filter(site=site, created_at__gt=timezone.now() - LATELY)
    seen_at = lately.order_by().aggregate(seen=Max("last_chunk_at"))["seen"]
    return Short(seen_at, site.installation_checks.filter(finished_at__isnull=False).first())
