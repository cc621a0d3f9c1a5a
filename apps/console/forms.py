"""Forms of the console: they read what was typed; the verbs decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ApiToken, User
from apps.core.fields import LanguageField, LinesField
from apps.privacy.models import Hold, PersonRequest
from apps.privacy.services import erasure
from apps.sites import origins, permissions
from apps.sites import services as sites
from apps.sites.models import Brand, Membership, Policy, Site
from apps.tickets.models import Requester, Ticket

# django-stubs makes it generic; at run time it is not.
if TYPE_CHECKING:
    PolicyModelForm = forms.ModelForm[Policy]
    SiteModelForm = forms.ModelForm[Site]
else:
    PolicyModelForm = SiteModelForm = forms.ModelForm


class TicketForm(forms.Form):
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"), empty_label=None)
    subject = forms.CharField(label=_("Subject"), max_length=200)
    email = forms.EmailField(label=_("E-mail of the person"))
    name = forms.CharField(label=_("Their name"), max_length=120, required=False)
    external_id = forms.CharField(
        label=_("Their id in your system"), max_length=120, required=False, help_text=_("Optional.")
    )
    body = forms.CharField(
        label=_("What they wrote"), widget=forms.Textarea(attrs={"rows": 5}), max_length=20_000, required=False
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["site"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101  for the type checker
        choice.queryset = Site.objects.visible_to(user)

    def verb(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class CommentForm(forms.Form):
    body = forms.CharField(label=_("Write on the ticket"), widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000)
    kind = forms.ChoiceField(
        label=_("Who reads it"),
        choices=[("note", _("Note: staff only")), ("answer", _("Answer to the person"))],
        initial="note",
    )


class LinkForm(forms.Form):
    """What is left as it is comes from the site's policy, which is also the most."""

    landing_url = forms.CharField(label=_("Where they start"), max_length=origins.LONGEST)
    hours = forms.IntegerField(label=_("Link valid for (hours)"), min_value=1)
    minutes = forms.IntegerField(label=_("Record at most (minutes)"), min_value=1)
    asks_live = forms.BooleanField(label=_("Also ask to watch while it happens"), required=False)
    language = LanguageField(label=_("Language of mail and pages"))

    def __init__(self, site: Site, *args: Any, **kwargs: Any) -> None:
        policy: Policy = site.policy
        kwargs["initial"] = {
            "language": site.language,
            "landing_url": site.landing_url,
            "hours": policy.link_hours,
            "minutes": policy.max_minutes,
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        for name, most in (("hours", policy.link_hours), ("minutes", policy.max_minutes)):
            self.fields[name].widget.attrs["max"] = most
        if not policy.allow_live:
            del self.fields["asks_live"]


class PolicyForm(PolicyModelForm):
    reason = forms.CharField(label=_("Why it changes"), max_length=300, help_text=_("Kept with the new version."))
    sign_out_paths = LinesField(label=_("Paths that end a recording"), help_text=_("One a line."))
    never_paths = LinesField(label=_("Paths that are never recorded"), help_text=_("One a line."))

    class Meta:
        model = Policy
        fields = [
            "retention_days",
            "cap_days",
            "link_hours",
            "max_minutes",
            "review",
            "allow_live",
            "show_staff_names",
            "allow_files",
            "record_console",
            "record_network",
            "allow_unmask",
            "sign_out_paths",
            "never_paths",
            "special",
            "minors",
            "guardian",
            "workers",
            "worker_basis",
            "health",
            "assessment",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.pop("reason", None)

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "reason"}


class FactsForm(SiteModelForm):
    # Django's own idea of a URL refuses hosts such as "shop"; the verb checks the address.
    landing_url = forms.CharField(
        label=_("Landing address"), max_length=origins.LONGEST, help_text=_("Where a person starts.")
    )

    class Meta:
        model = Site
        fields = sites.FACTS
        field_classes = {"language": LanguageField}

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class OriginsForm(forms.Form):
    origins = LinesField(label=_("Origins"), help_text=_("One a line, such as https://shop.example"))


class MailForm(forms.Form):
    """The first words of the mail with a link. What it must say besides (the link, until when, how to say no) is ours."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    text = forms.CharField(
        label=_("First words"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=2_000,
        required=False,
        help_text=_("{name}, {agent}, {site} and {number} are filled in. Empty: ours, in that language."),
    )


class NoticeForm(forms.Form):
    """What a site adds to the notice in its own words, in one language."""

    intro = forms.CharField(
        label=_("Above the two answers"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=300,
        required=False,
        help_text=_("One or two short sentences. Empty: nothing is added."),
    )
    details = forms.CharField(
        label=_("In the details"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2_000, required=False
    )


class MemberForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)


class HaltForm(forms.Form):
    """Typed, so that nobody stops everything by accident."""

    slug = forms.CharField(label=_("Type the site's short name"))

    def __init__(self, site: Site, *args: Any, **kwargs: Any) -> None:
        self.site = site
        super().__init__(*args, **kwargs)

    def clean_slug(self) -> str:
        if self.cleaned_data["slug"].strip() != self.site.slug:
            raise forms.ValidationError(_("That is not the site's short name. Nothing was stopped."))
        return self.site.slug


class HoldForm(forms.Form):
    ground = forms.ChoiceField(label=_("Ground (GDPR Art. 17(3))"), choices=Hold.Ground.choices)
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The recorded person reads it."))
    ends_at = forms.DateTimeField(
        label=_("Ends on"),
        help_text=_("At most 180 days from now. It ends by itself."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class PersonRequestForm(forms.Form):
    """Somebody asked by mail or phone. What they do on their own page needs no request."""

    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"), empty_label=None)
    kind = forms.ChoiceField(label=_("What they ask for"), choices=PersonRequest.Kind.choices)
    email = forms.EmailField(label=_("Their e-mail, as the tickets have it"))
    received_at = forms.DateTimeField(label=_("Received on"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, sites: QuerySet[Site], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["site"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101  for the type checker
        choice.queryset = sites

    def person(self) -> Requester | None:
        site = Site.objects.filter(pk=self.cleaned_data["site"].pk)
        return next(iter(erasure.find(site, email=self.cleaned_data["email"])), None)


class LookForm(forms.Form):
    """How the site looks on the pages of the people who are recorded, and in their mails."""

    accent = forms.CharField(
        label=_("Accent colour"),
        max_length=20,
        required=False,
        help_text=_("Of buttons and links, such as #1b6e3f. Empty: ours."),
    )
    accent_dark = forms.CharField(
        label=_("Accent colour on dark pages"),
        max_length=20,
        required=False,
        help_text=_("Empty: made lighter from the other, until it can be read."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("PNG, JPEG or WebP, at most 512 KB. Shown 48 pixels high at most, on white."),
    )
    without_logo = forms.BooleanField(label=_("Show no logo"), required=False)

    def __init__(self, brand: Brand | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if brand is not None:
            self.initial = {"accent": brand.accent, "accent_dark": brand.accent_dark}
        if brand is None or not brand.logo:
            del self.fields["without_logo"]


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=80)
    scope = forms.ChoiceField(label=_("What it may do"), choices=ApiToken.Scope.choices)
    site = forms.ModelChoiceField(
        Site.objects.none(), label=_("Site"), required=False, empty_label=_("all of mine"), to_field_name="slug"
    )
    days = forms.IntegerField(label=_("Days it lives"), min_value=1, max_value=366, initial=90)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["site"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101  for the type checker
        choice.queryset = Site.objects.visible_to(user)


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)


def assignees(ticket: Ticket) -> list[User]:
    """Who may be given this ticket."""
    members = Membership.objects.filter(site=ticket.site_id, role__in=permissions.roles_with("ticket.work"))
    return list(User.objects.filter(is_active=True, pk__in=members.values("user")).order_by("name"))
