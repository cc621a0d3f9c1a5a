"""`python -m tests.demo.seed`: fill an installation with the demo's people, sites, tickets and one recording.

All of it goes through the apps' own verbs, so audit trail and signals are as in real life. What is there
already is left as it is: seeding twice changes nothing.
"""
# ruff: noqa: E402  (models can be imported only once Django is set up)

from __future__ import annotations

import gzip
import io
import json
import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import MagicLink
from apps.sites import services as sites
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets.models import Ticket
from tests.demo import story

SEED = Actor.system("command:seed_demo")
RECORDING = Path(__file__).resolve().parent / "recording.json.gz"
PASSWORD = os.environ.get("DEMO_PASSWORD", "placet-demo")
SHOP_URL = os.environ.get("SHOP_URL", f"http://localhost:{settings.SHOP_PORT}")
FOUNDED_HOURS_AGO = 60 * story.DAY
FACTS = {
    "shop": {
        "name": "Harbour Shop",
        "controller_name": "Harbour Shop Ltd",
        "controller_address": "1 Quay Street, 5003 Bergen, Norway",
        "privacy_contact": "privacy@harbour-shop.example",
        "dpo_contact": "Erin Walsh, dpo@harbour-shop.example",
        "authority": "Datatilsynet, datatilsynet.no",
        "hosting_place": "on this computer",
        "transfers": "none",
        "jurisdiction": "NO",
        "support_contact": "+47 555 01 234, on weekdays from 8 to 18",
    },
    "harbour-bank": {
        "name": "Harbour Bank",
        "controller_name": "Harbour Bank plc",
        "controller_address": "3 Quay Street, 5003 Bergen, Norway",
        "privacy_contact": "privacy@harbour-bank.example",
        "dpo_contact": "dpo@harbour-bank.example",
        "authority": "Datatilsynet, datatilsynet.no",
        "hosting_place": "on this computer",
        "transfers": "none",
        "jurisdiction": "NO",
        "support_contact": "+47 555 09 876",
    },
}
ORIGINS = {"shop": SHOP_URL, "harbour-bank": "https://bank.example"}


# --- Who and where ----------------------------------------------------------------------------------


def person(name: str) -> User:
    full_name, _role, _site = story.STAFF[name]
    email = f"{name}@example.com"
    user = User.objects.filter(email=email).first()
    if user is None:
        fields = {
            "is_staff": name in {"erin", "frank", "grace"},
            "is_operator": name == "grace",
        }
        return User.objects.create_user(email, PASSWORD, name=full_name, **fields)
    # Only when it differs: a new hash would end the sessions that are open.
    if not user.check_password(PASSWORD):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return user


def site(slug: str) -> Site:
    found = Site.objects.filter(slug=slug).first()
    if found is None:
        return sites.create(slug=slug, origins=[ORIGINS[slug]], by=SEED, **FACTS[slug])
    return _moved(found, ORIGINS[slug])


def _moved(found: Site, origin: str) -> Site:
    """The demo may have been started on another port than last time."""
    if set(found.origins.values_list("origin", flat=True)) != {origin}:
        both = [*found.origins.values_list("origin", flat=True), origin]
        sites.set_origins(found, both, by=SEED)
        sites.change(found, landing_url=f"{origin}/", by=SEED)
        found = sites.set_origins(found, [origin], by=SEED)
    return found


@transaction.atomic
def found_everything() -> tuple[dict[str, User], dict[str, Site]]:
    staff = {name: person(name) for name in story.STAFF}
    places = {slug: site(slug) for slug in FACTS}
    for name, (_full_name, role, slug) in story.STAFF.items():
        if slug:
            sites.add_member(places[slug], staff[name], role=role, by=SEED)
    if places["shop"].policy.version == 1:
        sites.change_policy(
            places["shop"],
            reason="Live viewing agreed with the works council; signing out ends a recording; pictures are public.",
            by=SEED,
            allow_live=True,
            sign_out_paths=["/logout"],
            asset_origins=[ORIGINS["shop"]],
        )
    return staff, places


# --- What happened ----------------------------------------------------------------------------------


