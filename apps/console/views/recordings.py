"""All recordings of one's sites: facts, and the way to delete one. The player is a page of its own."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from apps.console import due
from apps.console.views.common import StaffRequest, actor, form, page, paginate
from apps.core.again import ask_again
from apps.core.maintenance import goes_on
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle
from apps.sites import permissions
from apps.sites.models import Site

State = Recording.State
# What the list is narrowed to: words people use, and the states behind them.
SHOWS = {
    "kept": [State.CREATED, State.RECORDING, State.PAUSED, State.PROCESSING, State.IN_REVIEW, State.READY],
    "ready": [State.READY],
    "running": [State.CREATED, State.RECORDING, State.PAUSED],
    "review": [State.PROCESSING, State.IN_REVIEW],
    "deleted": [State.DELETING, State.DELETED],
}


def _rows(request: StaffRequest, show: str, site: str) -> QuerySet[Recording]:
    rows = Recording.objects.visible_to(request.user).filter(state__in=SHOWS[show])
    rows = rows.filter(site__slug=site) if site else rows
    return due.dated(rows).select_related("site", "ticket__requester")


@page
def index(request: StaffRequest) -> HttpResponse:
    show = request.GET.get("show", "kept")
    show = show if show in SHOWS else "kept"
    site = request.GET.get("site", "")
    words = {
        "kept": _("Kept"),
        "ready": _("Ready"),
        "running": _("Running"),
        "review": _("In review"),
        "deleted": _("Deleted"),
    }
    context = {
        "rows": paginate(request, _rows(request, show, site)),
        "show": show,
        "site_slug": site,
        "tabs": list(words.items()),
        "sites": list(Site.objects.visible_to(request.user)),
    }
    return render(request, "console/recordings.html", context)


@goes_on
@form
def delete(request: StaffRequest, pk: str) -> HttpResponse:
    """Say what will go, then do it on the second press."""
    found = Recording.objects.visible_to(request.user).select_related("site", "ticket")
    recording = get_object_or_404(found, pk=pk)
    permissions.require(request.user, recording.site, "recording.delete")
    if request.method == "POST":
        ask_again(request)
        lifecycle.doom(recording, cause=Recording.Cause.ERASED, by=actor(request))
        messages.success(request, _("The recording can no longer be played. Its deletion has begun."))
        return redirect("recordings")
    return render(request, "console/recording_delete.html", {"recording": recording})
