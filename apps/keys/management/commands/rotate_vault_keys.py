"""Wrap every data key afresh after a new key was put in front of VAULT_KEYS."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.core import sealed
from apps.keys import services as keys


class Command(BaseCommand):
    help = (
        "Wrap the data key of every recording, and seal each small secret, with the newest of VAULT_KEYS. Put the new key in front, "
        "restart all processes, run this, and take the old key away once it says that all are done. Safe to "
        "interrupt and to run again; recordings stay readable throughout."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        sealed.reseal_all()
        total = 0
        while done := keys.rotate():
            total += done
            if not options["json"]:
                self.stdout.write(f"{total} wrapped afresh")
        if options["json"]:
            self.stdout.write(json.dumps({"rotated": total, "left": 0}))
        else:
            self.stdout.write(f"All keys are wrapped by the newest of VAULT_KEYS ({total} changed).")
