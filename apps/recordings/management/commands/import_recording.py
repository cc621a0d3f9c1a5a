"""Make a recording of a file of events."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.actors import Actor
from apps.core.errors import PlacetError
from apps.recordings.services import transfer
from apps.tickets.models import Ticket


class Command(BaseCommand):
    help = (
        "Make a recording of FILE, a JSON array of rrweb events (gzipped or not), on a ticket. For demos and "
        "benchmarks: nobody consented to it here, so it needs PLACET_ALLOW_IMPORT=1 and is marked as "
        "imported everywhere. It passes the second scan for secrets and is ready at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--ticket", required=True, type=int, metavar="N", help="number of the ticket")
        parser.add_argument("--json", action="store_true", help="print the result for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        ticket = Ticket.objects.filter(number=options["ticket"]).select_related("site").first()
        if ticket is None:
            raise CommandError(f"There is no ticket #{options['ticket']}. --ticket takes its number.")
        try:
            raw = options["file"].read_bytes()
            raw = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error}.") from error
        by = Actor.system("command:import_recording")
        try:
            recording = transfer.import_events(raw, ticket=ticket, by=by)
        except PlacetError as error:
            raise CommandError(error.text) from error
        result = {"id": recording.pk, "ticket": ticket.number, "state": recording.state}
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            self.stdout.write(f"{recording.pk} on ticket #{ticket.number}: {recording.get_state_display()}")
