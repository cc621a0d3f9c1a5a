"""maintenance: read-only, and back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import maintenance


class Command(BaseCommand):
    help = (
        "Make this installation read-only (`on`), or end that (`off`), or say which it is. Uploads wait in the browsers, "
        "nothing can be changed in the console; deletions and withdrawals go on."
    )
    # It is asked for when the database is not well.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="?", choices=["on", "off"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "on":
            maintenance.begin()
        elif options["what"] == "off":
            try:
                maintenance.end()
            except maintenance.ReadOnly as error:
                raise CommandError(error.text) from None
        self.stdout.write("read-only; deletions go on" if maintenance.is_on() else "not read-only")
