"""Write a recording's events to a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.errors import PlacetError
from apps.recordings.models import Recording
from apps.recordings.services import transfer
from apps.sites import permissions


class Command(BaseCommand):
    help = (
        "Write the events of a recording to FILE, as a JSON array that any rrweb player plays. Only a "
        "recording that was sent to support (`ready`). The export is on the audit trail with its reason, the "
        "recorded person sees it, and the deletion receipt names it: the file itself is yours to delete."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", help="the recording, such as rec_4j2…")
        parser.add_argument("--by", required=True, metavar="USER", help="e-mail of the member of staff")
        parser.add_argument("--reason", required=True, help="why; the recorded person can read it")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="must not exist yet")
        parser.add_argument("--json", action="store_true", help="print the result for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        recording = Recording.objects.filter(pk=options["id"]).select_related("site").first()
        if recording is None:
            raise CommandError(f"There is no recording {options['id']}. The player's address ends in its id.")
        user = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active member of staff {options['by']}. --by takes their e-mail.")
        try:
            permissions.require(user, recording.site, "recording.watch")
            # "x": never over a file that is there.
            with options["out"].open("xb") as file:
                file.write(transfer.export(recording, reason=options["reason"], by=Actor.staff(user, door="command")))
        except PlacetError as error:
            options["out"].unlink(missing_ok=True)
            raise CommandError(f"{error.text} (state: {recording.get_state_display()})") from error
        except FileExistsError:
            raise CommandError(f"{options['out']} exists already. Name another file.") from None
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written: {error.strerror}.") from error
        size = options["out"].stat().st_size
        if options["json"]:
            self.stdout.write(json.dumps({"id": recording.pk, "file": str(options["out"]), "bytes": size}))
        else:
            self.stdout.write(f"{recording.pk} → {options['out']} ({size} bytes)")
