"""Papers made from the live configuration, the list before going live, the breach kit, the evidence of a recording."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from apps.accounts.models import User
from apps.console.views.common import StaffRequest, actor, own_recording, own_site, page
from apps.core import audit, csvs
from apps.core.again import ask_again
from apps.core.services import components
from apps.privacy.downloads import zip_answer
from apps.privacy.services import papers
from apps.sites import permissions
from apps.sites.models import Site

FILES = {"records.csv", "records.json", "components.json"}


def _sites(user: User) -> list[Site]:
    return [site for site in Site.objects.visible_to(user) if permissions.may(user, site, "audit.read")]


def _own(request: StaffRequest, slug: str) -> Site:
    site = own_site(request, slug)
    permissions.require(request.user, site, "audit.read")
    return site


@page
def index(request: StaffRequest) -> HttpResponse:
    rows = [(site, papers.gaps(site)) for site in _sites(request.user)]
    today = timezone.now().date()
    context = {"rows": rows, "papers": list(papers.PAPERS), "from": today - timedelta(days=7), "to": today}
    return render(request, "console/privacy/papers.html", context)


@page
def paper(request: StaffRequest, slug: str, name: str) -> HttpResponse:
    """One paper to print, or one of `FILES`."""
    site = _own(request, slug)
    base, _dot, form = name.partition(".")
    if base not in papers.PAPERS or (form and name not in FILES):
        raise Http404
    audit.record("papers.made", by=actor(request), subject=site, paper=name)
    if name == "components.json":
        return JsonResponse(components.cyclonedx(), json_dumps_params={"indent": 2})
    if form == "json":
        said = {"site": site.slug, "records": papers.records(site), "holders": papers.holders()}
        return JsonResponse(said, json_dumps_params={"indent": 2})
    if form == "csv":
        lines = [(line["article"], line["what"], line["says"]) for line in papers.records(site)]
        response = HttpResponse(csvs.write(["article", "what", "says"], lines), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="placet-records-{site.slug}.csv"'
        return response
    context = {"site": site, "paper": papers.PAPERS[base](site), "now": timezone.now()}
    return render(request, "privacy/papers/page.html", context)


def _moment(given: str, otherwise: datetime) -> datetime:
    try:
        day = parse_date(given)
    except ValueError:
        day = None
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else otherwise


@page
def breach(request: StaffRequest, slug: str) -> HttpResponse:
    """What the window touches, as JSON to work on: ids and counts, no contents and no names."""
    site, now = _own(request, slug), timezone.now()
    ask_again(request)
    since = _moment(request.GET.get("from", ""), now - timedelta(days=7))
    until = _moment(request.GET.get("to", ""), now) + timedelta(days=1)
    audit.record("papers.made", by=actor(request), subject=site, paper="breach")
    kit = papers.breach(site, since=since, until=until, known_at=now)
    response = JsonResponse(kit, json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="placet-breach-{site.slug}.json"'
    return response


@page
def evidence(request: StaffRequest, pk: str) -> HttpResponse:
    recording = own_recording(request, pk)
    permissions.require(request.user, recording.site, "privacy.manage")
    ask_again(request)
    audit.record("evidence.packed", by=actor(request), subject=recording)
    return zip_answer(papers.evidence(recording), f"placet-evidence-{recording.pk}")