class Teller:
    """Plays the steps of the cases in the order of time."""

    def __init__(self, staff: dict[str, User], places: dict[str, Site]) -> None:
        self.staff, self.places = staff, places
        self.tickets: dict[str, Ticket] = {}
        self.links: dict[str, MagicLink] = {}
        self.verbs: dict[str, Callable[[story.Case, Actor, str], object]] = {
            "opens": self.opens,
            "says": lambda case, by, text: tickets.comment(self.tickets[case.key], body=text, by=SEED),
            "answers": lambda case, by, text: tickets.comment(
                self.tickets[case.key], body=text, is_internal=False, by=by
            ),
            "note": lambda case, by, text: tickets.comment(self.tickets[case.key], body=text, is_internal=True, by=by),
            "assign": lambda case, by, text: tickets.assign(self.tickets[case.key], assignee=self.staff[text], by=by),
            "priority": lambda case, by, text: tickets.prioritise(self.tickets[case.key], priority=text, by=by),
            "pend": lambda case, by, text: tickets.pend(self.tickets[case.key], by=by),
            "reopen": lambda case, by, text: tickets.reopen(self.tickets[case.key], by=by),
            "resolve": lambda case, by, text: tickets.resolve(self.tickets[case.key], by=by),
            "close": lambda case, by, text: tickets.close(self.tickets[case.key], by=by),
            "link": self.link,
            "mail": lambda case, by, text: links.send(self.links[case.key], by=by),
            "decline": self.decline,
            "revoke": lambda case, by, text: links.revoke(self.links[case.key], by=by),
            "expire": lambda case, by, text: links.expire(self.links[case.key], by=SEED),
        }

    def opens(self, case: story.Case, _by: Actor, text: str) -> None:
        name, email, external_id = story.REQUESTERS[case.requester]
        self.tickets[case.key] = tickets.open_ticket(
            self.places[case.site],
            subject=case.subject,
            email=email,
            name=name,
            external_id=external_id,
            body=text,
            by=SEED,
        )

    def link(self, case: story.Case, by: Actor, text: str) -> None:
        landing = f"{ORIGINS[case.site]}{text}"
        self.links[case.key] = links.issue(self.tickets[case.key], landing_url=landing, by=by)

    def decline(self, case: story.Case, _by: Actor, _text: str) -> None:
        link = self.links[case.key]
        links.note_fetch(link)
        links.decline(link, by=Actor.person(link.pk))

    def tell(self, now: datetime) -> None:
        steps = [(hours, case, step) for case in story.CASES for step in case.steps for hours in step[:1]]
        for hours, case, (_hours, who, verb, text) in sorted(steps, key=lambda one: -one[0]):
            by = SEED if who == "them" else Actor.staff(self.staff[who], door="page")
            with time_machine.travel(now - timedelta(hours=hours)):
                self.verbs[verb](case, by, text)


@transaction.atomic
def tell(staff: dict[str, User], places: dict[str, Site]) -> None:
    if Ticket.objects.exists():
        return
    # Chronological, because the audit trail is; and whole or not at all, so that a second run finds no half.
    Teller(staff, places).tell(datetime.now(UTC))


def recorded_ticket() -> Ticket | None:
    case = next(case for case in story.CASES if case.key == story.RECORDED)
    return Ticket.objects.filter(site__slug=case.site, subject=case.subject).order_by("number").first()


def events_from(start: datetime) -> list[dict[str, Any]]:
    """The committed recording's events, as if it had begun at `start`."""
    events: list[dict[str, Any]] = json.loads(gzip.decompress(RECORDING.read_bytes()))
    later = round(start.timestamp() * 1000) - events[0]["timestamp"]
    for event in events:
        event["timestamp"] += later
        payload = event["data"].get("payload", {})
        if "start_ms" in payload:  # of a request
            payload["start_ms"] += later
    return events


def bring_recording() -> None:
    """Import the committed recording into its case. In no transaction: its key lies in another database."""
    ticket = recorded_ticket()
    if ticket is None or ticket.recordings.exists():
        return
    start = ticket.created_at + timedelta(hours=story.RECORDED_HOURS_LATER)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(events_from(start), file)
        file.flush()
        call_command("import_recording", file.name, ticket=ticket.number, verbosity=0, stdout=io.StringIO())


def write_site_key(shop: Site) -> None:
    """The shop reads its public key here."""
    path = settings.DATA_DIR / "run" / "shop-site-key"
    draft = path.with_suffix(".new")
    draft.write_text(shop.public_key)
    draft.replace(path)


def main() -> None:
    found_and_tell()
    bring_recording()


def found_and_tell() -> None:
    """All but the recording."""
    now = datetime.now(UTC)
    founded = now - timedelta(hours=FOUNDED_HOURS_AGO)
    with time_machine.travel(now if Site.objects.exists() else founded):
        staff, places = found_everything()
    tell(staff, places)
    write_site_key(places["shop"])


if __name__ == "__main__":
    main()
