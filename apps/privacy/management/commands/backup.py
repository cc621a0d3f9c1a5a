"""backup: database and objects into a folder, without any key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.privacy.services import backup


class Command(BaseCommand):
    help = (
        "Copy the database and the objects into a new folder, while everything runs. No key is in it (see backup_keys): "
        "what is deleted later is unreadable in it too. With S3, back the bucket up by its own means."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backup.back_up(options["folder"])
        except backup.CannotBackUp as error:
            raise CommandError(error.text) from None
        if options["json"]:
            self.stdout.write(json.dumps(manifest))
            return
        objects = "none (S3)" if manifest["objects"] is None else manifest["objects"]
        self.stdout.write(f"{options['folder']}: database and objects ({objects}). No keys: back them up apart.")
