"""Compile, update or check the translations; see docs/languages.md."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import catalogues


class Command(BaseCommand):
    help = "Compile the catalogues of translations (--compile), update them from the sources, or check that they are whole."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--compile", action="store_true", help="write the .mo files that Django reads")
        what.add_argument("--update", action="store_true", help="put in what the sources say now")
        what.add_argument("--check", action="store_true", help="exit 1 where a text is missing, fuzzy or left over")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["compile"]:
            catalogues.compile_all()
        elif options["update"]:
            catalogues.update()
        else:
            self._check()

    def _check(self) -> None:
        for language in catalogues.translated_into("staff"):
            if left := catalogues.still_english(language):
                self.stdout.write(f"staff/{language}: {left} texts are English still (they may be)")
        if found := catalogues.all_wrong():
            raise CommandError("The catalogues are not whole:\n" + "\n".join(found))
