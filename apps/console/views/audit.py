"""The audit trail of one's sites: filter, export, check, and take a checkpoint to keep elsewhere."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.console.views.common import StaffRequest, actor, page, paginate, press
from apps.core import audit, csvs
from apps.core.again import ask_again
from apps.core.errors import Refused
from apps.core.models import AuditCheckpoint, AuditEntry
from apps.core.services import checkpoints, proof, seals
from apps.sites import permissions
from apps.sites.models import Site

MOST = 10_000  # lines of one export
HEAD = ["at", "name", "actor", "door", "subject", "facts", "request", "id"]


def _sites(user: User) -> list[Site]:
    """Those whose trail `user` may read; raises `Refused` where there is none."""
    found = [site for site in Site.objects.visible_to(user) if permissions.may(user, site, "audit.read")]
    if not found:
        raise Refused(_("Your role on this site does not allow that."))
    return found


def _filtered(request: StaffRequest, sites: list[Site]) -> QuerySet[AuditEntry]:
    asked = request.GET
    wanted = [site.pk for site in sites if asked.get("site") in {None, "", site.slug}]
    rows = AuditEntry.objects.filter(chain__in=wanted)
    if name := asked.get("name", ""):
        rows = rows.filter(name=name)
    if word := asked.get("id", "").strip():
        rows = rows.filter(Q(actor_id=word) | Q(subject_id=word) | Q(request_id=word) | Q(pk=word))
    for field, parameter in [("at__date__gte", "from"), ("at__date__lte", "to")]:
        try:
            day = parse_date(asked.get(parameter, ""))
        except ValueError:
            day = None
        if day:
            rows = rows.filter(**{field: day})
    return rows.order_by("-at", "-id")


@page
def index(request: StaffRequest) -> HttpResponse:
    sites = _sites(request.user)
    rows = _filtered(request, sites)
    if request.GET.get("as") == "csv":
        ask_again(request)
        return _export(request, sites, rows)
    found = paginate(request, rows)
    for row in found:
        row.sentence = audit.sentence(row.name) if row.name in audit.names() else row.name  # type: ignore[attr-defined]
    mine = AuditCheckpoint.objects.filter(chain__in=[site.pk for site in sites])
    context: dict[str, Any] = {
        "rows": found,
        "sites": sites,
        "names": sorted(audit.names()),
        "asked": request.GET,
        "anchored": mine.filter(pushed_at__isnull=False).first(),
        "is_late": seals.is_late(),
    }
    return render(request, "console/privacy/audit.html", context)


def _export(request: StaffRequest, sites: list[Site], rows: QuerySet[AuditEntry]) -> HttpResponse:
    lines = [
        (row.at.isoformat(), row.name, row.actor_id, row.door, row.subject_id, row.facts, row.request_id, row.pk)
        for row in rows[:MOST]
    ]
    for site in sites:
        audit.record("audit.exported", by=actor(request), subject=site, entries=len(lines))
    response = HttpResponse(csvs.write(HEAD, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="placet-audit.csv"'
    return response


@press
def verify(request: StaffRequest) -> HttpResponse:
    sites = _sites(request.user)
    result = proof.verify_chains([site.pk for site in sites])
    for site in sites:
        audit.record("audit.verified", by=actor(request), subject=site, faults=len(result.faults))
    for fault in result.faults:
        messages.error(
            request,
            _("Tampered with: number %(number)d (%(entry)s): %(problem)s")
            % {"number": fault.number, "entry": fault.entry, "problem": fault.problem},
        )
    if not result.faults:
        said = ngettext(
            "%(count)d sealed entry is as it was written.", "%(count)d sealed entries are as they were written.",
            result.sealed,
        )  # fmt: skip
        messages.success(request, said % {"count": result.sealed})
    return redirect("audit")


@press
def checkpoint(request: StaffRequest) -> HttpResponse:
    """A file of signed checkpoints, to be kept where the installation cannot write."""
    sites = _sites(request.user)
    rows = []
    for site in sites:
        audit.record("audit.anchored", by=actor(request), subject=site)
        seals.seal_chain(site.pk)
        if (row := checkpoints.sign_chain(site.pk)) is not None:
            rows.append(row)
    response = HttpResponse(checkpoints.as_lines(rows), content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="placet-checkpoints.ndjson"'
    return response
