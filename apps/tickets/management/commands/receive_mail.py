from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import PlacetError, Refused, Unknown
from apps.tickets import services as tickets
from apps.tickets.services.answers import MOST_BYTES

# sysexits.h, as mail servers read them: the sender gets the mail back with the sentence.
EX_DATAERR, EX_NOUSER, EX_NOPERM = 65, 67, 77


class Command(BaseCommand):
    help = "Put one mail, read from standard input, on the ticket whose signed address it was sent to."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = tickets.receive(sys.stdin.buffer.read(MOST_BYTES + 1))
        except PlacetError as error:
            code = {Unknown: EX_NOUSER, Refused: EX_NOPERM}.get(type(error), EX_DATAERR)
            raise CommandError(error.text, returncode=code) from error
        self.stdout.write(str(written.ticket))
