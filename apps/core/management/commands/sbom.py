"""sbom: what the product is made of, for machines or for people."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.core.services import components


class Command(BaseCommand):
    help = (
        "Print a software bill of materials (CycloneDX 1.6, JSON) made from uv.lock and frontend/package-lock.json. "
        "With --licences: a list of the shipped components with their licences, one a line."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--licences", action="store_true", help="a list for people instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["licences"]:
            for one in components.components():
                if one.is_shipped:
                    self.stdout.write(f"{one.name} {one.version} ({one.kind}): {one.licence}")
        else:
            self.stdout.write(json.dumps(components.cyclonedx(), indent=2))
