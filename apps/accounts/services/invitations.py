"""Staff do not sign up; they are invited by e-mail, and the mail's token is spent by accepting, never by a GET."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts import signals
from apps.accounts.models import Invitation, User
from apps.core import audit, signing
from apps.core.actors import Actor
from apps.core.errors import Gone, Invalid, NotPossible, Unknown
from apps.core.queue import hurry

VALID = timedelta(days=7)  # as the kind "invitation" in core.signing lives


class InvitationOver(Gone):
    code = "invitation_over"
    sentence = _("This invitation has been used, withdrawn, or is too old. Ask for a new one.")


def _clean_email(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid(str(_("That is not an e-mail address."))) from error
    return email


def _ring() -> None:
    from apps.accounts import tasks

    hurry(tasks.deliver_invitations)


@transaction.atomic
def invite(email: str, *, name: str = "", by: Actor) -> Invitation:
    """Offer an account to `email`; the mail follows. An open invitation to the same address is returned as it is.

    Raises `NotPossible` when the address has an account, `Invalid` when it is none.
    """
    email = _clean_email(email)
    if User.objects.filter(email=email).exists():
        raise NotPossible(str(_("There is an account with this address already.")))
    known = Invitation.objects.select_for_update().filter(email=email)
    for invitation in known:
        if invitation.is_open():
            return invitation
    invitation = Invitation.objects.create(
        email=email,
        name=name.strip(),
        invited_by=by.user if isinstance(by.user, User) else None,
        expires_at=timezone.now() + VALID,
    )
    audit.record("user.invited", by=by, subject=invitation)
    _ring()
    return invitation


@transaction.atomic
def invite_again(invitation: Invitation, *, by: Actor) -> Invitation:
    """Mail a new token, which ends the old one. Raises `InvitationOver` once it was accepted or withdrawn."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise InvitationOver("over")
    invitation.generation += 1
    invitation.expires_at = timezone.now() + VALID
    invitation.sent_at, invitation.attempts, invitation.next_try_at = None, 0, timezone.now()
    invitation.save()
    audit.record("invitation.renewed", by=by, subject=invitation)
    _ring()
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Actor) -> Invitation:
    """End an invitation. Safe to call twice; raises `InvitationOver` when it was accepted."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.withdrawn_at:
        return invitation
    if invitation.accepted_at:
        raise InvitationOver("accepted")
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    audit.record("invitation.withdrawn", by=by, subject=invitation)
    return invitation


def invitation_url(invitation: Invitation) -> str:
    token = signing.dumps("invitation", [invitation.pk, invitation.generation])
    return f"{settings.BASE_URL}{reverse('invitation', args=[token])}"


def find_invitation(token: str) -> Invitation:
    """Return the row that `token` proves possession of, open or not; raises `Unknown`."""
    try:
        pk, generation = signing.loads("invitation", token)
    except signing.ExpiredToken as error:
        raise InvitationOver("expired") from error
    except (signing.BadToken, TypeError, ValueError) as error:
        raise Unknown from error
    invitation = Invitation.objects.filter(pk=pk).first()
    if invitation is None:
        raise Unknown
    if invitation.generation != generation:
        raise InvitationOver("renewed")
    return invitation


@transaction.atomic
def accept(invitation: Invitation, *, name: str, password: str, by: Actor) -> User:
    """Make the account that was offered, with what the invitation promised.

    Raises `InvitationOver` when it is not open any more, `Invalid` for a weak password.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not invitation.is_open():
        raise InvitationOver("over")
    if User.objects.filter(email=invitation.email).exists():
        raise InvitationOver("account exists")
    name = " ".join(name.split())
    if not name:
        raise Invalid(str(_("Please give your name.")))
    try:
        validate_password(password, User(email=invitation.email, name=name))
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
    user = User.objects.create_user(invitation.email, password, name=name)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record("user.joined", by=by, subject=user)
    signals.invitation_accepted.send(Invitation, invitation=invitation, user=user, by=by)
    return user
