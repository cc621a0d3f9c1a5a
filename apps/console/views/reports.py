from __future__ import annotations

from statistics import median

from django.http import HttpResponse
from django.shortcuts import render

from apps.console import reports
from apps.console.views.common import StaffRequest, page


@page
def index(request: StaffRequest) -> HttpResponse:
    rows = reports.by_site(request.user)
    agreed, declined = sum(row.agreed for row in rows), sum(row.declined for row in rows)
    waits = reports.minutes_to_consent(request.user)
    context = {
        "rows": rows,
        "links": sum(row.links for row in rows),
        "agreed": agreed,
        "declined": declined,
        "rate": round(100 * agreed / (agreed + declined)) if agreed + declined else None,
        "minutes_to_consent": median(waits) if waits else None,
        "hours_to_resolution": reports.hours_to_resolution(request.user),
        "charts": [reports.answers(request.user), reports.waits(waits), reports.due_by_week(request.user)],
        "minutes_recorded": reports.minutes_recorded(request.user),
        "held": sum(row.held for row in rows),
        "held_bytes": sum(row.held_bytes for row in rows),
        "soon": sum(row.soon for row in rows),
        "overdue": sum(row.overdue for row in rows),
    }
    return render(request, "console/reports.html", context)
