"""Sending webhooks to a real server, checked by the text of Standard Webhooks 1.0.0."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from apps.integrations import tasks
from apps.integrations.models import Webhook, WebhookDelivery
from apps.integrations.services import delivery, webhooks
from tests.integrations.conftest import Endpoint

pytestmark = pytest.mark.django_db


def queued(webhook: Webhook) -> WebhookDelivery:
    (row,) = webhooks.queue(webhook.site_id, "recording.ready", recording="rec_1", ticket=4711, state="ready")
    return row


def test_a_message_carries_the_three_headers_of_the_standard(webhook: Webhook, endpoint: Endpoint) -> None:
    row = queued(webhook)

    assert tasks.deliver_waiting() == 1

    path, headers, body = endpoint.received[0]
    assert path == "/hooks?from=placet"
    assert headers["webhook-id"] == row.pk
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 5
    assert headers["content-type"] == "application/json"
    message = json.loads(body)
    assert message["type"] == "recording.ready"
    assert datetime.fromisoformat(message["timestamp"]).tzinfo is not None
    expected = {"site": webhook.site_id, "recording": "rec_1", "ticket": 4711, "state": "ready"}
    assert message["data"] == expected


def test_the_signature_is_the_hmac_of_id_timestamp_and_the_very_bytes(webhook: Webhook, endpoint: Endpoint) -> None:
    queued(webhook)
    tasks.deliver_waiting()

    _, headers, body = endpoint.received[0]
    key = base64.b64decode(webhook.secret.split("_", 1)[1])
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    by_hand = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{by_hand}"


def test_the_signature_of_the_standards_own_example() -> None:
    """The example that the reference libraries of Standard Webhooks test themselves with."""
    got = delivery.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert got == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_whsec_and_at_least_24_bytes_and_no_two_are_alike() -> None:
    one, two = webhooks.new_secret(), webhooks.new_secret()
    assert one != two
    assert one.startswith("whsec_")
    assert len(base64.b64decode(one.removeprefix("whsec_"))) >= 24


def test_what_was_sent_is_not_sent_again(webhook: Webhook, endpoint: Endpoint) -> None:
    queued(webhook)
    assert tasks.deliver_waiting() == 1
    assert tasks.deliver_waiting() == 0
    assert len(endpoint.received) == 1


@pytest.mark.django_db(transaction=True)
def test_a_task_that_runs_while_another_is_sending_sends_nothing(webhook: Webhook, endpoint: Endpoint) -> None:
    """The second run starts, on a connection of its own, while the first one's request is still open."""
    queued(webhook)
    again: list[int] = []

    def second_run(handler: object) -> None:
        again.append(tasks.deliver_waiting())
        connection.close()

    endpoint.before_answer = second_run

    assert tasks.deliver_waiting() == 1

    assert again == [0]
    assert len(endpoint.received) == 1


def test_a_failed_try_waits_longer_each_time_and_keeps_its_id(webhook: Webhook, endpoint: Endpoint) -> None:
    row = queued(webhook)
    endpoint.answers = [500, 503, 200]
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for wait in [timedelta(0), timedelta(seconds=5), timedelta(minutes=5)]:
            clock.shift(wait)
            tasks.deliver_waiting()
            tasks.deliver_waiting()  # too early for the next
    row.refresh_from_db()
    assert row.sent_at
    assert (row.attempts, row.status) == (3, 200)
    assert {headers["webhook-id"] for _, headers, _ in endpoint.received} == {row.pk}
    assert len({headers["webhook-signature"] for _, headers, _ in endpoint.received}) == 3


def test_it_is_given_up_after_the_last_try(webhook: Webhook, endpoint: Endpoint) -> None:
    row = queued(webhook)
    endpoint.answers = [500]
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(15):
            tasks.deliver_waiting()
            clock.shift(timedelta(hours=25))
    row.refresh_from_db()
    assert row.failed_at
    assert not row.sent_at
    assert row.attempts == len(endpoint.received) == len(delivery.BACKOFF) + 1


def test_a_redirect_is_not_followed(webhook: Webhook, endpoint: Endpoint) -> None:
    row = queued(webhook)
    endpoint.answers, endpoint.location = [307], endpoint.url.replace("/hooks", "/elsewhere")
    assert tasks.deliver_waiting() == 0
    row.refresh_from_db()
    assert (len(endpoint.received), row.status, row.sent_at) == (1, 307, None)


def test_an_endpoint_that_says_gone_is_switched_off(webhook: Webhook, endpoint: Endpoint) -> None:
    first, second = queued(webhook), queued(webhook)
    endpoint.answers = [410]
    tasks.deliver_waiting()
    webhook.refresh_from_db()
    assert not webhook.is_active
    assert not WebhookDelivery.objects.filter(failed_at=None).exists()
    assert webhooks.queue(webhook.site_id, "recording.ready", recording="rec_2") == []
    assert {first.pk, second.pk} >= {headers["webhook-id"] for _, headers, _ in endpoint.received}


def test_a_server_that_drips_is_cut_off(webhook: Webhook, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TIMEOUT_S", 0.5)
    stop = threading.Event()

    def drip(handler: object) -> None:
        while not stop.wait(0.1):
            try:
                handler.wfile.write(b"H")  # type: ignore[attr-defined]
                handler.wfile.flush()  # type: ignore[attr-defined]
            except OSError:
                return

    endpoint.before_answer = drip
    row = queued(webhook)
    before = datetime.now(UTC)
    tasks.deliver_waiting()
    stop.set()
    assert datetime.now(UTC) - before < timedelta(seconds=3)
    row.refresh_from_db()
    assert (row.status, row.error) == (None, "timeout")


def test_nobody_listening_is_noted_in_one_word(webhook: Webhook) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        webhook.url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    webhook.save()
    row = queued(webhook)
    tasks.deliver_waiting()
    row.refresh_from_db()
    assert row.error == "no_answer"
    assert row.next_try_at > timezone.now()


def test_a_dead_endpoint_does_not_hold_up_the_others(webhook: Webhook, endpoint: Endpoint, local_network: None) -> None:
    dead = Webhook.objects.create(site=webhook.site, url="http://127.0.0.1:9/", secret=webhooks.new_secret())
    for _ in range(3):
        webhooks.queue(webhook.site_id, "recording.ready", recording="rec_1")
    assert tasks.deliver_waiting() == 3
    assert sum(dead.deliveries.values_list("attempts", flat=True)) == 1


def test_removing_an_endpoint_while_it_is_called_harms_nothing(webhook: Webhook, endpoint: Endpoint) -> None:
    queued(webhook)
    row = WebhookDelivery.objects.get()
    assert delivery.send(row.pk)
    webhook.delete()
    assert not delivery.send(row.pk)
    assert WebhookDelivery.objects.count() == 0
