"""Magic links, for programs. There is no way to change one: where a person lands and for how long they are
recorded is fixed when the link is issued, so that what they read is what happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api import ListQuery, Scope, Strict
from apps.links import services as links
from apps.links.models import MagicLink
from apps.sites.api import SiteList, SiteView
from apps.tickets.api import StaffShape
from apps.tickets.models import Ticket

State = MagicLink.State


class StepShape(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    step = serializers.CharField()


class LinkShape(serializers.ModelSerializer[MagicLink]):
    site = serializers.CharField(source="site_id", read_only=True)
    ticket = serializers.IntegerField(source="ticket.number", read_only=True)
    state = serializers.SerializerMethodField()
    issued_by = StaffShape(read_only=True, allow_null=True)
    way = serializers.SerializerMethodField(help_text="What happened to the link, oldest first.")

    class Meta:
        model = MagicLink
        fields = [
            "id",
            "site",
            "ticket",
            "state",
            "landing_url",
            "max_minutes",
            "language",
            "asks_live",
            "issued_at",
            "issued_by",
            "expires_at",
            "suspended_at",
            "fetches",
            "way",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=State.choices))
    def get_state(self, link: MagicLink) -> str:
        """The date in the row decides, not the sweep that tidies after it."""
        unused = link.state in {State.ISSUED, State.DECLINED}
        return str(State.EXPIRED if unused and link.has_expired() else link.state)

    @extend_schema_field(StepShape(many=True))
    def get_way(self, link: MagicLink) -> list[dict[str, Any]]:
        times = {
            "issued": link.issued_at,
            "fetched": link.fetched_at,
            "consented": link.consented_at,
            "declined": link.declined_at,
            "void": link.voided_at,
            "suspended": link.suspended_at,
            "revoked": link.revoked_at,
            "expired": link.expires_at if self.get_state(link) == State.EXPIRED else None,
        }
        steps = [(at, step) for step, at in times.items() if at]
        for mail in link.deliveries.all():
            steps += [(at, step) for step, at in [("mailed", mail.sent_at), ("mail failed", mail.failed_at)] if at]
        return [StepShape({"at": at, "step": step}).data for at, step in sorted(steps)]


class LinkWithUrl(LinkShape):
    url = serializers.SerializerMethodField(help_text="Whoever has it can agree. It is stored nowhere.")

    class Meta(LinkShape.Meta):
        fields = [*LinkShape.Meta.fields, "url"]
        read_only_fields = fields

    def get_url(self, link: MagicLink) -> str:
        return links.url(link)


class LinkQuery(ListQuery):
    site = serializers.CharField(required=False, help_text="A site's id.")
    ticket = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    state = serializers.ChoiceField(required=False, choices=State.choices)


class IssueLink(Strict):
    """What is left out is as the site's policy says, which is also the most that may be asked for."""

    landing_url = serializers.CharField(
        required=False, allow_blank=True, max_length=1000, help_text="On one of the site's origins."
    )
    hours = serializers.IntegerField(required=False, help_text="How long the link is valid.")
    minutes = serializers.IntegerField(required=False, help_text="How long is recorded at most.")
    asks_live = serializers.BooleanField(required=False)
    language = serializers.CharField(
        required=False,
        max_length=12,
        help_text="Of the mail and the pages, such as de. Else the person's browser says.",
    )
    send = serializers.BooleanField(default=False, help_text="Mail it to the requester at once.")


class LinkView(SiteView):
    model = MagicLink

    def rows(self) -> QuerySet[MagicLink]:
        rows: QuerySet[MagicLink] = super().rows()
        return rows.select_related("ticket", "site", "issued_by").prefetch_related("deliveries")

    def link(self, pk: str) -> MagicLink:
        link: MagicLink = self.row(pk=pk)
        return link

    def answer(self, link: MagicLink, shape: type[LinkShape] = LinkShape, code: int = 200) -> Response:
        """The fresh row, as it is read by `rows`."""
        return Response(shape(self.link(link.pk)).data, status=code)


class Links(SiteList, LinkView):
    scopes = {"GET": Scope.READ}

    @extend_schema(
        parameters=[LinkQuery],
        responses=LinkShape(many=True),
        operation_id="links_list",
        summary="Magic links and their way, newest first",
    )
    def get(self, request: Request) -> Response:
        query = self.query(LinkQuery)
        if "ticket" in query:
            query["ticket__number"] = query.pop("ticket")
        return self.page(self.rows().filter(**query), LinkShape)


class Issue(SiteView):
    """Under the ticket: a link is always one ticket's."""

    model = Ticket
    scopes = {"POST": Scope.WRITE}

    @extend_schema(
        request=IssueLink,
        responses={201: LinkWithUrl},
        operation_id="links_issue",
        summary="Issue a magic link",
    )
    def post(self, request: Request, number: int) -> Response:
        ticket: Ticket = self.row(number=number)
        given = self.body(IssueLink)
        send = given.pop("send")
        link = links.issue(ticket, **given, by=self.actor)
        if send:
            links.send(link, by=self.actor)
        return Response(LinkWithUrl(link).data, status=status.HTTP_201_CREATED)


class OneLink(LinkView):
    scopes = {"GET": Scope.READ}

    @extend_schema(responses=LinkShape, operation_id="links_retrieve", summary="One link and its way")
    def get(self, request: Request, pk: str) -> Response:
        return self.answer(self.link(pk))


class Url(LinkView):
    """A POST, because it hands out the power to agree: a token that only reads gets none."""

    scopes = {"POST": Scope.WRITE}

    @extend_schema(request=None, responses=LinkWithUrl, operation_id="links_url", summary="Mint the address again")
    def post(self, request: Request, pk: str) -> Response:
        link = self.link(pk)
        self.require(link.site, "link.issue")
        links.require_open(link)
        return self.answer(link, LinkWithUrl)


class Send(LinkView):
    scopes = {"POST": Scope.WRITE}

    @extend_schema(
        request=None,
        responses={202: LinkShape},
        operation_id="links_send",
        summary="Mail the link to the requester",
    )
    def post(self, request: Request, pk: str) -> Response:
        link = self.link(pk)
        links.send(link, by=self.actor)
        return self.answer(link, code=status.HTTP_202_ACCEPTED)


class Renew(LinkView):
    scopes = {"POST": Scope.WRITE}

    @extend_schema(
        request=None,
        responses=LinkWithUrl,
        operation_id="links_renew",
        summary="End the present address and give a new one",
    )
    def post(self, request: Request, pk: str) -> Response:
        return self.answer(links.renew(self.link(pk), by=self.actor), LinkWithUrl)


def _act(verb: Callable[..., MagicLink], name: str, summary: str) -> type[LinkView]:
    """A view for one verb that takes nothing but the link."""

    class Act(LinkView):
        scopes = {"POST": Scope.WRITE}

        @extend_schema(request=None, responses=LinkShape, operation_id=f"links_{name}", summary=summary)
        def post(self, request: Request, pk: str) -> Response:
            return self.answer(verb(self.link(pk), by=self.actor))

    Act.__name__ = Act.__qualname__ = name.title()
    return Act


ACTS = {
    "revoke": _act(links.revoke, "revoke", "End the link and the recording it started"),
    "answer": _act(links.answer, "answer", 'Let a link go on after "this was not me"'),
}
