"""Sent inside the verb's transaction: a receiver changes rows and nothing else."""

from django.dispatch import Signal

ticket_resolved = Signal()  # ticket, by
ticket_reopened = Signal()  # ticket, by
