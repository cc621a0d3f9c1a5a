"""A role for somebody who has no account yet: an invitation of `accounts` that carries a promise of ours."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import Invitation
from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.sites import permissions
from apps.sites.models import InvitedRole, Membership, Site


@transaction.atomic
def invite_member(site: Site, email: str, *, role: str, by: Actor) -> InvitedRole:
    """Invite `email`; accepting gives the role. Asking twice promises it once, and mails once."""
    site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    permissions.require_of(by, site, "member.manage")
    if role not in Membership.Role.values:
        raise Invalid(_("There is no role %(role)s.") % {"role": role})
    invitation = accounts.invite(email, by=by)
    promise, is_new = InvitedRole.objects.get_or_create(invitation=invitation, site=site, role=role)
    if is_new:
        audit.record("site.member_invited", by=by, subject=site, invitation=invitation.pk, role=role)
    return promise


@transaction.atomic
def withdraw_role(promise: InvitedRole, *, by: Actor) -> None:
    """Take the promise back. The invitation ends with its last promise; another site's is not ours to end."""
    permissions.require_of(by, promise.site, "member.manage")
    invitation = Invitation.objects.select_for_update().get(pk=promise.invitation_id)
    promise.delete()
    audit.record("site.invitation_withdrawn", by=by, subject=promise.site, invitation=invitation.pk)
    if not invitation.roles.exists():
        accounts.withdraw_invitation(invitation, by=by)
