"""Sites: the snippet, what a site promises, and the switch that stops everything."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from apps.consents import services as consents
from apps.console.forms import FactsForm, HaltForm, LookForm, MailForm, NoticeForm, OriginsForm, PolicyForm
from apps.console.views import checks
from apps.console.views.common import StaffRequest, actor, can, form, own_site, page, press
from apps.core import languages
from apps.core.again import ask_again
from apps.core.errors import Invalid
from apps.privacy.services import retention
from apps.recordings import replayer
from apps.recordings.services import catches, previews
from apps.sites import permissions
from apps.sites import services as sites
from apps.sites.forms import MaskingForm
from apps.sites.masking import RULES
from apps.sites.models import MAIL_KEY, Brand, InvitedRole, Membership, Policy, Site
from apps.tickets.models import Ticket


@page
def index(request: StaffRequest) -> HttpResponse:
    # Each counted apart: joined in one query, 100,000 tickets were multiplied by the members.
    rows = Site.objects.filter(pk__in=Site.objects.visible_to(request.user).values("pk")).annotate(
        open_tickets=_count(Ticket.objects.filter(state__in=[Ticket.State.OPEN, Ticket.State.PENDING])),
        people=_count(Membership.objects.all(), Count("user", distinct=True)),
    )
    return render(request, "console/sites.html", {"rows": rows})


def _count(rows: QuerySet[Any], counted: Count | None = None) -> Coalesce:
    """How many of `rows` belong to a site."""
    of_it = rows.filter(site=OuterRef("pk")).order_by().values("site")
    return Coalesce(Subquery(of_it.annotate(n=counted or Count("pk")).values("n")), 0)


def snippet(site: Site) -> str:
    return f'<script async src="{settings.BASE_URL}/placet.js" data-site="{site.public_key}"></script>'


def _policy_lines(policy: Policy, names: Iterable[str]) -> list[tuple[str, Any]]:
    """The policy in words: each field's label and its value."""
    lines = []
    for name in names:
        display = getattr(policy, f"get_{name}_display", None)
        value: Any = display() if display else getattr(policy, name)
        if isinstance(value, bool):
            value = _("yes") if value else _("no")
        if isinstance(value, list):
            value = ", ".join(value)
        lines.append((str(getattr(Policy._meta.get_field(name), "verbose_name", name)), value if value != "" else "–"))
    return lines


def _catches(request: StaffRequest, site: Site) -> dict[str, Any]:
    """What came through the browser's gate, for those who can mark it."""
    if not permissions.may(request.user, site, "site.manage"):
        return {}
    found, names = catches.of_site(site), replayer.caught()
    return {"catches": found, "caught": [(names.get(name, name), count) for name, count in found.classes]}


@page
def show(request: StaffRequest, slug: str) -> HttpResponse:
    site = own_site(request, slug)
    members = Membership.objects.filter(site=site).select_related("user").order_by("user__name", "role")
    invited = InvitedRole.objects.filter(
        site=site, invitation__accepted_at=None, invitation__withdrawn_at=None
    ).select_related("invitation")
    policy = site.policy
    context = {
        "site": site,
        "can": can(request.user, site),
        "snippet": snippet(site),
        "origins": site.origins.all(),
        "policy": policy,
        "policy_lines": _policy_lines(policy, PolicyForm.Meta.fields),
        "masking_lines": _policy_lines(policy, ["mode", *RULES]),
        "members": members,
        "invited": invited,
        "roles": Membership.Role.choices,
        "halt_form": HaltForm(site),
        **checks.context_of(request, site),
        **_catches(request, site),
    }
    return render(request, "console/site.html", context)


def _deletes(request: StaffRequest, site: Site, policy_form: PolicyForm) -> HttpResponse | None:
    """What a lower policy deletes, shown before it is in force; None where it deletes nothing sooner."""
    given = policy_form.cleaned_data
    change = retention.preview(site, retention_days=given["retention_days"], cap_days=given["cap_days"])
    if not change.tonight and not change.sooner:
        return None
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    return render(request, "console/privacy/policy.html", {"site": site, "change": change, "fields": fields})


