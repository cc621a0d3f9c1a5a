"""create_link: a magic link for a requester's ticket."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.core.actors import Actor
from apps.core.errors import PlacetError
from apps.links import services as links
from apps.links.models import MagicLink
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets.models import Ticket

BY = Actor.system("command:create_link")


class Command(BaseCommand):
    help = "Issue a magic link, for a ticket that is there or for a new one, and print its address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", required=True, help="slug of the site")
        parser.add_argument("--requester", required=True, help="e-mail address of the person")
        parser.add_argument("--landing", required=True, help="where the person should start, on the site's origins")
        parser.add_argument("--ticket", type=int, help="number of a ticket; without it, a new one is opened")
        parser.add_argument("--live", action="store_true", help="ask for live viewing too")
        parser.add_argument("--json", action="store_true", help="print one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            known = ", ".join(Site.objects.values_list("slug", flat=True)) or "none yet; see create_site"
            raise CommandError(f"There is no site {options['site']!r}. Sites: {known}")
        try:
            link = self._issue(site, options)
        except PlacetError as error:
            raise CommandError(error.text) from error
        made = {"ticket": link.ticket.number, "link": link.pk, "url": links.url(link)}
        if options["json"]:
            self.stdout.write(json.dumps(made))
        else:
            self.stdout.write(f"Ticket #{made['ticket']}. Send this to {options['requester']}:\n  {made['url']}")

    @transaction.atomic
    def _issue(self, site: Site, options: dict[str, Any]) -> MagicLink:
        """Ticket and link, or neither."""
        if options["ticket"] is None:
            ticket = tickets.open_ticket(site, subject="Support request", email=options["requester"], by=BY)
        else:
            ticket = self._existing(site, options["ticket"], options["requester"])
        return links.issue(ticket, landing_url=options["landing"], asks_live=options["live"], by=BY)

    def _existing(self, site: Site, number: int, email: str) -> Ticket:
        ticket = Ticket.objects.filter(site=site, number=number).select_related("requester").first()
        if ticket is None:
            raise CommandError(f"Site {site.slug} has no ticket #{number}.")
        if ticket.requester.email.lower() != email.strip().lower():
            raise CommandError(f"Ticket #{number} was opened for another address.")
        return ticket
