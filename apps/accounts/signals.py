"""Sent inside the verb's transaction: a receiver changes rows and nothing else."""

from django.dispatch import Signal

invitation_accepted = Signal()  # invitation, user, by: what it promised is given
user_deactivated = Signal()  # user, by: what they had is given back
