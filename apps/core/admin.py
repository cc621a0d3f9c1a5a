"""What every page of the admin begins with: facts to look at, of the user's own sites, and verbs to press.

Rows are evidence here: they change through verbs, or not at all. No page shows what was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.core.actors import Actor
from apps.core.again import ask_again
from apps.core.errors import PlacetError
from apps.core.models import AuditCheckpoint, AuditCut, AuditEntry, AuditSeal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    _Admin = admin.ModelAdmin[Any]
else:
    _Admin = admin.ModelAdmin


def is_operator(user: Any) -> bool:
    """Who runs the installation sees the facts of all sites, and the contents of none."""
    return bool(user.is_active and (user.is_superuser or getattr(user, "is_operator", False)))


def own(rows: QuerySet[Any], user: Any, path: str) -> QuerySet[Any]:
    """`rows` of the sites that `user` belongs to; `path` leads from a row to its site, "" where there is none."""
    if is_operator(user):
        return rows
    return rows.filter(**{f"{path}__in": user.memberships.values("site")}) if path else rows.none()


class SiteFilter(admin.SimpleListFilter):
    """The user's own sites. Django's filter on a relation would name every site there is."""

    title = _lazy("site")
    parameter_name = "of_site"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        model: Any = model_admin.model
        for name in model_admin.site_path.split(LOOKUP_SEP):
            model = model._meta.get_field(name).related_model
        sites = own(model._default_manager.order_by("name"), request.user, "pk")
        return [(str(site.pk), str(site)) for site in sites]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.path: self.value()}).distinct() if self.value() else queryset

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        self.path = model_admin.site_path
        super().__init__(request, params, model, model_admin)


def happened(
    field: str, title: StrOrPromise, *, yes: StrOrPromise, no: StrOrPromise
) -> tuple[str, type[admin.EmptyFieldListFilter]]:
    """A filter by whether the moment `field` has come, in the words of what it means."""

    class Happened(admin.EmptyFieldListFilter):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = title

        def choices(self, changelist: ChangeList) -> Iterator[Any]:
            words = {"1": no, "0": yes}
            for value, choice in zip([None, *words], super().choices(changelist), strict=True):
                yield {**choice, "display": words.get(str(value), choice["display"])}

    return field, Happened


class Facts(_Admin):
    """Read-only, limited to the user's sites by `site_path`."""

    site_path = "site"
    list_per_page = 50
    show_full_result_count = False
    actions_on_bottom = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return own(super().get_queryset(request), request.user, self.site_path)

    def get_list_filter(self, request: HttpRequest) -> Any:
        own_filters = super().get_list_filter(request)
        leads_to_a_site = self.site_path.endswith("site")
        return [SiteFilter, *own_filters] if leads_to_a_site else own_filters

    def _allowed(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.is_staff and (self.site_path or is_operator(user)))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._allowed(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allowed(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def actor(self, request: HttpRequest) -> Actor:
        user: Any = request.user
        return Actor.staff(user, door="admin")

    def press_twice(
        self, request: HttpRequest, rows: QuerySet[Any], verb: Callable[[Any], object], *, says: str
    ) -> HttpResponse | None:
        """For what cannot be undone: show what it is about and `says`, and do it on the second press of who shows that
        it is them."""
        if "sure" in request.POST:
            ask_again(request)
            self.press(request, rows, verb)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Are you sure?"),
            "says": says,
            "rows": rows,
            "action": request.POST["action"],
            "opts": self.model._meta,
        }
        return TemplateResponse(request, "core/admin_sure.html", context)

    def press(self, request: HttpRequest, rows: QuerySet[Any], verb: Callable[[Any], object]) -> None:
        """Call `verb` for each row, and say how many it was done for and what was refused."""
        done = 0
        for row in rows:
            try:
                verb(row)
            except PlacetError as error:
                self.message_user(request, f"{row}: {error.text}", messages.WARNING)
            else:
                done += 1
        if done:
            self.message_user(request, _("Done for %(count)d.") % {"count": done}, messages.SUCCESS)


@admin.register(AuditEntry)
class AuditEntryAdmin(Facts):
    list_display = ["at", "name", "actor_kind", "actor_id", "door", "subject_kind", "subject_id", "chain"]
    list_filter = ["name", "actor_kind", "door"]
    search_fields = ["=subject_id", "=actor_id", "=request_id", "=id"]
    date_hierarchy = "at"
    # The id of a site, or of the installation: no relation, since a chain outlives its site.
    site_path = "chain"


@admin.register(AuditSeal)
class AuditSealAdmin(Facts):
    list_display = ["chain", "number", "entry", "hash"]
    list_select_related = ["entry"]
    search_fields = ["=chain", "=entry__id"]
    date_hierarchy = "entry__at"
    site_path = "chain"


@admin.register(AuditCheckpoint)
class AuditCheckpointAdmin(Facts):
    list_display = ["chain", "number", "at", "pushed_at"]
    search_fields = ["=chain"]
    date_hierarchy = "at"
    site_path = "chain"


@admin.register(AuditCut)
class AuditCutAdmin(Facts):
    list_display = ["chain", "number", "hash", "at"]
    search_fields = ["=chain"]
    date_hierarchy = "at"
    site_path = "chain"
