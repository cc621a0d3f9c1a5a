"""Sign where each chain stands, and tell places where those who could rewrite it cannot write.

The chain alone does not show that its newest end was cut off, nor that all of it was computed anew. A checkpoint in
the database shows the second to whoever has not the signing key; a copy elsewhere shows both.

A checkpoint is a row first. Pushing it is tried again until every anchor has taken it, so an anchor may get the same
line twice; that says nothing new and does no harm.
"""

from __future__ import annotations

import json
import logging
import os
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from apps.core import documents, ids
from apps.core.models import AuditCheckpoint, AuditSeal
from apps.core.services import seals

log = logging.getLogger(__name__)
SCHEMA = "https://placet.example/schemas/audit-checkpoint/1"
PATIENCE = timedelta(hours=3)  # signed and pushed each hour
TIMEOUT_S = 10


def _document(seal: AuditSeal, at: datetime) -> documents.Document:
    return documents.sign(
        {
            "schema": SCHEMA,
            "checkpoint_id": ids.cpt(),
            "chain": seal.chain,
            "number": seal.number,
            "hash": seal.hash,
            "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )


def sign_chain(chain: str) -> AuditCheckpoint | None:
    """Sign the newest seal of `chain`. Safe to call twice: what is signed already is returned; None: nothing sealed."""
    seal = AuditSeal.objects.filter(chain=chain).order_by("-number").first()
    if seal is None:
        return None
    existing = AuditCheckpoint.objects.filter(chain=chain, number=seal.number)
    if found := existing.first():
        return found
    at = timezone.now()
    try:
        with transaction.atomic():
            return AuditCheckpoint.objects.create(chain=chain, number=seal.number, at=at, document=_document(seal, at))
    except IntegrityError:  # another signer at the same moment
        return existing.get()


def sign_all() -> list[AuditCheckpoint]:
    """Seal what waits, then sign every chain that has grown since its last checkpoint."""
    seals.seal_all()
    newest = dict(AuditSeal.objects.order_by().values_list("chain").annotate(Max("number")))
    signed = dict(AuditCheckpoint.objects.order_by().values_list("chain").annotate(Max("number")))
    grown = [chain for chain, number in newest.items() if signed.get(chain, 0) < number]
    return [found for chain in sorted(grown) if (found := sign_chain(chain)) is not None]


# --- Elsewhere ----------------------------------------------------------------------------------------


def _to_file(path: Path, lines: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def _to_mail(address: str, lines: str) -> None:
    body = (
        "Signed checkpoints of the audit trail. Keep this mail where the installation cannot reach it;\n"
        "`manage.py verify_audit --anchor FILE` checks the trail against the lines below.\n\n" + lines
    )
    EmailMessage("Placet: checkpoints of the audit trail", body, to=[address]).send()


def _to_webhook(url: str, lines: str) -> None:
    request = urllib.request.Request(url, lines.encode(), {"Content-Type": "application/x-ndjson"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=TIMEOUT_S):  # noqa: S310  the operator's own setting, https checked
        pass


def push(anchor: str, lines: str) -> None:
    """Send `lines` to one anchor; raises what went wrong."""
    parts = urlsplit(anchor)
    if parts.scheme == "file":
        _to_file(Path(parts.path), lines)
    elif parts.scheme == "mailto":
        _to_mail(parts.path, lines)
    elif parts.scheme in {"https", "http"}:
        _to_webhook(anchor, lines)
    else:
        raise ValueError("PLACET_AUDIT_ANCHORS takes file:///…, mailto:… and https://… only")


def as_lines(rows: Sequence[AuditCheckpoint]) -> str:
    """One JSON document a line: what anchors get and `verify_audit --anchor` reads."""
    return "".join(json.dumps(row.document, sort_keys=True) + "\n" for row in rows)


def push_waiting() -> int:
    """Push what no anchor has yet; returns how many checkpoints went to all of them. Without anchors nothing goes."""
    waiting = list(AuditCheckpoint.objects.filter(pushed_at=None).order_by("id")[: seals.BATCH])
    if not waiting or not settings.AUDIT_ANCHORS:
        return 0
    failed = 0
    for anchor in settings.AUDIT_ANCHORS:
        try:
            push(anchor, as_lines(waiting))
        except Exception:
            log.exception("an anchor of the audit trail did not take the checkpoints; they will be sent again")
            failed += 1
    if failed:
        return 0
    AuditCheckpoint.objects.filter(pk__in=[row.pk for row in waiting]).update(pushed_at=timezone.now())
    return len(waiting)


def is_late() -> bool:
    """Whether anchors are configured and one has not taken a checkpoint for hours."""
    waiting = AuditCheckpoint.objects.filter(pushed_at=None, at__lt=timezone.now() - PATIENCE)
    return bool(settings.AUDIT_ANCHORS) and waiting.exists()


def last_anchored() -> AuditCheckpoint | None:
    return AuditCheckpoint.objects.filter(pushed_at__isnull=False).order_by("-at", "-id").first()
