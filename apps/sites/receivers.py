from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.accounts.models import Invitation, User
from apps.accounts.signals import invitation_accepted, user_deactivated
from apps.core import audit
from apps.core.actors import Actor
from apps.sites.models import Membership


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
