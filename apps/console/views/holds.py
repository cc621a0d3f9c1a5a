"""Legal hold: one asks, another confirms, either of the officers ends it. The recorded person sees it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from apps.console.forms import HoldForm
from apps.console.views.common import StaffRequest, actor, form, own_recording, press
from apps.core.again import ask_again
from apps.core.errors import Invalid
from apps.privacy.models import Hold
from apps.privacy.services import holds
from apps.sites import permissions
from apps.sites.models import Site


@form
def propose(request: StaffRequest, pk: str) -> HttpResponse:
    recording = own_recording(request, pk)
    permissions.require(request.user, recording.site, "privacy.manage")
    hold_form = HoldForm(request.POST or None)
    if request.method == "POST" and hold_form.is_valid():
        ask_again(request)
        try:
            holds.propose(recording, by=actor(request), **hold_form.cleaned_data)
        except Invalid as error:
            hold_form.add_error(None, error.text)
        else:
            messages.success(request, _("Asked for. It holds once a second person has confirmed it."))
            return redirect("privacy")
    context = {"recording": recording, "form": hold_form, "title": _("Put a recording on legal hold")}
    return render(request, "console/privacy/form.html", context, status=400 if hold_form.is_bound else 200)


def _own_hold(request: StaffRequest, pk: int) -> Hold:
    return get_object_or_404(Hold, pk=pk, recording__site__in=Site.objects.visible_to(request.user))


@press
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    hold = _own_hold(request, pk)
    permissions.require(request.user, hold.recording.site, "audit.read")
    ask_again(request)
    holds.confirm(hold, by=actor(request))
    messages.success(request, _("Confirmed. The recording is kept, closed to support, until the hold ends."))
    return redirect("privacy")


@press
def end(request: StaffRequest, pk: int) -> HttpResponse:
    hold = _own_hold(request, pk)
    permissions.require(request.user, hold.recording.site, "privacy.manage")
    ask_again(request)
    holds.end(hold, by=actor(request))
    messages.success(request, _("The hold has ended. What is due goes with the next sweep."))
    return redirect("privacy")
