"""One's own account: name, password, second factor, keys for programs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import ApiToken, User
from apps.accounts.services import tokens
from apps.console.forms import NameForm, TokenForm
from apps.console.views.common import StaffRequest, actor, form, press
from apps.core.errors import Invalid
from apps.sites.models import Membership, Site


@form
def show(request: StaffRequest) -> HttpResponse:
    token_form = TokenForm(request.user, request.POST or None)
    if request.method == "POST" and token_form.is_valid():
        data = token_form.cleaned_data
        site = data.pop("site")
        _row, token = tokens.issue(request.user, **data, site_public_id=site.pk if site else "", by=actor(request))
        # Answered at once, not after a redirect: a token kept in the session would be a token stored.
        return _page(request, TokenForm(request.user), fresh=token)
    return _page(request, token_form, status=400 if token_form.is_bound else 200)


def _page(request: StaffRequest, token_form: TokenForm, *, fresh: str = "", status: int = 200) -> HttpResponse:
    user = request.user
    names = dict(Site.objects.visible_to(user).values_list("pk", "name"))
    rows = list(
        ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now()).order_by("-created_at")
    )
    context = {
        "tokens": [(row, names.get(row.site_public_id, "")) for row in rows],
        "token_form": token_form,
        "fresh": fresh,
        "name_form": NameForm(initial={"name": user.name}),
        "memberships": Membership.objects.filter(user=user).select_related("site"),
    }
    return render(request, "console/profile.html", context, status=status)


@press
def revoke_token(request: StaffRequest, pk: int) -> HttpResponse:
    tokens.revoke(get_object_or_404(ApiToken, pk=pk, user=request.user), by=actor(request))
    messages.success(request, _("The token is revoked. Programs that use it are shut out."))
    return redirect("profile")


@press
def rename(request: StaffRequest) -> HttpResponse:
    name_form = NameForm(request.POST)
    name = " ".join(name_form.cleaned_data["name"].split()) if name_form.is_valid() else ""
    if not name.isprintable() or not name:
        raise Invalid(_("Please give your name."))
    User.objects.filter(pk=request.user.pk).update(name=name)
    messages.success(request, _("Saved."))
    return redirect("profile")


@press
def mail(request: StaffRequest) -> HttpResponse:
    """Whether news of one's tickets come by mail, too."""
    User.objects.filter(pk=request.user.pk).update(notify_by_mail=request.POST.get("by_mail") == "1")
    messages.success(request, _("Saved."))
    return redirect("profile")
