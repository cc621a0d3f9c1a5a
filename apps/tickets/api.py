"""Tickets, for programs. The verbs decide; what is here reads a request and writes an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api import ListQuery, Scope, Strict
from apps.accounts.models import User
from apps.core.errors import Invalid
from apps.sites.api import SiteList, SiteView
from apps.sites.models import Membership, Site
from apps.tickets import services as tickets
from apps.tickets.models import Comment, Requester, Tag, Ticket


def user_id(user: User | None) -> str | None:
    return f"usr_{user.pk}" if user else None


class RequesterShape(serializers.ModelSerializer[Requester]):
    class Meta:
        model = Requester
        fields = ["email", "name", "external_id"]
        read_only_fields = fields


class StaffShape(serializers.Serializer[Any]):
    id = serializers.SerializerMethodField()
    name = serializers.CharField()

    def get_id(self, user: User) -> str:
        return user_id(user) or ""


class TicketShape(serializers.ModelSerializer[Ticket]):
    site = serializers.CharField(source="site_id", read_only=True)
    requester = RequesterShape(read_only=True)
    assignee = StaffShape(read_only=True, allow_null=True)
    tags: serializers.SlugRelatedField[Tag] = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)

    class Meta:
        model = Ticket
        fields = [
            "number",
            "site",
            "subject",
            "requester",
            "state",
            "priority",
            "assignee",
            "tags",
            "created_at",
            "touched_at",
            "resolved_at",
        ]
        read_only_fields = fields


class CommentShape(serializers.ModelSerializer[Comment]):
    author = StaffShape(read_only=True, allow_null=True, help_text="null: the requester wrote it.")

    class Meta:
        model = Comment
        fields = ["id", "author", "body", "is_internal", "created_at"]
        read_only_fields = fields


class TicketQuery(ListQuery):
    site = serializers.CharField(required=False, help_text="A site's id.")
    state = serializers.MultipleChoiceField(required=False, choices=Ticket.State.choices)
    priority = serializers.ChoiceField(required=False, choices=Ticket.Priority.choices)
    assignee = serializers.CharField(required=False, help_text='"usr_…", "me" or "none".')
    external_id = serializers.CharField(required=False, help_text="Of the requester; exact.")
    tag = serializers.CharField(required=False, help_text="One of the ticket's tags; exact.")
    q = serializers.CharField(required=False, help_text="In number, subject, name and e-mail address.")


class OpenTicket(Strict):
    site = serializers.CharField(help_text="A site's id.")
    subject = serializers.CharField(max_length=200)
    email = serializers.EmailField(help_text="The requester's.")
    name = serializers.CharField(required=False, max_length=120, allow_blank=True)
    external_id = serializers.CharField(required=False, max_length=120, allow_blank=True)
    body = serializers.CharField(required=False, max_length=20_000, allow_blank=True)


class WriteComment(Strict):
    body = serializers.CharField(max_length=20_000)
    is_internal = serializers.BooleanField(default=True, help_text="false: meant for the requester.")
    mail = serializers.BooleanField(default=False, help_text="true: also mailed to the requester.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["mail"] and given["is_internal"]:
            raise serializers.ValidationError({"mail": [_("An internal note is not mailed.")]})
        return given


class WriteReply(Strict):
    body = serializers.CharField(max_length=20_000, help_text="What the requester wrote to you.")


class AssignTicket(Strict):
    assignee = serializers.CharField(allow_null=True, help_text='"usr_…", "me", or null for nobody.')


class PrioritiseTicket(Strict):
    priority = serializers.ChoiceField(choices=Ticket.Priority.choices)


class TagTicket(Strict):
    tags = serializers.ListField(child=serializers.CharField(max_length=40), help_text="All that it shall have.")


class TicketView(SiteView):
    model = Ticket

    def rows(self) -> QuerySet[Ticket]:
        rows: QuerySet[Ticket] = super().rows()
        return rows.select_related("requester", "assignee").prefetch_related("tags")

    def ticket(self, number: int) -> Ticket:
        ticket: Ticket = self.row(number=number)
        return ticket

    def answer(self, ticket: Ticket, code: int = status.HTTP_200_OK) -> Response:
        """The fresh row, as it is read by `rows`."""
        return Response(TicketShape(self.ticket(ticket.number)).data, status=code)

    def colleague(self, text: str | None, site: Site) -> User | None:
        """Whoever "usr_…" or "me" names among the site's staff; nobody else is named, or told to exist."""
        if text is None:
            return None
        if text == "me":
            return self.user
        number = text.removeprefix("usr_")
        staff = Membership.objects.filter(site=site, user__is_active=True).select_related("user")
        found = staff.filter(user=int(number)).first() if _is_number(number) else None
        if found is None:
            raise Invalid(_("Nobody on this site has that id."))
        return found.user


