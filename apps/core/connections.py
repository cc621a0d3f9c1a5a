"""What Django does before and after each of its requests, for the threads that serve without Django's requests."""

from __future__ import annotations

import threading
import time

from django.db import close_old_connections, connections

# Asking PostgreSQL "are you there?" before each upload costs a round trip; what broke between two looks costs one
# upload a 503, after which its connection is made anew.
EVERY_S = 5.0


class _Looked(threading.local):
    at = 0.0


_looked = _Looked()


def look_after() -> None:
    """Close this thread's connections that broke or are too old: after an error at once, else every few seconds."""
    now = time.monotonic()
    has_broken = any(connection.errors_occurred for connection in connections.all(initialized_only=True))
    if has_broken or now - _looked.at >= EVERY_S:
        _looked.at = now
        close_old_connections()
