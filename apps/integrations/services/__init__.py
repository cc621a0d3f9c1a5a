"""Outgoing webhooks: `webhooks` manages endpoints and queues messages, `delivery` sends them.

`installation` checks whether a site can record; `looking` is its browser, behind the guard of `addresses`.
"""

from apps.integrations.services.delivery import send, send_due
from apps.integrations.services.webhooks import create, queue, remove

__all__ = ["create", "queue", "remove", "send", "send_due"]
