"""verify_audit: is the audit trail what was written?"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.services import proof


def _checkpoints(path: str) -> list[dict[str, Any]]:
    """One JSON document a line, among whatever else a mail holds."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        found = [json.loads(line) for line in lines if line.startswith("{")]
    except ValueError as error:
        raise CommandError(f"{path} holds a line that is not JSON.") from error
    if not found:
        raise CommandError(f"{path} holds no checkpoint.")
    return found


class Command(BaseCommand):
    help = (
        "Check the audit trail against its hash chains and its signed checkpoints. Exit code 0: all is as it was "
        "written. 1: entries were changed, removed, put in or reordered; the first of each chain is named. "
        "2: some entries are not sealed yet (normal for a minute; if it stays so, worker or beat do not "
        "run). "
        "Entries cut off at the very end together with their seals and checkpoints are noticed only with --anchor: a "
        "file of checkpoints that was kept elsewhere (see PLACET_AUDIT_ANCHORS)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", metavar="FILE", help="checkpoints kept elsewhere, one JSON document a line")
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        result = proof.verify(_checkpoints(options["anchor"]) if options["anchor"] else ())
        if options["json"]:
            self.stdout.write(json.dumps(result.as_dict()))
        else:
            self._tell(result, anchored=bool(options["anchor"]))
        if result.exit_code:
            sys.exit(result.exit_code)

    def _tell(self, result: proof.Proof, *, anchored: bool) -> None:
        for fault in result.faults:
            line = f"TAMPERED: chain {fault.chain}, number {fault.number} ({fault.entry}): {fault.problem}"
            self.stdout.write(self.style.ERROR(line))
        self.stdout.write(f"{result.sealed} sealed entries in {result.chains} chains checked.")
        self.stdout.write(f"{result.checkpoints} signed checkpoints hold, {result.anchored} of those kept elsewhere.")
        if result.cut:
            self.stdout.write(f"{result.cut} older entries went under signed cuts.")
        if result.unsealed:
            self.stdout.write(self.style.WARNING(f"{result.unsealed} entries are not sealed yet."))
        if not result.exit_code:
            self.stdout.write(self.style.SUCCESS("All of them are as they were written."))
            if not anchored:
                self.stdout.write("Whether the newest were cut off is known only with --anchor.")
