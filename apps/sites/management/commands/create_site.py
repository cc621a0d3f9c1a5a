"""create_site: an application whose users may be recorded."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.actors import Actor
from apps.core.errors import PlacetError
from apps.sites import services as sites


class Command(BaseCommand):
    help = "Create a site and print the snippet that goes into each of its pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--slug", required=True, help="short name for addresses and commands, such as shop")
        parser.add_argument("--name", required=True, help="what people call it, such as 'Harbour Shop'")
        parser.add_argument(
            "--origin",
            action="append",
            required=True,
            help="scheme://host[:port] of pages that may be recorded; once for each",
        )
        parser.add_argument("--landing", default="", help="where a person starts; without it, the first origin")
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            site = sites.create(
                slug=options["slug"],
                name=options["name"],
                origins=options["origin"],
                landing_url=options["landing"],
                by=Actor.system("command:create_site"),
            )
        except PlacetError as error:
            raise CommandError(error.text) from error
        snippet = f'<script async src="{settings.BASE_URL}/placet.js" data-site="{site.public_key}"></script>'
        made = {"slug": site.slug, "public_key": site.public_key, "snippet": snippet}
        if options["json"]:
            self.stdout.write(json.dumps(made))
            return
        self.stdout.write(f"{site.name} ({site.slug}) is there. Put this into the head of each of its pages:")
        self.stdout.write(f"  {snippet}")
