from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from apps.accounts.models import Invitation, User
from apps.accounts.signals import invitation_accepted, user_deactivated
from apps.core import audit
from apps.core.actors import Actor
from apps.sites import middleware
from apps.sites.models import Membership, Site


@receiver(invitation_accepted)
def give_promised_roles(sender: Any, invitation: Invitation, user: User, by: Actor, **kwargs: Any) -> None:
    for promise in invitation.roles.select_related("site"):
        _membership, is_new = Membership.objects.get_or_create(site=promise.site, user=user, role=promise.role)
        if is_new:
            member = f"usr_{user.pk}"
            audit.record("site.member_added", by=by, subject=promise.site, member=member, role=promise.role)


@receiver(user_deactivated)
def take_roles_back(sender: Any, user: User, by: Actor, **kwargs: Any) -> None:
    for membership in user.memberships.select_related("site"):
        member = f"usr_{user.pk}"
        audit.record("site.member_removed", by=by, subject=membership.site, member=member, role=membership.role)
        membership.delete()


@receiver(user_logged_in)
def end_idle_sessions_of_health_services(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    sites = Site.objects.visible_to(user)
    if any(site.policy.health for site in sites.filter(policies__health=True).distinct()):
        request.session[middleware.KEY] = middleware.IDLE_S