@form
def policy(request: StaffRequest, slug: str) -> HttpResponse:
    site = own_site(request, slug)
    permissions.require(request.user, site, "site.manage")
    policy_form = PolicyForm(request.POST or None, instance=site.policy)
    if request.method == "POST" and policy_form.is_valid():
        changes, reason = policy_form.changes(), policy_form.cleaned_data["reason"]
        if "confirmed" not in request.POST and (shown := _deletes(request, site, policy_form)):
            return shown
        ask_again(request)
        try:
            new = sites.change_policy(site, reason=reason, by=actor(request), **changes)
        except Invalid as error:
            policy_form.add_error(None, error.text)
        else:
            messages.success(request, _("Version %(number)d of the policy is in force.") % {"number": new.version})
            return redirect("site", slug=slug)
    context = {"site": site, "form": policy_form, "title": _("Change the policy")}
    return render(request, "console/site_form.html", context, status=400 if policy_form.is_bound else 200)


@form
def masking(request: StaffRequest, slug: str) -> HttpResponse:
    """The site's own rules of masking: tried on a piece of a page, saved as a new version of the policy."""
    site = own_site(request, slug)
    permissions.require(request.user, site, "site.manage")
    masking_form = MaskingForm(site.policy, request.POST or None)
    context: dict[str, Any] = {"site": site, "form": masking_form, "history": _history(site)}
    if request.method == "POST" and masking_form.is_valid():
        if "try" in request.POST:
            context["tried"] = masking_form.tried()
            return render(request, "console/site_masking.html", context)
        ask_again(request)
        try:
            new = sites.change_policy(
                site, reason=masking_form.cleaned_data["reason"], by=actor(request), **masking_form.changes()
            )
        except Invalid as error:
            masking_form.add_error("reason", error.text)
        else:
            messages.success(request, _("Version %(number)d of the policy is in force.") % {"number": new.version})
            return redirect("site-masking", slug=slug)
    return render(request, "console/site_masking.html", context, status=400 if masking_form.is_bound else 200)


@press
def preview(request: StaffRequest, slug: str) -> HttpResponse:
    """An address that shows in the site's own page what a recording would show."""
    site = own_site(request, slug)
    made = previews.grant(site, by=actor(request))
    return render(request, "console/site_preview.html", {"site": site, "preview": made})


def _history(site: Site) -> list[dict[str, Any]]:
    """Each version that changed a rule of masking, newest first, with what it added and took away."""
    rows = []
    versions = list(site.policies.select_related("changed_by").order_by("version"))
    for old, new in pairwise(versions):
        changes = [(name, set(getattr(old, name)), set(getattr(new, name))) for name in RULES]
        added = [entry for _name, before, after in changes for entry in sorted(after - before)]
        removed = [entry for _name, before, after in changes for entry in sorted(before - after)]
        if new.mode != old.mode:
            added.append(new.mode)
            removed.append(old.mode)
        if added or removed:
            rows.append({"policy": new, "added": added, "removed": removed})
    return rows[::-1]


@form
def facts(request: StaffRequest, slug: str) -> HttpResponse:
    site = own_site(request, slug)
    permissions.require(request.user, site, "site.manage")
    facts_form = FactsForm(request.POST or None, instance=site)
    if request.method == "POST" and facts_form.is_valid():
        try:
            # Afresh from the database: a model form writes into its instance, and the verb compares.
            sites.change(own_site(request, slug), by=actor(request), **facts_form.changes())
        except Invalid as error:
            facts_form.add_error(None, error.text)
        else:
            messages.success(request, _("Saved. New notices say it like this from now on."))
            return redirect("site", slug=slug)
    context = {"site": site, "form": facts_form, "title": _("Facts and contacts")}
    return render(request, "console/site_form.html", context, status=400 if facts_form.is_bound else 200)


@form
def origins(request: StaffRequest, slug: str) -> HttpResponse:
    site = own_site(request, slug)
    permissions.require(request.user, site, "site.manage")
    present = list(site.origins.values_list("origin", flat=True))
    origins_form = OriginsForm(request.POST or None, initial={"origins": present})
    if request.method == "POST" and origins_form.is_valid():
        try:
            sites.set_origins(site, origins_form.cleaned_data["origins"], by=actor(request))
        except Invalid as error:
            origins_form.add_error("origins", error.text)
        else:
            messages.success(request, _("Saved. Only pages of these origins can be recorded."))
            return redirect("site", slug=slug)
    context = {"site": site, "form": origins_form, "title": _("Origins")}
    return render(request, "console/site_form.html", context, status=400 if origins_form.is_bound else 200)


