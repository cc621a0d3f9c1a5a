"""After a backup of the main database or of the objects was restored: what was deleted since must not come back.

The key store is outside of those backups, so its tombstones know better than the restored rows. A recording whose key
is destroyed is unreadable whatever its row says; here its row learns of it, before the server answers anybody.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from apps.core import audit
from apps.core.actors import Actor
from apps.keys import services as keys
from apps.privacy.models import Erasure
from apps.privacy.services import erasure, retention
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle
from apps.tickets.models import Requester
from apps.tickets.personal import ERASED_HOST

log = logging.getLogger(__name__)
RESTORE = Actor.system("restore")
BATCH = 500


def _risen() -> Iterator[str]:
    """Recordings that are alive here and whose key is destroyed."""
    alive = list(retention.alive().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(alive), BATCH):
        yield from keys.shredded_among(alive[start : start + BATCH])


def _erase_again() -> list[Erasure]:
    """Order the erasure of requesters who were erased after the backup was taken."""
    erased = keys.erased_requesters()
    back = [
        person
        for person in Requester.objects.filter(pk__in=erased).exclude(email__endswith=f"@{ERASED_HOST}")
        if person.created_at < erased[person.pk]
    ]
    return [erasure.erase_subject([person], stamp=erasure.preview([person]).stamp, by=RESTORE) for person in back]


def replay() -> int:
    """Close every recording and order the erasure of every person that a restored backup brought back.

    Returns how many. The sweep finishes them; the receipt has the moment at which the key was really destroyed.
    """
    risen = list(_risen())
    for recording_id in risen:
        recording = Recording.objects.get(pk=recording_id)
        lifecycle.doom(recording, cause=Recording.Cause.RESTORED, by=RESTORE)
        audit.record("restore.replayed", by=RESTORE, subject=recording)
    count = len(risen) + len(_erase_again())
    if count:
        log.warning("a backup was restored: %d deletions and erasures were done again", count)
    return count


def replay_quietly() -> None:
    """At the start of a server: it must come up beside a database that does not answer yet.

    Nothing is readable meanwhile: what was deleted has no key.
    """
    try:
        replay()
    except Exception:
        log.exception("the tombstones could not be replayed; the sweep does it")
