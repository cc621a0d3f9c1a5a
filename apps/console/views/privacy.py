"""The privacy desk, plain: what is kept, what is due, what was deleted and the proof of it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from apps.accounts.models import User
from apps.console import due
from apps.console.views.common import StaffRequest, page, paginate
from apps.privacy.models import Alarm, DeletionReceipt, Export, Hold
from apps.sites.models import Membership, Site

FEW = 20


def _receipts(user: User) -> QuerySet[DeletionReceipt]:
    return DeletionReceipt.objects.filter(site__in=Site.objects.visible_to(user))


@page
def index(request: StaffRequest) -> HttpResponse:
    user = request.user
    holds = Hold.objects.filter(
        recording__site__in=Site.objects.visible_to(user), ended_at=None, ends_at__gt=timezone.now()
    )
    soon, overdue = due.soon(user), due.overdue(user)
    context = {
        "overdue": overdue[:FEW],
        "overdue_count": overdue.count(),
        "soon": soon[:FEW],
        "soon_count": soon.count(),
        "held_count": due.held(user).count(),
        "holds": holds.select_related("recording__ticket", "set_by")[:FEW],
        "copies": Export.objects.filter(recording__site__in=Site.objects.visible_to(user))
        .exclude(state=Export.State.EXPIRED)
        .select_related("recording__ticket")[:FEW],
        "alarms": Alarm.objects.filter(site__in=Site.objects.visible_to(user), ended_at=None).select_related("site"),
        "is_officer": Membership.objects.filter(user=user, role=Membership.Role.PRIVACY).exists(),
        "rows": paginate(request, _receipts(user).select_related("site", "recording"), per_page=FEW),
    }
    return render(request, "console/privacy.html", context)


@page
def receipt(request: StaffRequest, pk: str) -> HttpResponse:
    """The signed document as it is, to be checked with `manage.py verify_receipt FILE`."""
    row = get_object_or_404(_receipts(request.user), pk=pk)
    response = JsonResponse(row.document, json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{row.pk}.json"'
    return response
