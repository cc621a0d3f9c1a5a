"""The invitation's page. Sign-in, reset and second factor are allauth's, in our templates."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts import services
from apps.accounts.forms import AcceptForm
from apps.core.actors import Actor
from apps.core.errors import Invalid


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Looking spends nothing: mail scanners open links too. The POST makes the account."""
    row = services.find_invitation(token)
    if not row.is_open():
        raise services.InvitationOver("over")
    form = AcceptForm(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.accept(row, by=Actor.system("door:invitation"), **form.cleaned_data)
        except Invalid as error:
            form.add_error("password", error.text)
        else:
            messages.success(request, _("Your account is ready. Please sign in."))
            return redirect("account_login")
    status = 400 if form.is_bound else 200
    return render(request, "accounts/invitation.html", {"form": form, "invitation": row}, status=status)
