"""erase_subject: all that is kept about a person, gone."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.actors import Actor
from apps.privacy.models import DeletionReceipt
from apps.privacy.services import erasure
from apps.sites.models import Site


class Command(BaseCommand):
    help = (
        "Erase all that is kept about the person with this e-mail address: recordings, links, comments, "
        "the subjects of their tickets, name and address. Shows first what will go, and asks. Consent "
        "records, audit entries and the receipts of the deletions stay, without a name."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--site", metavar="SLUG", help="only on this site; without it on all")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"] and not options["yes"]:
            raise CommandError("A machine cannot be asked. Add --yes to --json.")
        sites = Site.objects.all()
        if options["site"]:
            sites = sites.filter(slug=options["site"])
            if not sites.exists():
                raise CommandError(f"There is no site with the slug {options['site']}.")
        people = erasure.find(sites, email=options["email"])
        if not people:
            raise CommandError("Nobody with this address is known.")
        seen = erasure.preview(people)
        if not options["yes"] and not self._agreed(seen):
            raise CommandError("Nothing was erased.")
        by = Actor.system("command:erase_subject")
        ordered = erasure.erase_subject(people, stamp=seen.stamp, by=by)
        done = erasure.finish(ordered, by=by)
        receipts = DeletionReceipt.objects.filter(recording__in=seen.recordings).values_list("id", flat=True)
        self._tell(
            {
                "erasure": done.pk,
                "requesters": len(seen.requester_ids),
                "recordings": list(seen.recordings),
                "counts": seen.counts,
                "receipts": sorted(receipts),
                "finished": done.finished_at.isoformat() if done.finished_at else None,
            },
            as_json=options["json"],
        )

    def _agreed(self, seen: erasure.Preview) -> bool:
        self.stdout.write("This will go:")
        for name, count in seen.counts.items():
            self.stdout.write(f"  {count:>6}  {name}")
        return input("Type ERASE to erase it for good: ").strip() == "ERASE"

    def _tell(self, result: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result))
            return
        self.stdout.write(self.style.SUCCESS(f"Erased ({result['erasure']})."))
        for receipt in result["receipts"]:
            self.stdout.write(f"  receipt {receipt}")
