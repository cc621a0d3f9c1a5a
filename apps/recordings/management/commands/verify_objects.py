"""verify_objects: is what lies in the vault what was put there?"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.recordings.services import proof


class Command(BaseCommand):
    help = (
        "Open every stored object of every recording, in memory, and name those that a single byte was changed of or that "
        "are gone. Exit code 1 if there is one. Prints nothing of what was recorded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        seen, found = proof.verify()
        if options["json"]:
            self.stdout.write(json.dumps({"recordings": seen, "damaged": [asdict(one) for one in found]}))
        else:
            for one in found:
                self.stdout.write(self.style.ERROR(f"DAMAGED: {one.recording_id} {one.name}: {one.problem}"))
            self.stdout.write(f"{seen} recordings looked at, {len(found)} objects damaged.")
        if found:
            sys.exit(1)
