"""Sending what waits.

A row is claimed in a transaction of its own, which counts the try and moves the next one away; then it is
sent with no transaction open; then the outcome is written. So two tasks never send the same try, and a worker
that is killed between sending and writing sends again later, with the same `webhook-id`: receivers drop what
they know.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson
from django.db import transaction
from django.utils import timezone

from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.integrations.models import WebhookDelivery
from apps.integrations.services import addresses, webhooks
from apps.integrations.services.addresses import Endpoint, UnreachableError

TIMEOUT_S = 10.0  # for the whole exchange: a server that drips must not hold the worker
BATCH = 50
RUN_S = 20.0  # one run ends after so long; what is left waits for the next, so that the worker gets to other work
# After each try without a 2xx; the schedule that Standard Webhooks 1.0.0 recommends, and then it is given up.
BACKOFF = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
]
# A claimed row rests at least so long, so that nobody takes it while it is being sent.
LEASE = timedelta(seconds=60)
GONE = 410


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return "v1,…": HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks 1.0.0, "Signature scheme")."""
    key = base64.b64decode(secret.removeprefix(webhooks.SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def send_due(now: datetime) -> int:
    """Try what is due, oldest first; return how many messages were taken.

    An endpoint that failed is left alone for the rest of the run: a dead one must not hold up the others.
    """
    waiting = WebhookDelivery.objects.filter(sent_at=None, failed_at=None, next_try_at__lte=now)
    rows = list(waiting.order_by("next_try_at").values_list("pk", "webhook_id")[:BATCH])
    failed: set[str] = set()
    sent = 0
    ends = time.monotonic() + RUN_S
    for pk, webhook_id in rows:
        if time.monotonic() >= ends:
            break
        if webhook_id in failed:
            continue
        if send(pk):
            sent += 1
        else:
            failed.add(webhook_id)
    return sent


def send(delivery_id: str) -> bool:
    """Try once to deliver; True if the endpoint took it. Does nothing if it is not due (any more)."""
    delivery = _claim(delivery_id)
    if delivery is None:
        return False
    status, error = _post(delivery)
    _note(delivery, status, error)
    if status == GONE:
        webhooks.switch_off(delivery.webhook, by=Actor.system("sweep:deliver_waiting"))
    return status is not None and 200 <= status < 300


@transaction.atomic
def _claim(delivery_id: str) -> WebhookDelivery | None:
    now = timezone.now()
    waiting = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("webhook")
    delivery = waiting.filter(pk=delivery_id, sent_at=None, failed_at=None, next_try_at__lte=now).first()
    if delivery is None:
        return None
    delivery.attempts += 1
    delivery.next_try_at = now + LEASE
    delivery.save(update_fields=["attempts", "next_try_at"])
    return delivery


def _note(delivery: WebhookDelivery, status: int | None, error: str) -> None:
    now = timezone.now()
    outcome: dict[str, object] = {"status": status, "error": error}
    if status is not None and 200 <= status < 300:
        outcome["sent_at"] = now
    elif delivery.attempts > len(BACKOFF):
        outcome["failed_at"] = now
    else:
        outcome["next_try_at"] = now + BACKOFF[delivery.attempts - 1]
    # An update, not a save: the endpoint, and with it this row, may have been removed while it was called.
    WebhookDelivery.objects.filter(pk=delivery.pk).update(**outcome)


def _post(delivery: WebhookDelivery) -> tuple[int | None, str]:
    """Return the status, or None and a word for what went wrong. Redirects are answers, never followed."""
    try:
        endpoint = addresses.parse(delivery.webhook.url)
        connection = connect(endpoint, addresses.resolve(endpoint))
    except Invalid:
        return None, "address_malformed"
    except UnreachableError as error:
        return None, error.reason
    body = orjson.dumps(delivery.payload)
    timestamp = int(timezone.now().timestamp())
    headers = {
        "Host": endpoint.authority,
        "Content-Type": "application/json",
        "User-Agent": "Placet-Webhooks/1",
        "webhook-id": delivery.pk,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(delivery.webhook.secret, delivery.pk, timestamp, body),
    }
    try:
        with Deadline(connection):
            connection.request("POST", endpoint.target, body=body, headers=headers)
            return connection.getresponse().status, ""
    except ssl.SSLError:
        return None, "tls"
    except TimeoutError:
        return None, "timeout"
    except (OSError, http.client.HTTPException):
        return None, "no_answer"
    finally:
        connection.close()


def connect(endpoint: Endpoint, checked: Sequence[str]) -> http.client.HTTPConnection:
    """A connection to one of the `checked` addresses that speaks, and checks the certificate, as `endpoint.host`."""
    if endpoint.scheme == "http":
        return _Checked(endpoint, checked)
    return _CheckedTLS(endpoint, checked)


class _Checked(http.client.HTTPConnection):
    def __init__(self, endpoint: Endpoint, checked: Sequence[str]) -> None:
        self._checked = checked
        super().__init__(endpoint.host, endpoint.port, timeout=TIMEOUT_S)

    def connect(self) -> None:
        self.sock = _dialled(self._checked, self.port)


class _CheckedTLS(http.client.HTTPSConnection):
    def __init__(self, endpoint: Endpoint, checked: Sequence[str]) -> None:
        self._tls = ssl.create_default_context()
        self._checked = checked
        super().__init__(endpoint.host, endpoint.port, timeout=TIMEOUT_S, context=self._tls)

    def connect(self) -> None:
        self.sock = _dialled(self._checked, self.port)
        # In two steps, so that the deadline can end a handshake too.
        tls = self._tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = tls
        tls.do_handshake()


def _dialled(checked: Sequence[str], port: int) -> socket.socket:
    sock = addresses.dial(checked, port, within_s=TIMEOUT_S)
    sock.settimeout(TIMEOUT_S)
    return sock


class Deadline:
    """Ends the exchange after `TIMEOUT_S` in all; a socket's own timeout starts anew with each byte."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection
        self._done = threading.Event()
        self._passed = False
        self._watch = threading.Thread(target=self._end, daemon=True)

    def _end(self) -> None:
        if self._done.wait(TIMEOUT_S):
            return
        self._passed = True
        # Again and again: the first time there may be no connection yet.
        while not self._done.wait(0.1):
            sock = self._connection.sock
            if sock is not None:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> None:
        self._watch.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._done.set()
        if self._passed:
            raise TimeoutError from error
