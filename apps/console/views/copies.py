"""A copy of a recording for its person, asked for and handed over by a privacy officer, who need not watch it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from apps.console.views.common import StaffRequest, actor, own_recording, page, press
from apps.core.again import ask_again
from apps.privacy.downloads import zip_answer
from apps.privacy.models import Export
from apps.privacy.services import access
from apps.sites import permissions
from apps.sites.models import Site


@press
def order(request: StaffRequest, pk: str) -> HttpResponse:
    recording = own_recording(request, pk)
    permissions.require(request.user, recording.site, "privacy.manage")
    ask_again(request)
    access.order(recording, by=actor(request))
    messages.success(request, _("The copy is being made. It stands here once it is ready, for 72 hours."))
    return redirect("privacy")


@page
def download(request: StaffRequest, pk: int) -> HttpResponse:
    export = get_object_or_404(Export, pk=pk, recording__site__in=Site.objects.visible_to(request.user))
    permissions.require(request.user, export.recording.site, "privacy.manage")
    ask_again(request)
    return zip_answer(access.download(export, by=actor(request)), f"placet-copy-{export.recording_id}")
