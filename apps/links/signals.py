"""Sent inside the verb's transaction: a receiver changes rows and nothing else."""

from django.dispatch import Signal

link_issued = Signal()  # link, by
link_revoked = Signal()  # link, by: the consent ends and the recording that it started stops
link_suspended = Signal()  # link, by: somebody said "this was not me"
link_stuck = Signal()  # link, by: the person says that nothing started; somebody looks at the landing page
