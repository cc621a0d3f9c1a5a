"""The verbs: how staff come, what their programs may, how they go."""

from apps.accounts.services.invitations import (
    InvitationOver,
    accept,
    find_invitation,
    invitation_url,
    invite,
    invite_again,
    withdraw_invitation,
)
from apps.accounts.services.leaving import deactivate, reactivate

__all__ = [
    "InvitationOver",
    "accept",
    "deactivate",
    "find_invitation",
    "invitation_url",
    "invite",
    "invite_again",
    "reactivate",
    "withdraw_invitation",
]
