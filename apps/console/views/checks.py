"""The installation check on a site's page: ordered by a press, followed while it runs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from apps.console import installation
from apps.console.views.common import StaffRequest, actor, acts, own_site, page, press
from apps.integrations.services import installation as checks
from apps.sites.models import Site


def context_of(request: StaffRequest, site: Site) -> dict[str, Any]:
    """The newest check: how far it is, or what it found."""
    check = site.installation_checks.first()
    is_running = check is not None and check.finished_at is None and check.created_at > timezone.now() - checks.LEASE
    return {
        "site": site,
        "check": check,
        "is_running": is_running,
        "step": installation.STEPS.get(check.step, "") if check and is_running else "",
        "may_check": bool(acts(request.user, site) & {"link.issue", "site.manage"}),
        "lines": installation.lines(check) if check else [],
    }


@press
def order(request: StaffRequest, slug: str) -> HttpResponse:
    site = own_site(request, slug)
    checks.order(site, by=actor(request))
    if request.htmx:
        return render(request, "console/_check.html", context_of(request, site))
    return redirect(f"{reverse('site', args=[slug])}#check")


@page
def state(request: StaffRequest, slug: str) -> HttpResponse:
    """The part of the page that changes while the check runs."""
    return render(request, "console/_check.html", context_of(request, own_site(request, slug)))
