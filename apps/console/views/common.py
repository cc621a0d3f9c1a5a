"""What every view of the console begins with: who asks, for what of theirs, and by which method."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.errors import Gone, Invalid, NotPossible
from apps.recordings.models import Recording
from apps.sites import permissions
from apps.sites.models import Site
from apps.tickets.models import Ticket

PER_PAGE = 50
MOST_TICKED = 200
Row = TypeVar("Row", bound=Model)


class StaffRequest(HttpRequest):
    """A request whose sender has signed in."""

    user: User  # never AnonymousUser behind these decorators
    htmx: HtmxDetails


View = Callable[..., HttpResponse]


def _door(view: View, *methods: str) -> View:
    return require_http_methods(methods)(login_required(never_cache(view)))


def page(view: View) -> View:
    """A page to look at."""
    return _door(view, "GET", "HEAD")


def form(view: View) -> View:
    """A page with a form that is posted to itself."""
    return _door(view, "GET", "HEAD", "POST")


def press(view: View) -> View:
    """One press of a button. What is not possible (any more) is said on the page it was pressed on."""

    @wraps(view)
    def said(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (NotPossible, Invalid, Gone) as error:
            messages.error(request, error.text)
            return HttpResponseRedirect(back(request))

    return _door(said, "POST")


def back(request: HttpRequest) -> str:
    """The page the press came from: an address of ours only, else the start."""
    came, own = request.headers.get("Referer", ""), f"{request.scheme}://{request.get_host()}/"
    return f"/{came.removeprefix(own)}" if came.startswith(own) and not came[len(own) :].startswith("/") else "/"


def actor(request: HttpRequest) -> Actor:
    return Actor.staff(cast(User, request.user), door="page")


def acts(user: User, site: Site) -> set[str]:
    """All that `user` may do on `site`, in one query."""
    return {act for role in permissions.roles(user, site) for act in permissions.ACTS[role]}


def can(user: User, site: Site) -> dict[str, bool]:
    """The same for templates: "link.issue" is `can.link_issue`."""
    held = acts(user, site)
    return {act.replace(".", "_"): act in held for act in permissions.KNOWN}


def own_ticket(request: StaffRequest, number: int) -> Ticket:
    tickets = Ticket.objects.visible_to(request.user).select_related("site", "requester", "assignee")
    return get_object_or_404(tickets, number=number)


def own_tickets(request: StaffRequest) -> list[Ticket]:
    """The tickets whose numbers were ticked, all of them the user's: one that is not is not there (404)."""
    given = request.POST.getlist("number")
    if not given or len(given) > MOST_TICKED or not all(text.isascii() and text.isdecimal() for text in given):
        raise Invalid(_("Tick at least one ticket first."))
    numbers = {int(text[:9]) for text in given}
    found = list(Ticket.objects.visible_to(request.user).filter(number__in=numbers).order_by("number"))
    if len(found) != len(numbers):
        raise Http404
    return found


def own_recording(request: StaffRequest, pk: str) -> Recording:
    found = Recording.objects.visible_to(request.user).select_related("site", "ticket")
    return get_object_or_404(found, pk=pk)


def own_site(request: StaffRequest, slug: str) -> Site:
    return get_object_or_404(Site.objects.visible_to(request.user), slug=slug)


def paginate_counted(request: HttpRequest, rows: Any, count: int) -> Page[Any]:
    """The same where the number of rows is known already and need not be counted once more."""
    pages: Paginator[Any] = Paginator(rows, PER_PAGE)
    pages.count = count
    return pages.get_page(request.GET.get("page"))


def paginate(request: HttpRequest, rows: QuerySet[Row], per_page: int = PER_PAGE) -> Page[Row]:
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
