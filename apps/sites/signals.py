"""Sent inside the verb's transaction: a receiver changes rows and nothing else."""

from django.dispatch import Signal

site_halted = Signal()  # site, by: every link is revoked and every recording ends
policy_changed = Signal()  # site, old, new, by
