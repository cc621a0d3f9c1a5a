from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts import services as accounts
from apps.accounts.models import ApiToken, Invitation, User
from apps.accounts.services import tokens
from apps.core.admin import Facts, happened, is_operator

admin.site.site_header = "placet"
admin.site.site_title = "placet"
admin.site.index_title = _("Administration")
# The lists need the width; the way back is in the breadcrumbs.
admin.site.enable_nav_sidebar = False
# One way to sign in, with its rate limits and second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Roles are memberships here, not groups; the others are allauth's own book-keeping, secrets among it.
for unused in (Group, EmailAddress, Authenticator):
    if admin.site.is_registered(unused):
        admin.site.unregister(unused)


@admin.register(User)
class UserAdmin(Facts):
    site_path = "memberships__site"
    list_display = ["email", "name", "is_active", "is_staff", "is_operator", "last_login"]
    list_filter = ["is_active", "is_staff", "is_operator"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    fields = ["email", "name", "is_staff", "is_operator", "is_active", "last_login", "date_joined"]
    readonly_fields = ["email", "is_active", "last_login", "date_joined"]
    actions = ["deactivate", "reactivate"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        user: Any = request.user
        users = User.objects.all()
        if is_operator(user):
            return users
        return users.filter(memberships__site__in=user.memberships.values("site")).distinct()

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Who is a superuser is decided on the command line, and only a superuser changes one.
        user: Any = request.user
        return is_operator(user) and (obj is None or user.is_superuser or not obj.is_superuser)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if is_operator(request.user) else {}

    @admin.action(description=_("Take out: end sessions and tokens, give tickets back"))
    def deactivate(self, request: HttpRequest, rows: QuerySet[User]) -> HttpResponse | None:
        says = _("They are signed out everywhere at once, and their tokens end.")
        by = self.actor(request)
        return self.press_twice(request, rows, lambda user: accounts.deactivate(user, by=by), says=str(says))

    @admin.action(description=_("Let back in (they reset their password)"))
    def reactivate(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        self.press(request, rows, lambda user: accounts.reactivate(user, by=self.actor(request)))


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Invitation
        fields = ["email", "name"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError(_("There is an account with this address already."))
        return email


@admin.register(Invitation)
class InvitationAdmin(Facts):
    site_path = ""
    form = InvitationForm
    list_display = ["email", "invited_by", "created_at", "sent_at", "expires_at", "accepted_at", "withdrawn_at"]
    list_filter = [
        happened("accepted_at", _("answer"), yes=_("accepted"), no=_("not accepted")),
        happened("withdrawn_at", _("withdrawal"), yes=_("withdrawn"), no=_("not withdrawn")),
    ]
    list_select_related = ["invited_by"]
    search_fields = ["email"]
    date_hierarchy = "created_at"
    actions = ["again", "withdraw"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: Any) -> None:
        invitation = accounts.invite(obj.email, name=obj.name, by=self.actor(request))
        # An open invitation to the same address is the answer; the admin goes on with that row.
        obj.__dict__.update(invitation.__dict__)

    @admin.action(description=_("Send again; the old address ends"))
    def again(self, request: HttpRequest, rows: QuerySet[Invitation]) -> None:
        self.press(request, rows, lambda row: accounts.invite_again(row, by=self.actor(request)))

    @admin.action(description=_("Withdraw"))
    def withdraw(self, request: HttpRequest, rows: QuerySet[Invitation]) -> None:
        self.press(request, rows, lambda row: accounts.withdraw_invitation(row, by=self.actor(request)))


@admin.register(ApiToken)
class ApiTokenAdmin(Facts):
    site_path = ""
    list_display = ["prefix", "name", "user", "scope", "site_public_id", "expires_at", "last_used_at", "revoked_at"]
    list_filter = ["scope"]
    list_select_related = ["user"]
    search_fields = ["prefix", "name", "user__email"]
    exclude = ["digest"]
    actions = ["revoke"]

    @admin.action(description=_("Revoke"))
    def revoke(self, request: HttpRequest, rows: QuerySet[ApiToken]) -> None:
        self.press(request, rows, lambda row: tokens.revoke(row, by=self.actor(request)))
