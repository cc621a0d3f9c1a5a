"""verify_audit: is the audit trail what was written?"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.core.services import proof


class Command(BaseCommand):
    help = (
        "Check the audit trail against its hash chains. Exit code 0: all is as it was written. "
        "1: entries were changed, removed, put in or reordered; the first of each chain is named. "
        "2: some entries are not sealed yet (normal for a minute; if it stays so, worker or beat do not "
        "run). "
        "Entries cut off at the very end together with their seals cannot be noticed from here."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        result = proof.verify()
        if options["json"]:
            self.stdout.write(json.dumps(result.as_dict()))
        else:
            self._tell(result)
        if result.exit_code:
            sys.exit(result.exit_code)

    def _tell(self, result: proof.Proof) -> None:
        for fault in result.faults:
            line = f"TAMPERED: chain {fault.chain}, number {fault.number} ({fault.entry}): {fault.problem}"
            self.stdout.write(self.style.ERROR(line))
        self.stdout.write(f"{result.sealed} sealed entries in {result.chains} chains checked.")
        if result.unsealed:
            self.stdout.write(self.style.WARNING(f"{result.unsealed} entries are not sealed yet."))
        if not result.exit_code:
            self.stdout.write(self.style.SUCCESS("All of them are as they were written."))
