"""The nine parts of a person's copy. Nothing of another person is in it, and nothing that staff could not see."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from apps.consents.models import Receipt
from apps.core import documents
from apps.core.actors import Actor
from apps.core.models import AuditEntry
from apps.privacy.models import DeletionReceipt, Export, Hold
from apps.privacy.services import receipts, retention
from apps.recordings.models import Recording
from apps.recordings.services import offline, remarks, replay, wire
from apps.sites.models import Membership

Files = Mapping[str, bytes]
MANIFEST = "https://placet.example/schemas/access-manifest/1"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the archive says nothing of when it was packed; the manifest does


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str).encode()


def _events(segments: offline.Segments) -> bytes:
    """One event a line, as staff can replay them; `segment` says which piece it is of."""
    lines = [wire.dump({"segment": number, **event}) for number, body in segments for event in wire.load(body)]
    return gzip.compress(b"\n".join(lines) + b"\n", mtime=0)


# --- What is said about it ----------------------------------------------------------------------------


def _consent(receipt: Receipt) -> Iterator[tuple[str, bytes]]:
    yield "consent/receipt.json", _json(receipt.document)
    words = {"receipt": receipt, "said": receipt.document, "site": receipt.site}
    yield "consent/receipt.html", render_to_string("privacy/receipt.html", words).encode()
    yield "consent/notice.html", render_to_string("privacy/notice.html", {"receipt": receipt}).encode()
    yield "consent/events.json", _json(list(receipt.events.values("state", "at", "by", "cause")))


def _processing(recording: Recording, receipt: Receipt | None) -> dict[str, Any]:
    """The answers of Art. 15(1)(a) to (h) and 15(2), from the receipt that was agreed to."""
    said: dict[str, Any] = receipt.document["processing"][0] if receipt else {}
    site = recording.site
    return {
        "a_purposes": said.get("purpose", ""),
        "b_categories": [one["type"] for one in said.get("personal_data", [])],
        "c_recipients": {"told": said.get("recipients", []), "actual": "see access-log.json"},
        "d_period": {
            "rule": said.get("retention", {}).get("rule", ""),
            "deleted_on": receipts.moment(recording.delete_at) if recording.delete_at else None,
            "at_the_latest": receipts.moment(recording.latest_at),
        },
        "e_rights": said.get("rights", []),
        "f_complaint": site.authority,
        "g_source": "your browser, while you recorded",
        "h_automated_decisions": False,
        "transfers": site.transfers or "none",
        "controller": {"name": site.controller_name or site.name, "contact": site.privacy_contact},
    }


def _looks(recording: Recording, receipt: Receipt | None) -> list[dict[str, Any]]:
    """Who looked: time, role, reason and part; the name only where the site shows names."""
    names = receipt is not None and receipt.policy.show_staff_names
    roles = dict(Membership.Role.choices)
    return [
        {
            "what": "watched live" if watch.live else "watched",
            "at": receipts.moment(watch.started_at),
            "until": receipts.moment(watch.last_beat_at),
            "role": str(roles.get(watch.role, watch.role)),
            "name": watch.user.name if names and watch.user else None,
            "reason": watch.reason,
            "spans_ms": watch.spans,
        }
        for watch in recording.watches.select_related("user").order_by("started_at")
    ]


def _other_looks(recording: Recording) -> list[dict[str, Any]]:
    entries = AuditEntry.objects.filter(
        subject_id=recording.pk, name__in=["recording.exported", "access.ordered", "access.downloaded"]
    )
    return [
        {"what": audit_name, "at": receipts.moment(at), "by": kind}
        for audit_name, at, kind in entries.order_by("at").values_list("name", "at", "actor_kind")
    ]


def _notes(recording: Recording, by: Actor) -> list[dict[str, Any]]:
    """What staff wrote about it; by whom only where the site shows names."""
    names = recording.receipt is not None and recording.receipt.policy.show_staff_names
    return [
        {
            "at": receipts.moment(note.created_at),
            "at_ms": note.at_ms,
            "text": note.body,
            "by": note.author.name if names and note.author else None,
        }
        for note in remarks.read([recording], by=by)
    ]


def _deletions(recording: Recording) -> dict[str, Any]:
    holds = Hold.objects.filter(recording=recording, confirmed_by__isnull=False)
    earlier = DeletionReceipt.objects.filter(recording__ticket=recording.ticket_id) if recording.ticket_id else []
    return {
        "deleted_on": receipts.moment(retention.next_date(recording)),
        "at_the_latest": receipts.moment(recording.latest_at),
        "cuts": [cutting.document for cutting in recording.cuttings.exclude(document=None)],
        "frozen": receipts.moment(recording.frozen_at) if recording.frozen_at else None,
        "holds": [
            {"ground": hold.get_ground_display(), "reason": hold.reason, "until": receipts.moment(hold.ends_at)}
            for hold in holds
        ],
        "earlier_receipts": [receipt.document for receipt in earlier],
    }


def _parts(recording: Recording, by: Actor) -> Iterator[dict[str, bytes]]:
    """Each of the nine as it is done but the manifest, which speaks of all of them."""
    receipt = recording.receipt
    index, segments = replay.index(recording, by=by), offline.segments(recording, by=by)
    yield {
        "README.html": render_to_string("privacy/readme.html", {"recording": recording, "receipt": receipt}).encode()
    }
    yield {"recording/events.ndjson.gz": _events(segments), "recording/index.json": index}
    yield {"recording/player.html": offline.page("privacy/offline.html", recording, index, segments)}
    yield dict(_consent(receipt)) if receipt else {}
    yield {"processing.json": _json(_processing(recording, receipt))}
    yield {"access-log.json": _json([*_looks(recording, receipt), *_other_looks(recording)])}
    said = wire.load_object(index)
    made = {name: said.get(name, []) for name in ("steps", "markers")}
    yield {
        "annotations.json": _json({"made_from_the_recording": made, "notes_by_staff": _notes(recording, by), "ai": []})
    }
    yield {"deletions.json": _json(_deletions(recording))}


def _manifest(recording: Recording, at: datetime, files: Files) -> bytes:
    listed = {
        name: {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)} for name, body in sorted(files.items())
    }
    return _json(
        documents.sign(
            {
                "schema": MANIFEST,
                "recording_id": recording.pk,
                "made": receipts.moment(at),
                "files": listed,
            }
        )
    )


def build(export: Export) -> bytes:
    """Return the ZIP. The person reads: it is their copy, whoever of the officers has asked for it."""
    recording = Recording.objects.select_related("site", "receipt__policy", "receipt__notice").get(
        pk=export.recording_id
    )
    by = Actor.person(str(recording.receipt_id))
    files: dict[str, bytes] = {}
    language = recording.receipt.notice.language if recording.receipt else settings.LANGUAGE_CODE
    with translation.override(language):
        for done, part in enumerate(_parts(recording, by), start=1):
            files |= part
            Export.objects.filter(pk=export.pk).update(done=done)
    files["manifest.json"] = _manifest(recording, timezone.now(), files)
    Export.objects.filter(pk=export.pk).update(done=9)
    return _zip(files)


def _zip(files: Files) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, body in files.items():
            kind = zipfile.ZIP_STORED if name.endswith(".gz") else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, EPOCH), body, compress_type=kind)
    return packed.getvalue()


def evidence(recording: Recording, *, at: datetime) -> bytes:
    """What proves how a recording was treated, without anything that was recorded."""
    receipt = recording.receipt
    deletion = DeletionReceipt.objects.filter(recording=recording).first()
    files: dict[str, bytes] = dict(_consent(receipt)) if receipt else {}
    files["access-log.json"] = _json([*_looks(recording, receipt), *_other_looks(recording)])
    signed = {name: one.document for name, one in [("consent", receipt), ("deletion", deletion)] if one is not None}
    if deletion is not None:
        files["deletion/receipt.json"] = _json(deletion.document)
    keys = documents.public_keys()
    files["verifier.json"] = _json({name: documents.verify(document, keys) for name, document in signed.items()})
    files["keys.json"] = _json({"keys": keys})
    files["manifest.json"] = _manifest(recording, at, files)
    return _zip(files)
