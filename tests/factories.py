"""Valid objects, and the people who are always the same."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from apps.accounts.models import User
from apps.consents import services as consents
from apps.core.actors import Actor
from apps.links import services as links
from apps.recordings.models import Recording
from apps.sites.models import Membership, Origin, Policy, Site
from apps.tickets.models import Requester, Ticket

PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Agent {n}")
    email = factory.Sequence(lambda n: f"agent{n}@example.com")

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: object) -> None:
        self.set_password(extracted or PASSWORD)
        if create:
            self.save()


class SiteFactory(DjangoModelFactory[Site]):
    """A site that may go live: every fact that a notice must state is there."""

    class Meta:
        model = Site
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"site-{n}")
    name = factory.Sequence(lambda n: f"Site {n}")
    landing_url = factory.LazyAttribute(lambda site: f"https://{site.slug}.example/")
    controller_name = "Harbour Shop Ltd"
    controller_address = "1 Quay Street, Bergen"
    privacy_contact = "privacy@shop.example"
    dpo_contact = "dpo@shop.example"
    authority = "Datatilsynet, https://datatilsynet.no"
    hosting_place = "Norway"
    transfers = "none"
    jurisdiction = "NO"
    support_contact = "help@shop.example"

    @factory.post_generation
    def origins(self, create: bool, extracted: list[str] | None, **kwargs: object) -> None:
        if create:
            for origin in extracted or [f"https://{self.slug}.example"]:
                Origin.objects.create(site=self, origin=origin)

    @factory.post_generation
    def policy_version(self, create: bool, extracted: object, **kwargs: object) -> None:
        if create:
            Policy.objects.create(site=self, **kwargs)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    site = factory.SubFactory(SiteFactory)
    user = factory.SubFactory(UserFactory)
    role = Membership.Role.AGENT


class RequesterFactory(DjangoModelFactory[Requester]):
    class Meta:
        model = Requester

    site = factory.SubFactory(SiteFactory)
    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person {n}")


class TicketFactory(DjangoModelFactory[Ticket]):
    class Meta:
        model = Ticket

    site = factory.SubFactory(SiteFactory)
    requester = factory.SubFactory(RequesterFactory, site=factory.SelfAttribute("..site"))
    number = factory.Sequence(lambda n: 4711 + n)
    subject = "The checkout does not work"


# --- The people -----------------------------------------------------------------------------------


def people(site: Site, other: Site) -> dict[str, User]:
    """alice (agent), bob (supervisor), erin (privacy officer), frank (admin of the site), grace (operator),
    and charlie (agent of `other`)."""

    def person(name: str, **fields: object) -> User:
        return UserFactory(name=f"{name.title()} Example", email=f"{name}@example.com", **fields)

    staff = {name: person(name) for name in ["alice", "bob", "charlie", "erin"]}
    staff["frank"] = person("frank", is_staff=True)
    staff["grace"] = person("grace", is_staff=True, is_operator=True)
    staff["erin"].is_staff = True
    staff["erin"].save()
    roles = {"alice": "agent", "bob": "supervisor", "erin": "privacy", "frank": "admin"}
    for name, role in roles.items():
        MembershipFactory(site=site, user=staff[name], role=role)
    MembershipFactory(site=other, user=staff["charlie"], role="agent")
    return staff


def shop(**fields: object) -> Site:
    """The site `shop`, which the demo has too."""
    fields.setdefault("origins", ["https://shop.example"])
    return SiteFactory(slug="shop", name="Harbour Shop", landing_url="https://shop.example/", **fields)


# --- Recordings -----------------------------------------------------------------------------------


def consent(ticket: Ticket | None = None, *, minutes: int = 30, live: bool = False) -> Recording:
    """The recording, not begun, of a person who has just agreed; by the real verbs."""
    ticket = ticket or TicketFactory(site=Site.objects.filter(slug="shop").first() or shop())
    link = links.issue(ticket, minutes=minutes, asks_live=live, by=Actor.system("command:create_link"))
    receipt = consents.give(link, language="en", live=live, by=Actor.person(link.pk))
    return Recording.objects.get(receipt=receipt)