class Tickets(SiteList, TicketView):
    scopes = {"GET": Scope.READ, "POST": Scope.WRITE}

    @extend_schema(
        parameters=[TicketQuery],
        responses=TicketShape(many=True),
        operation_id="tickets_list",
        summary="Tickets, the last touched first",
    )
    def get(self, request: Request) -> Response:
        return self.page(self._found(**self.query(TicketQuery)), TicketShape)

    @extend_schema(
        request=OpenTicket,
        responses={201: TicketShape},
        operation_id="tickets_open",
        summary="Open a ticket",
    )
    def post(self, request: Request) -> Response:
        given = self.body(OpenTicket)
        site = self.site(given.pop("site"))
        return self.answer(tickets.open_ticket(site, **given, by=self.actor), status.HTTP_201_CREATED)

    def _found(self, q: str = "", assignee: str = "", **exact: Any) -> QuerySet[Ticket]:
        rows = self.rows()
        states = exact.pop("state", None)
        if states:
            rows = rows.filter(state__in=states)
        if "external_id" in exact:
            rows = rows.filter(requester__external_id=exact.pop("external_id"))
        if "tag" in exact:
            rows = rows.filter(pk__in=Tag.objects.filter(name=exact.pop("tag")).values("ticket"))
        if assignee:
            rows = rows.filter(**self._assigned(assignee))
        if q:
            text = q.removeprefix("#")
            words = Q(subject__icontains=q) | Q(requester__name__icontains=q) | Q(requester__email__icontains=q)
            rows = rows.filter(words | Q(number=int(text)) if _is_number(text) else words)
        return rows.filter(**exact)

    def _assigned(self, text: str) -> dict[str, object]:
        if text == "me":
            return {"assignee": self.user}
        if text == "none":
            return {"assignee": None}
        number = text.removeprefix("usr_")
        return {"assignee": int(number)} if _is_number(number) else {"pk__in": []}


def _is_number(text: str) -> bool:
    """What fits the column: a longer one would be an error of the database, not an empty list."""
    return text.isascii() and text.isdecimal() and len(text) <= 9


class OneTicket(TicketView):
    scopes = {"GET": Scope.READ}

    @extend_schema(responses=TicketShape, operation_id="tickets_retrieve", summary="One ticket")
    def get(self, request: Request, number: int) -> Response:
        return self.answer(self.ticket(number))


class Comments(SiteList, TicketView):
    scopes = {"GET": Scope.READ, "POST": Scope.WRITE}

    @extend_schema(
        responses=CommentShape(many=True),
        operation_id="comments_list",
        summary="What was written, oldest first",
    )
    def get(self, request: Request, number: int) -> Response:
        self.query(ListQuery)
        return self.page(self.ticket(number).comments.select_related("author"), CommentShape)

    @extend_schema(
        request=WriteComment,
        responses={201: CommentShape},
        operation_id="comments_write",
        summary="Write on the ticket",
    )
    def post(self, request: Request, number: int) -> Response:
        ticket, given = self.ticket(number), self.body(WriteComment)
        is_mailed = given.pop("mail")
        if is_mailed:
            comment = tickets.answer(ticket, body=given["body"], by=self.actor)
        else:
            comment = tickets.comment(ticket, **given, by=self.actor)
        return Response(CommentShape(comment).data, status=status.HTTP_201_CREATED)


class Assign(TicketView):
    scopes = {"POST": Scope.WRITE}

    @extend_schema(
        request=AssignTicket,
        responses=TicketShape,
        operation_id="tickets_assign",
        summary="Give the ticket to somebody",
    )
    def post(self, request: Request, number: int) -> Response:
        ticket = self.ticket(number)
        assignee = self.colleague(self.body(AssignTicket)["assignee"], ticket.site)
        return self.answer(tickets.assign(ticket, assignee=assignee, by=self.actor))


class Prioritise(TicketView):
    scopes = {"POST": Scope.WRITE}

    @extend_schema(
        request=PrioritiseTicket,
        responses=TicketShape,
        operation_id="tickets_prioritise",
        summary="Say how urgent it is",
    )
    def post(self, request: Request, number: int) -> Response:
        ticket = self.ticket(number)
        return self.answer(tickets.prioritise(ticket, **self.body(PrioritiseTicket), by=self.actor))


class Replies(TicketView):
    scopes = {"POST": Scope.WRITE}

    @extend_schema(
        request=WriteReply,
        responses={201: CommentShape},
        operation_id="replies_write",
        summary="Put down what the requester wrote; a ticket that waited for them is open again",
    )
    def post(self, request: Request, number: int) -> Response:
        comment = tickets.reply(self.ticket(number), body=self.body(WriteReply)["body"], by=self.actor)
        return Response(CommentShape(comment).data, status=status.HTTP_201_CREATED)


class SetTags(TicketView):
    scopes = {"POST": Scope.WRITE}

    @extend_schema(
        request=TagTicket,
        responses=TicketShape,
        operation_id="tickets_tag",
        summary="Say which tags the ticket has",
    )
    def post(self, request: Request, number: int) -> Response:
        ticket = self.ticket(number)
        return self.answer(tickets.tag(ticket, names=self.body(TagTicket)["tags"], by=self.actor))


def _move(verb: Callable[..., Ticket], name: str, summary: str) -> type[TicketView]:
    """A view for one change of state. The verb says which are possible; a second time changes nothing."""

    class Move(TicketView):
        scopes = {"POST": Scope.WRITE}

        @extend_schema(request=None, responses=TicketShape, operation_id=f"tickets_{name}", summary=summary)
        def post(self, request: Request, number: int) -> Response:
            return self.answer(verb(self.ticket(number), by=self.actor))

    Move.__name__ = Move.__qualname__ = name.title()
    return Move


MOVES = {
    "pend": _move(tickets.pend, "pend", "Wait for the requester"),
    "resolve": _move(tickets.resolve, "resolve", "Solve it: the retention clock of its recordings starts"),
    "close": _move(tickets.close, "close", "File a resolved ticket away"),
    "reopen": _move(tickets.reopen, "reopen", "Open it again: a planned deletion is taken back"),
}
