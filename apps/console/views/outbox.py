from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from apps.console import outbox
from apps.console.views.common import StaffRequest, page


@page
def index(request: StaffRequest) -> HttpResponse:
    """Only in the demo: these are other people's mails, with links that open things."""
    if not settings.PLACET_DEMO:
        raise Http404
    return render(request, "console/outbox.html", {"mails": outbox.mails()})
