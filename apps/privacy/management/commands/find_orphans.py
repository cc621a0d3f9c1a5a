"""find_orphans: objects, keys and rows that no recording owns."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.privacy.services import orphans


class Command(BaseCommand):
    help = (
        "Look through the vault, the key store and the tables for what belongs to no recording. Nothing should ever be "
        "found; exit code 1 if something is. --remove destroys it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true", help="destroy what is found")
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        found = orphans.find()
        removed = orphans.remove(found) if options["remove"] else 0
        if options["json"]:
            self.stdout.write(json.dumps({"orphans": [asdict(one) for one in found], "removed": removed}))
        else:
            for one in found:
                self.stdout.write(f"{one.kind}  {one.recording_id}  {one.count}")
            self.stdout.write(f"{len(found)} found, {removed} removed.")
        if found and not removed:
            sys.exit(1)
