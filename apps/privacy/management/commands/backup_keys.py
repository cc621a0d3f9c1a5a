"""backup_keys: the key store and the secrets into one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.privacy.services import backup


class Command(BaseCommand):
    help = (
        "Put the key store and this installation's secrets into one new file. Keep it apart from backups of the data, "
        "for no longer than PLACET_KEY_BACKUP_DAYS: whoever has both reads every recording, deleted ones too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backup.back_up_keys(options["file"])
        except backup.CannotBackUp as error:
            raise CommandError(error.text) from None
        self.stdout.write(f"{options['file']}: the key store and the secrets. Keep it apart from the data.")
