"""build_vocabulary: the words of a site's own files, for strict mode."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.actors import Actor
from apps.core.errors import PlacetError
from apps.sites import services as sites
from apps.sites import vocabulary
from apps.sites.models import Site


class Command(BaseCommand):
    help = (
        "Read a site's built JavaScript, HTML and translation catalogues. What stands in them shipped to everybody, so a"
        " strict site may show it. Name public files only. Run it at each release of"
        " the site."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("site", help="short name of the site, such as shop")
        parser.add_argument("paths", nargs="+", type=Path, help="files or folders: " + " ".join(vocabulary.READERS))
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            raise CommandError(f"There is no site {options['site']}.")
        if missing := [str(path) for path in options["paths"] if not path.exists()]:
            raise CommandError(f"Not there: {', '.join(missing)}")
        found, files = vocabulary.read(options["paths"])
        if not found:
            raise CommandError("No words were found. Nothing was changed.")
        if len(found) > vocabulary.PHRASES:
            raise CommandError(f"{len(found)} phrases are more than any interface has. Name the site's own files only.")
        content = vocabulary.build(found)
        try:
            made = sites.set_vocabulary(site, content, phrases=len(found), by=Actor.system("command:build_vocabulary"))
        except PlacetError as error:
            raise CommandError(error.text) from error
        facts = {
            "site": site.slug,
            "files": files,
            "phrases": len(found),
            "bytes": len(content),
            "file": made.file_name,
        }
        if options["json"]:
            self.stdout.write(json.dumps(facts))
            return
        self.stdout.write(f"{len(found)} phrases of {files} files in {len(content)} bytes.")
        if site.policy.mode != "strict":
            self.stdout.write("The site is not strict: switch it on its page, under masking rules, to use them.")
