"""doctor: what is wrong, and what to do."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.privacy.services import doctor


class Command(BaseCommand):
    help = "Say in plain words what is wrong with this installation and what to do. Exit code 1 if anything is."
    # Its own findings are better than a stack trace from somebody else's check.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = doctor.examine()
        wrong = [finding for finding in findings if finding.state == "wrong"]
        if options["json"]:
            body = {"healthy": not wrong, "findings": [asdict(finding) for finding in findings]}
            self.stdout.write(json.dumps(body))
        else:
            for finding in findings:
                self._tell(finding)
        if wrong:
            sys.exit(1)

    def _tell(self, finding: doctor.Finding) -> None:
        style = {"ok": self.style.SUCCESS, "advice": self.style.WARNING, "wrong": self.style.ERROR}
        mark = {"ok": "ok    ", "advice": "advice", "wrong": "WRONG "}[finding.state]
        self.stdout.write(f"{style[finding.state](mark)}  {finding.part}: {finding.says}")
        if finding.do:
            self.stdout.write(f"        → {finding.do}")
