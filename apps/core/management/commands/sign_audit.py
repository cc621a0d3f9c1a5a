"""sign_audit: a checkpoint of the audit trail, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.core.services import checkpoints


class Command(BaseCommand):
    help = (
        "Seal the audit trail, sign a checkpoint of each chain that has grown, send them to PLACET_AUDIT_ANCHORS, and "
        "print them, one JSON document a line. Keep the lines where the installation cannot write; "
        "`verify_audit --anchor FILE` reads them."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        signed = checkpoints.sign_all()
        checkpoints.push_waiting()
        self.stdout.write(checkpoints.as_lines(signed), ending="")
