"""Sent inside the verb's transaction: a receiver changes rows and nothing else."""

from django.dispatch import Signal

consent_given = Signal()  # receipt, by: a recording is created
consent_withdrawn = Signal()  # receipt, by: ingest closes, erasure follows
consent_voided = Signal()  # receipt, by, cause: nothing (trusted) followed, or "that was not me"
