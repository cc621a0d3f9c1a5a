"""Every limit of a recording, with its unit and its reason."""

from datetime import timedelta

# One upload.
WIRE_BYTES = 4 * 1024 * 1024
RAW_BYTES = 8 * 1024 * 1024  # a crafted body of this size costs 31 times as much when parsed (measured)
EVENTS = 50_000
IMPORTED_EVENTS = 2_000_000
PAGES = 1_000
# One recording.
RECORDING_RAW_BYTES = 400 * 1024 * 1024
CHUNKS_A_SECOND = 20.0
CHUNKS_AT_ONCE = 120  # what a recorder held back while offline comes at once
# A start code or token that is guessed costs the guesser's address this many tries a minute.
GUESSES_A_MINUTE = 30

# The person's clock, corrected at the exchange, may still be off by this much.
SLACK = timedelta(seconds=10)
CLOCK_BEFORE = timedelta(hours=1)
CLOCK_AFTER = timedelta(minutes=10)

CODE_LIVES = timedelta(minutes=5)
VOID_AFTER = timedelta(minutes=15)
TAIL = timedelta(seconds=60)  # processing waits this long for the `last` chunks
LATE_TAIL = timedelta(hours=24)  # what was captured before the stop is still taken while in review
CLOSED_AFTER = timedelta(seconds=60)  # all pages sent `last` and nothing followed
SILENT_AFTER = timedelta(minutes=10)
REVIEW_OFFERED = timedelta(minutes=15)
OWNERLESS_AFTER = timedelta(days=1)

FLUSH_MS = 2_000
FLUSH_LIVE_MS = 400
WATCHER_BEAT = timedelta(seconds=15)

SEGMENT_BYTES = 1_000_000
# Packing writes a snapshot of its own after so much that was not one (or as much as the snapshot weighs).
CHECKPOINT_BYTES = 500_000
# What it may keep and do for that, a page: beyond it the recorder's own snapshots must do.
PICTURE_NODES = 200_000
PICTURE_STEPS = 50_000_000
PICTURE_RULES = 10_000  # changes of style sheets by script since the recorder's snapshot
# Public files of the site that a recording shows; what is beyond is missing from the replay, and nothing else.
ASSETS = 300
ASSET_BYTES = 2 * 1024 * 1024
ASSETS_BYTES = 30 * 1024 * 1024
IDLE_MS = 10_000
