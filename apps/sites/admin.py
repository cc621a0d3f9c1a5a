from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.core.admin import Facts, happened, is_operator
from apps.core.again import ask_again
from apps.core.errors import Invalid
from apps.core.fields import LanguageField, LinesField
from apps.sites import masking, permissions
from apps.sites import origins as addresses
from apps.sites import services as sites
from apps.sites.forms import MaskingForm
from apps.sites.masking import RULES
from apps.sites.models import InvitedRole, Membership, NoticeText, Origin, Policy, Site


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]
    """Reads what was typed, and refuses what the verbs would refuse, beside the field that it is about."""

    landing_url = forms.CharField(label=_("Landing address"), max_length=addresses.LONGEST, required=False)
    origins = forms.CharField(
        label=_("Origins"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: https://shop.example"),
    )

    class Meta:
        model = Site
        fields = ["slug", *(name for name in sites.FACTS if name != "landing_url")]
        field_classes = {"language": LanguageField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and Site.objects.filter(pk=self.instance.pk).exists():
            present = self.instance.origins.values_list("origin", flat=True)
            self.initial.update(landing_url=self.instance.landing_url, origins="\n".join(present))

    def clean_origins(self) -> list[str]:
        try:
            found = [addresses.normalise(line) for line in self.cleaned_data["origins"].split()]
        except Invalid as error:
            raise forms.ValidationError(error.text) from error
        return list(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        found, landing = data.get("origins"), data.get("landing_url")
        if found and landing:
            try:
                addresses.landing_on(found, landing)
            except Invalid as error:
                raise forms.ValidationError({"landing_url": error.text}) from error
        return data


@admin.register(Site)
class SiteAdmin(Facts):
    site_path = "pk"
    form = SiteForm
    list_display = ["name", "slug", "landing_url", "public_key", "halted_at", "created_at"]
    list_filter = [happened("halted_at", _("recording"), yes=_("stopped"), no=_("allowed"))]
    search_fields = ["name", "slug", "public_key"]
    readonly_fields = ["public_key", "halted_at", "created_at"]
    actions = ["halt", "resume"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Site | None = None) -> bool:
        user: Any = request.user
        return self._allowed(request) and (obj is None or permissions.may(user, obj, "site.manage"))

    def get_readonly_fields(self, request: HttpRequest, obj: Site | None = None) -> list[str]:
        return [*self.readonly_fields, *(["slug"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Site, form: Any, change: Any) -> None:
        data, by = form.cleaned_data, self.actor(request)
        facts = {name: data[name] for name in sites.FACTS if name in data and name != "landing_url"}
        if not change:
            made = sites.create(
                slug=data["slug"], origins=data["origins"], landing_url=data["landing_url"], by=by, **facts
            )
            obj.__dict__.update(made.__dict__)
            return
        site = Site.objects.get(pk=obj.pk)
        old = list(site.origins.values_list("origin", flat=True))
        # Both old and new for a moment: the landing address must lie on one of the origins at each step.
        sites.set_origins(site, [*old, *data["origins"]], by=by)
        facts["landing_url"] = data["landing_url"] or site.landing_url
        sites.change(site, by=by, **facts)
        sites.set_origins(site, data["origins"], by=by)

    @admin.action(description=_("Stop everything: revoke all links, end all recordings"))
    def halt(self, request: HttpRequest, rows: QuerySet[Site]) -> HttpResponse | None:
        says = _("All links of these sites are revoked, and all their recordings end now.")
        return self.press_twice(request, rows, lambda site: sites.halt(site, by=self.actor(request)), says=str(says))

    @admin.action(description=_("Allow recording again"))
    def resume(self, request: HttpRequest, rows: QuerySet[Site]) -> None:
        self.press(request, rows, lambda site: sites.resume(site, by=self.actor(request)))


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    reason = forms.CharField(label=_("Why it changes"), max_length=300, required=False)
    # As the console has them, one entry a line.
    mask_selectors = MaskingForm.base_fields["mask_selectors"]
    block_selectors = MaskingForm.base_fields["block_selectors"]
    text_patterns = MaskingForm.base_fields["text_patterns"]
    open_input_types = MaskingForm.base_fields["open_input_types"]
    query_keys = MaskingForm.base_fields["query_keys"]
    response_fields = MaskingForm.base_fields["response_fields"]
    asset_origins = MaskingForm.base_fields["asset_origins"]
    sign_out_paths = LinesField(label=_("Paths that end a recording"))
    never_paths = LinesField(label=_("Paths that are never recorded"))
    sample = MaskingForm.base_fields["sample"]

    class Meta:
        model = Policy
        exclude = ["site", "version", "changed_by", "created_at"]  # noqa: DJ006  the verb takes what is left

    tried: list[masking.Piece] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["reason"] = ""

    def _post_clean(self) -> None:
        """Try instead of saving, once the rules themselves can be read."""
        super()._post_clean()  # type: ignore[misc]  # django-stubs leaves it out
        if "_try" in self.data and not self.errors:
            self.tried = masking.tried(self.cleaned_data["sample"], {name: self.cleaned_data[name] for name in RULES})
            self.add_error(None, _("Nothing was saved: this is what the rules do to the sample."))
        elif "_try" not in self.data and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("A change of policy needs a reason."))


@admin.register(Policy)
class PolicyAdmin(Facts):
    """Saving makes the next version; what was promised under an older one stays as it was."""

    form = PolicyForm
    change_form_template = "sites/admin_policy.html"
    list_display = [
        "site",
        "version",
        "retention_days",
        "max_minutes",
        "review",
        "allow_live",
        "reason",
        "created_at",
    ]
    list_filter = ["review", "allow_live"]
    list_select_related = ["site"]
    search_fields = ["site__name", "site__slug", "reason"]

    def has_change_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        user: Any = request.user
        if obj is None:
            return self._allowed(request)
        newest = obj.pk == obj.site.policy.pk
        return newest and self._allowed(request) and permissions.may(user, obj.site, "site.manage")

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        policy = self.get_object(request, object_id or "")
        if request.method == "POST" and "_try" not in request.POST and self.has_change_permission(request, policy):
            ask_again(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: Any) -> None:
        changes = {
            name: form.cleaned_data[name] for name in form.changed_data if name not in {"reason", "sample", "confirmed"}
        }
        sites.change_policy(obj.site, reason=form.cleaned_data["reason"], by=self.actor(request), **changes)


@admin.register(Membership)
class MembershipAdmin(Facts):
    list_display = ["user", "site", "role", "created_at"]
    list_filter = ["role"]
    list_select_related = ["user", "site"]
    search_fields = ["user__email", "user__name", "site__slug"]
    actions = ["remove"]

    @admin.action(description=_("Take the role away"))
    def remove(self, request: HttpRequest, rows: QuerySet[Membership]) -> None:
        by = self.actor(request)
        self.press(request, rows, lambda row: sites.remove_member(row.site, row.user, role=row.role, by=by))


@admin.register(InvitedRole)
class InvitedRoleAdmin(Facts):
    list_display = ["invitation", "site", "role"]
    list_filter = ["role"]
    list_select_related = ["invitation", "site"]
    search_fields = ["invitation__email"]


@admin.register(Origin)
class OriginAdmin(Facts):
    list_display = ["origin", "site"]
    list_select_related = ["site"]
    search_fields = ["origin", "site__slug"]


@admin.register(NoticeText)
class NoticeTextAdmin(Facts):
    list_display = ["site", "language", "key"]
    list_filter = ["language"]
    list_select_related = ["site"]
    search_fields = ["=key", "site__slug"]
