"""What Prometheus may read: numbers about the installation, nothing about anybody, and only with the token."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from apps.core import metrics
from tests import factories

pytestmark = pytest.mark.django_db
TOKEN = "a-long-random-text"  # noqa: S105


def read(client: Client, token: str = TOKEN) -> tuple[int, str]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, answer.content.decode()


def test_without_the_token_there_is_no_such_page(client: Client, settings) -> None:
    assert read(client, "")[0] == 404
    settings.METRICS_TOKEN = TOKEN
    assert read(client, "another")[0] == 404
    assert client.get("/metrics").status_code == 404
    assert read(client)[0] == 200


def test_it_counts_and_names_nobody(client: Client, settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    recording = factories.consent()
    _status, text = read(client)
    assert 'placet_recordings{state="created"} 1' in text
    assert "placet_deletions_overdue 0" in text
    for said in (recording.pk, recording.site.slug, recording.site.name, recording.ticket.requester.email):
        assert said not in text
    line = re.compile(r'[a-z_0-9]+(\{[a-z]+="[a-z_]+"(,[a-z]+="[a-z_]+")*\})? [-+0-9.e]+')
    assert all(each.startswith("# ") or line.fullmatch(each) for each in text.splitlines())


def test_a_metric_that_cannot_be_read_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_metrics", {})
    metrics.register("one", "gauge", "Broken.", lambda: 1 / 0)
    metrics.register("two", "gauge", "Whole.", lambda: 2)
    assert metrics.exposition() == "# HELP two Whole.\n# TYPE two gauge\ntwo 2\n"