@press
def halt(request: StaffRequest, slug: str) -> HttpResponse:
    site = own_site(request, slug)
    permissions.require(request.user, site, "site.halt")
    halt_form = HaltForm(site, request.POST)
    if not halt_form.is_valid():
        raise Invalid(_("That is not the site's short name. Nothing was stopped."))
    sites.halt(site, by=actor(request))
    messages.success(request, _("Everything is stopped: links are revoked, recordings have ended."))
    return redirect("site", slug=slug)


@press
def resume(request: StaffRequest, slug: str) -> HttpResponse:
    site = sites.resume(own_site(request, slug), by=actor(request))
    messages.success(request, _("%(site)s may record again. Old links stay revoked.") % {"site": site.name})
    return redirect("site", slug=slug)


@form
def mail(request: StaffRequest, slug: str) -> HttpResponse:
    """The first words of the mail that carries a link, in each language that the site wants."""
    site = own_site(request, slug)
    permissions.require(request.user, site, "site.manage")
    mail_form = MailForm(request.POST or None)
    if request.method == "POST" and mail_form.is_valid():
        given = mail_form.cleaned_data
        sites.word_notice(site, language=given["language"], key=MAIL_KEY, text=given["text"], by=actor(request))
        messages.success(request, _("Saved. The next mail begins like this."))
        return redirect("site-mail", slug=slug)
    context = {"site": site, "form": mail_form, "texts": site.notice_texts.filter(key=MAIL_KEY).order_by("language")}
    return render(request, "console/site_mail.html", context, status=400 if mail_form.is_bound else 200)


@form
def look(request: StaffRequest, slug: str) -> HttpResponse:
    """Logo and accent of the site on the pages of people who are recorded."""
    site = own_site(request, slug)
    permissions.require(request.user, site, "site.manage")
    brand = Brand.objects.filter(site=site).first()
    look_form = LookForm(brand, request.POST or None, request.FILES or None)
    if request.method == "POST" and look_form.is_valid() and _is_worn(request, site, look_form):
        messages.success(request, _("Saved. The people’s pages look like this from now on."))
        return redirect("site-look", slug=slug)
    context = {"site": site, "form": look_form, "brand": brand}
    return render(request, "console/site_look.html", context, status=400 if look_form.errors else 200)


def _is_worn(request: StaffRequest, site: Site, look_form: LookForm) -> bool:
    """Put it in force, all of it or nothing; what is refused stands at the field that it is about."""
    given, by = look_form.cleaned_data, actor(request)
    about = "accent"
    try:
        with transaction.atomic():
            sites.brand(site, accent=given["accent"], accent_dark=given["accent_dark"], by=by)
            about = "logo"
            if given["logo"]:
                sites.set_logo(site, given["logo"].read(), by=by)
            elif given.get("without_logo"):
                sites.remove_logo(site, by=by)
    except Invalid as error:
        look_form.add_error(about, error.text)
    return not look_form.errors


@form
def notice(request: StaffRequest, slug: str) -> HttpResponse:
    """What the site adds to the notice, by language: what is missing where, and how it would read before it is saved."""
    site = own_site(request, slug)
    permissions.require(request.user, site, "site.manage")
    among = languages.of_person()
    language = languages.known(request.GET.get("language", ""), among) or site.language or languages.SOURCE
    said = dict(site.notice_texts.filter(language=language, key__in=consents.KEYS).values_list("key", "text"))
    notice_form = NoticeForm(request.POST or None, initial=said)
    if request.method == "POST" and notice_form.is_valid():
        said = notice_form.cleaned_data
        if "try" not in request.POST:
            for key in consents.KEYS:
                sites.word_notice(site, language=language, key=key, text=said[key], by=actor(request))
            messages.success(request, _("Saved. It is in the notice of everybody who is asked from now on."))
            return redirect(f"{reverse('site-notice', args=[slug])}?language={language}")
    first, details = consents.preview(site, language, texts=said)
    context = {
        "site": site, "form": notice_form, "language": get_language_info(language), "first": first, "details": details,
        "languages": _completeness(site),
    }  # fmt: skip
    return render(request, "console/site_notice.html", context, status=400 if notice_form.errors else 200)


def _completeness(site: Site) -> list[dict[str, Any]]:
    """Each language with the keys that the site has worded in another one and not in this."""
    worded = site.notice_texts.filter(key__in=consents.KEYS).values_list("language", "key")
    keys = {key for _language, key in worded}
    return [
        {
            "code": code,
            "name": languages.own_name(code),
            "has": [key for key in consents.KEYS if (code, key) in worded],
            "missing": [key for key in consents.KEYS if key in keys and (code, key) not in worded],
        }
        for code in languages.of_person()
    ]
