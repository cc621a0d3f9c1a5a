"""Who works for a site: add, invite, remove."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.console.forms import MemberForm
from apps.console.views.common import StaffRequest, actor, own_site, press
from apps.core.errors import Invalid
from apps.sites import invitations
from apps.sites import services as sites
from apps.sites.models import InvitedRole, Membership
from apps.sites.permissions import require


@press
def add(request: StaffRequest, slug: str) -> HttpResponse:
    """Give somebody a role: at once if they have an account, else with an invitation."""
    site = own_site(request, slug)
    form = MemberForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Give an e-mail address and a role."))
    email, role = form.cleaned_data["email"].lower(), form.cleaned_data["role"]
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        invitations.invite_member(site, email, role=role, by=actor(request))
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": email})
    else:
        sites.add_member(site, user, role=role, by=actor(request))
        messages.success(request, _("%(name)s now works for %(site)s.") % {"name": user, "site": site.name})
    return redirect("site", slug=slug)


@press
def remove(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    site = own_site(request, slug)
    membership = get_object_or_404(Membership.objects.select_related("user"), pk=pk, site=site)
    sites.remove_member(site, membership.user, role=membership.role, by=actor(request))
    messages.success(request, _("%(name)s lost this role.") % {"name": membership.user})
    return redirect("site", slug=slug)


def _promise(request: StaffRequest, slug: str, pk: int) -> InvitedRole:
    site = own_site(request, slug)
    require(request.user, site, "member.manage")
    return get_object_or_404(InvitedRole.objects.select_related("invitation"), pk=pk, site=site)


@press
def invite_again(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    accounts.invite_again(_promise(request, slug, pk).invitation, by=actor(request))
    messages.success(request, _("The invitation is on its way once more; the old one opens nothing."))
    return redirect("site", slug=slug)


@press
def withdraw(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """Take back the role that was promised; an invitation that promises nothing else goes with it."""
    invitations.withdraw_role(_promise(request, slug, pk), by=actor(request))
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("site", slug=slug)
