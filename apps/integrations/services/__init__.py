"""Outgoing webhooks: `webhooks` manages endpoints and queues messages, `delivery` sends them."""

from apps.integrations.services.delivery import send, send_due
from apps.integrations.services.webhooks import create, queue, remove

__all__ = ["create", "queue", "remove", "send", "send_due"]
