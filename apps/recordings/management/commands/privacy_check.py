"""privacy_check: what a recording of these pages would contain, with a picture of it beside the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.errors import PlacetError
from apps.recordings import door
from apps.recordings.services import trial
from apps.sites.models import Policy, Site

SHOWN = 40


class Command(BaseCommand):
    help = (
        "Open pages in Chromium with the recorder on them, type into their fields, and say what a recording would"
        " contain. The snippet need not be on the pages, nobody is recorded, and nothing is kept but the pictures. Values"
        " that nobody has are put into fields and into JSON answers; exits 1 if one of them is in what would be sent."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", action="append", required=True, help="a page; may be given several times")
        parser.add_argument(
            "--site", metavar="SLUG", help="use this site's masking rules; without it, the built-in ones"
        )
        parser.add_argument(
            "--out", type=Path, default=Path("privacy-check"), metavar="FOLDER", help="for the pictures"
        )
        parser.add_argument("--chromium", default="", metavar="PATH", help="where Chromium is, if not in the path")
        parser.add_argument("--json", action="store_true", help="print the findings for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        for url in options["url"]:
            if urlsplit(url).scheme not in {"http", "https"}:
                raise CommandError(f"{url} is no address of a page. Begin with http:// or https://.")
        run = self._trial(options["site"], options["chromium"])
        try:
            options["out"].mkdir(parents=True, exist_ok=True)
            findings = list(run.run(options["url"], options["out"]))
        except PlacetError as error:
            raise CommandError(error.text) from error
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written: {error.strerror}.") from error
        if options["json"]:
            self.stdout.write(json.dumps([vars(finding) for finding in findings]))
        else:
            for finding in findings:
                self._print(finding)
        leaked = sum(len(finding.leaked) for finding in findings)
        if leaked:
            raise CommandError(f"{leaked} planted values would have left the browser.", returncode=1)

    def _trial(self, slug: str | None, chromium: str) -> trial.Trial:
        """All that is in the database is read here: none of it can be once a browser runs."""
        if slug is None:
            return trial.Trial(door.told(Policy()), chromium=chromium)
        site = Site.objects.filter(slug=slug).first()
        if site is None:
            raise CommandError(f"There is no site {slug}.")
        words = site.vocabularies.first()
        return trial.Trial(door.told(site.policy), bytes(words.content) if words else None, chromium)

    def _print(self, finding: trial.Finding) -> None:
        write = self.stdout.write
        write(self.style.MIGRATE_HEADING(f"\n{finding.title or finding.url}  {finding.url}"))
        write(f"  {finding.events} events, {finding.bytes} bytes. Picture: {finding.picture}")
        answers = f", and into answers as {', '.join(finding.in_answers)}" if finding.in_answers else ""
        write(f"  Planted into {finding.typed} fields{answers}.")
        if finding.leaked:
            write(self.style.ERROR("  LEFT THE BROWSER: " + "; ".join(sorted(set(finding.leaked)))))
        else:
            write(self.style.SUCCESS("  None of them left the browser."))
        write("  Hidden, by rule: " + (_counted(finding.masked) or "nothing"))
        if finding.unseen:
            write("  Not recorded at all: " + _counted(finding.unseen))
        for request in dict.fromkeys(finding.requests):
            write(f"  Request: {request}")
        write("  Text that a recording shows:")
        for text in finding.shown[:SHOWN]:
            write(f"    {text[:110]}")
        if len(finding.shown) > SHOWN:
            write(f"    … and {len(finding.shown) - SHOWN} more")


def _counted(counts: Any) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
