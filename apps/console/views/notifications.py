"""What happened on one's tickets since one last looked."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from apps.console.views.common import StaffRequest, page, paginate, press
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets.models import Notification


@page
def index(request: StaffRequest) -> HttpResponse:
    # Of sites that one has left, nothing is told any more.
    own = Notification.objects.filter(user=request.user, ticket__site__in=Site.objects.visible_to(request.user))
    rows = paginate(request, own.select_related("ticket__requester"))
    return render(request, "console/notifications.html", {"rows": rows})


@press
def read(request: StaffRequest) -> HttpResponse:
    tickets.seen(request.user)
    return redirect("notifications")
