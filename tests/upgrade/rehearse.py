"""Upgrade what an earlier release left, and use it. A process of its own, on the folder of the fixture.

python -m tests.upgrade.rehearse FOLDER        prints what it saw, as JSON
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _plays(recording_id: str) -> dict[str, Any]:
    """What alice's player gets: a watch with the index, and the first segment."""
    from django.test import Client

    from apps.accounts.models import User

    alice = Client(headers={"host": "localhost", "origin": "http://localhost:8000", "accept": "application/json"})
    alice.force_login(User.objects.get(email="alice@example.com"))
    watch = alice.post(f"/recordings/{recording_id}/watch", {"t": 0}, content_type="application/json")
    segment = alice.get(f"/recordings/{recording_id}/segments/0")
    return {
        "answers": [watch.status_code, segment.status_code],
        "begins": [event["type"] for event in segment.json()[:2]],
        "shows": "Harbour Shop" in segment.content.decode(),
    }


def _takes(facts: dict[str, Any], upload: bytes) -> dict[str, Any]:
    """What the recorder of the earlier release is answered, in the page that was open during the upgrade."""
    from apps.recordings import door

    recording = f"/ingest/v1/recordings/{facts['running']}"

    def post(path: str, body: bytes) -> door.Answer:
        return door._route(door.Call(f"{recording}/{path}", "https://shop.example", "192.0.2.1", body))

    token = upload.partition(b"\t")[0].removeprefix(b"1 ").decode()
    first = post(f"chunks/{facts['page']}/1", upload)
    again = post(f"chunks/{facts['page']}/1", upload)
    beat = post("beat", json.dumps({"token": token, "page": facts["page"]}).encode())
    stopped = post("control", json.dumps({"token": token, "action": "stop"}).encode())
    return {"chunk": first.status, "again": again.status, "beat": beat.body["state"], "stop": stopped.body["state"]}


def _verified() -> dict[str, Any]:
    """The trail of before and after, and the signature of every receipt of a deletion."""
    from apps.core import documents
    from apps.core.services import proof, seals
    from apps.privacy.models import DeletionReceipt

    seals.seal_all()
    receipts = [documents.verify(one.document, documents.public_keys()) for one in DeletionReceipt.objects.all()]
    return {"trail": proof.verify().exit_code, "receipts": receipts}


def rehearse(folder: Path) -> dict[str, Any]:
    import django

    django.setup()
    import time_machine  # it brings pytest along, and the settings must not take this for a test run

    from config.celery import app

    # Bells that nobody hears: with a broker that is gone, Celery would try for a time that ends a month ahead.
    app.conf.broker_url = "memory://"
    facts = json.loads((folder / "facts.json").read_text())
    with time_machine.travel(_at(facts["made"]) + timedelta(minutes=1)):
        from django.core.management import call_command

        from apps.privacy.services import sweeps
        from apps.recordings.models import Recording
        from apps.recordings.services import sweeps as recording_sweeps
        from apps.recordings.services import vault

        call_command("migrate", verbosity=0)
        call_command("migrate", verbosity=0, database="keys")

        def states() -> dict[str, str]:
            return {name: Recording.objects.get(pk=facts[name]).state for name in ("plays", "due", "half", "running")}

        seen: dict[str, Any] = {"before": states(), "plays": _plays(facts["plays"])}
        seen["takes"] = _takes(facts, (folder / "upload.bin").read_bytes())
        sweeps.delete_due()
        seen["after the upgrade"] = states()
    with time_machine.travel(_at(facts["made"]) + timedelta(minutes=3)):
        recording_sweeps.process_waiting()
        seen["packed"] = states()["running"]
    with time_machine.travel(_at(facts["due_at"]) - timedelta(minutes=1)):
        sweeps.delete_due()
        seen["a minute before it is due"] = states()["due"]
    with time_machine.travel(_at(facts["due_at"]) + timedelta(seconds=1)):
        sweeps.delete_due()
        seen["when it is due"] = states()
        seen["objects of what was due"] = len(vault.list_names(facts["due"]))
        seen["trail and receipts"] = _verified()
        seen["plays still"] = _plays(facts["plays"])
    return seen


if __name__ == "__main__":
    place = Path(sys.argv[1])
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR", "BASE_URL": "http://localhost:8000",
        "PLACET_DATA_DIR": str(place / "data"), "PLACET_KEYS_DIR": str(place / "keys"),
    }  # fmt: skip
    print(json.dumps(rehearse(place)))
