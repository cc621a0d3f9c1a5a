"""Sent inside the verb's transaction: a receiver changes rows and nothing else."""

from django.dispatch import Signal

recording_started = Signal()  # recording: the first chunk was kept
recording_ended = Signal()  # recording, by
recording_cut = Signal()  # recording: passages were taken out of what is stored
assets_wanted = Signal()  # recording: it shows public files of the site that are not here yet
recording_ready = Signal()  # recording, by: shared with the site's staff
recording_doomed = Signal()  # recording, by, cause: state is `deleting`
recording_deleted = Signal()  # recording: nothing is left but the tombstone
