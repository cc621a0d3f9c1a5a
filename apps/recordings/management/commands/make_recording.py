"""Make a large recording out of a short one."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.recordings.services import wire


class Command(BaseCommand):
    help = (
        "Work at a page in Chromium for half a minute while rrweb records it, and stretch that to any length and size. "
        "Writes a JSON array of rrweb events, as import_recording takes it. For benchmarks: needs Chromium and the "
        "development packages."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--minutes", type=float, default=36, metavar="M")
        parser.add_argument("--megabytes", type=float, default=95, metavar="MB", help="of JSON, not compressed")
        parser.add_argument(
            "--snapshots", type=float, default=0, metavar="S", help="a full one each S seconds; 0: only the first"
        )
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print the result for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from apps.recordings.sample import driving, stretching
        except ImportError as error:
            raise CommandError("make_recording needs Playwright: install the development packages.") from error
        minutes = options["minutes"]
        start_ms = round((time.time() - minutes * 60 - 60) * 1000)
        rounds, marks = driving.work()
        try:
            events = stretching.stretch(
                rounds, marks, megabytes=options["megabytes"], minutes=minutes, start_ms=start_ms
            )
        except stretching.Uneven as error:
            raise CommandError(f"The rounds of work differ ({error} elements). Try again.") from error
        if options["snapshots"]:
            events = stretching.with_snapshots(events, round(options["snapshots"] * 1000))
        raw = wire.dump(events)
        options["out"].write_bytes(raw)
        result = {"file": str(options["out"]), "events": len(events), "bytes": len(raw)}
        self.stdout.write(
            json.dumps(result) if options["json"] else "{file}: {events} events, {bytes} bytes".format(**result)
        )
