"""verify_receipt: is this receipt what an installation of Placet signed?"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import documents


def _read(path: str) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"{path} is not JSON.") from error


class Command(BaseCommand):
    help = (
        "Check the signature of a consent or deletion receipt. Needs no database and no network. With "
        "--keys FILE it works on another installation: FILE is what the first one publishes at "
        "/.well-known/placet-keys.json. Exit code 1 if the receipt is not genuine."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--keys", metavar="FILE", help="public keys; without it those of this installation")
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        document = _read(options["file"])
        if not isinstance(document, dict):
            raise CommandError(f"{options['file']} is not a receipt.")
        keys = self._keys(options["keys"])
        valid = documents.verify(document, keys)
        signature = document.get("signature")
        result = {
            "valid": valid,
            "receipt_id": document.get("receipt_id"),
            "schema": document.get("schema"),
            "key_id": signature.get("key_id") if isinstance(signature, dict) else None,
        }
        if options["json"]:
            self.stdout.write(json.dumps(result))
        elif valid:
            said = f"Genuine: {result['receipt_id']}, signed with the key {result['key_id']}."
            self.stdout.write(self.style.SUCCESS(said))
        else:
            said = "NOT genuine: it was changed, or signed with a key that is not in the list."
            self.stdout.write(self.style.ERROR(said))
        if not valid:
            sys.exit(1)

    def _keys(self, path: str | None) -> list[Any]:
        if path is None:
            return list(documents.public_keys())
        given = _read(path)
        keys = given.get("keys") if isinstance(given, dict) else given
        if not isinstance(keys, list):
            raise CommandError(f"{path} is not a list of public keys.")
        return [key for key in keys if isinstance(key, dict)]
