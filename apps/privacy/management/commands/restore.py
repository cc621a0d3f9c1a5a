"""restore: a backup into an empty installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.privacy.services import backup


class Command(BaseCommand):
    help = (
        "Bring a backup back into an empty installation whose web, worker and beat are stopped: the data from a folder, "
        "or (--keys, after the data) the key store from a file. What was deleted since is deleted again at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source", type=Path, help="the folder of `backup`, or with --keys the file of `backup_keys`"
        )
        parser.add_argument("--keys", action="store_true", help="restore the key store")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["keys"]:
                again = backup.restore_keys(options["source"])
                self.stdout.write(f"The key store is back. {again} keys that had been destroyed were destroyed again.")
            else:
                again = backup.restore_data(options["source"])
                self.stdout.write(f"The data is back. {again} deletions and erasures were done again.")
        except backup.CannotBackUp as error:
            raise CommandError(error.text) from None
        self.stdout.write("Now: migrate, migrate --database keys, doctor; then start web, worker and beat.")
