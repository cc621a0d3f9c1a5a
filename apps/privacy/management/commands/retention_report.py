"""retention_report: what is held, what is due, what is overdue."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.privacy.services import reports


class Command(BaseCommand):
    help = (
        "List every recording that is stored (held), those that go within 7 days (due), and those that "
        "should be gone (overdue)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        report = reports.retention_report()
        if options["json"]:
            self.stdout.write(json.dumps(report))
            return
        for name, lines in report.items():
            self.stdout.write(self.style.MIGRATE_HEADING(f"{name}: {len(lines)}"))
            for line in lines:
                ticket = f"#{line['ticket']}" if line["ticket"] else "no ticket"
                hold = "  on hold" if line["hold"] else ""
                about = f"{ticket:<10} {line['state']:<11} goes {line['due'][:16]}  {line['bytes']:>10} bytes"
                self.stdout.write(f"  {line['id']}  {about}{hold}")
        times = reports.answer_times()
        if times is not None:
            self.stdout.write(
                f"asked for and deleted in the last 30 days: {times.count}; from the press to the receipt "
                f"{times.median_s:.0f} s usually, {times.p95_s:.0f} s in 19 of 20"
            )
