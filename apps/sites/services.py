"""The verbs of sites: create, change, halt, resume, and who works for them."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Invalid, Refused
from apps.sites import branding, permissions
from apps.sites import origins as addresses
from apps.sites.models import Brand, Membership, NoticeText, Origin, Policy, Site, Vocabulary
from apps.sites.signals import policy_changed, site_halted

# In the order in which a form asks for them.
FACTS = (
    "name", "landing_url", "support_contact", "controller_name", "controller_address", "privacy_contact",
    "dpo_contact", "authority", "hosting_place", "host_name", "host_address", "host_contact",
    "transfers", "jurisdiction", "language",
)  # fmt: skip
_NOT_POLICY = frozenset({"id", "site", "version", "reason", "changed_by", "created_at"})


def _checked(row: Site | Policy, *, exclude: set[str]) -> None:
    """Raise `Invalid` with each field that is wrong by its name: a command and a program show nothing else."""
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        raise Invalid(" ".join(_in_words(row, error))) from error


def _in_words(row: Site | Policy, error: ValidationError) -> list[str]:
    labels = {field.name: str(field.verbose_name) for field in row._meta.concrete_fields}
    return [
        f"{labels[name]}: {message}" if name in labels else message
        for name, messages in error.message_dict.items()
        for message in messages
    ]


def _lock(site: Site) -> Site:
    return Site.objects.select_for_update(no_key=True).get(pk=site.pk)


@transaction.atomic
def create(*, slug: str, name: str, origins: list[str], landing_url: str = "", by: Actor, **facts: str) -> Site:
    """Create a site with its origins and first policy; without a landing address, at the first origin.

    Raises `Invalid` where the slug is taken, an origin is none, or the landing address lies on another one.
    """
    if by.kind == "staff" and not (isinstance(by.user, User) and (by.user.is_operator or by.user.is_superuser)):
        raise Refused(_("Only an operator of the installation creates sites."))
    normal = list(dict.fromkeys(addresses.normalise(origin) for origin in origins))
    if not normal:
        raise Invalid(_("A site needs at least one origin."))
    if unknown := set(facts).difference(FACTS):
        raise Invalid(_("A site has no %(names)s.") % {"names": ", ".join(sorted(unknown))})
    site = Site(slug=slug, name=name, landing_url=addresses.landing_on(normal, landing_url or normal[0]), **facts)
    # Django's own idea of a URL refuses hosts such as "shop"; ours is checked below.
    _checked(site, exclude={"landing_url"})
    try:
        with transaction.atomic():
            site.save()
    except IntegrityError:  # somebody else was faster; the check above has not seen them yet
        raise Invalid(_("The short name “%(slug)s” is taken.") % {"slug": slug}) from None
    Origin.objects.bulk_create([Origin(site=site, origin=origin) for origin in normal])
    creator = by.user if isinstance(by.user, User) else None
    Policy.objects.create(site=site, changed_by=creator, reason="created")
    audit.record("site.created", by=by, subject=site, origins=len(normal))
    return site


@transaction.atomic
def change(site: Site, *, by: Actor, **facts: str) -> Site:
    """Change facts of the site (`FACTS`): name, contacts, what its notice must say; the notice follows."""
    site = _lock(site)
    permissions.require_of(by, site, "site.manage")
    if unknown := set(facts).difference(FACTS):
        raise Invalid(_("A site has no %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if "landing_url" in facts:
        # As a browser writes it, so that another spelling of the same address is no change.
        facts["landing_url"] = addresses.landing(site, facts["landing_url"])
    changed = sorted(name for name, value in facts.items() if getattr(site, name) != value)
    if not changed:
        return site
    for name in changed:
        setattr(site, name, facts[name])
    _checked(site, exclude={"landing_url"})
    site.save(update_fields=changed)
    audit.record("site.changed", by=by, subject=site, fields=changed)
    return site


@transaction.atomic
def set_origins(site: Site, origins: list[str], *, by: Actor) -> Site:
    """Make `origins` the site's origins. Raises `Invalid` if the landing address were on none of them."""
    site = _lock(site)
    permissions.require_of(by, site, "site.manage")
    normal = list(dict.fromkeys(addresses.normalise(origin) for origin in origins))
    if addresses.of(site.landing_url) not in normal:
        raise Invalid(_("The landing address must lie on one of the origins."))
    present = set(site.origins.values_list("origin", flat=True))
    if present == set(normal):
        return site
    site.origins.exclude(origin__in=normal).delete()
    Origin.objects.bulk_create([Origin(site=site, origin=new) for new in normal if new not in present])
    audit.record("site.origins_changed", by=by, subject=site, origins=len(normal))
    return site


@transaction.atomic
def change_policy(site: Site, *, reason: str, by: Actor, **changes: Any) -> Policy:
    """Put a new version of the policy in force; what was promised under an older one stays promised.

    Raises `Invalid` without a reason, for a field that the policy has not, or for a value out of its bounds.
    """
    site = _lock(site)
    permissions.require_of(by, site, "site.manage")
    if not reason.strip():
        raise Invalid(_("A change of policy needs a reason."))
    old = site.policy
    fields = {field.name for field in Policy._meta.concrete_fields} - _NOT_POLICY
    if unknown := set(changes) - fields:
        raise FieldDoesNotExist(", ".join(sorted(unknown)))
    values = {name: getattr(old, name) for name in fields}
    if all(values[name] == value for name, value in changes.items()):
        return old
    user = by.user if isinstance(by.user, User) else None
    new = Policy(site=site, version=old.version + 1, reason=reason.strip(), changed_by=user, **(values | changes))
    _checked(new, exclude={"site", "changed_by"})
    new.save()
    audit.record("site.policy_changed", by=by, subject=site, version=new.version, fields=sorted(changes))
    policy_changed.send(Site, site=site, old=old, new=new, by=by)
    return new


@transaction.atomic
def set_vocabulary(site: Site, content: bytes, *, phrases: int, by: Actor) -> Vocabulary:
    """Put a vocabulary in force for recordings that begin from now on; the same again changes nothing.

    The one before it stays, for pages that are being recorded.
    """
    site = _lock(site)
    permissions.require_of(by, site, "site.manage")
    digest = hashlib.sha384(content).hexdigest()
    newest = site.vocabularies.first()
    if newest is not None and newest.digest == digest:
        return newest
    new = Vocabulary.objects.create(site=site, digest=digest, content=content, phrases=phrases)
    kept = site.vocabularies.values_list("pk", flat=True)[:2]
    site.vocabularies.exclude(pk__in=list(kept)).delete()
    audit.record("site.vocabulary_built", by=by, subject=site, phrases=phrases)
    return new


@transaction.atomic
def brand(site: Site, *, accent: str, accent_dark: str, by: Actor) -> Brand:
    """Give the site's pages for people these accents; empty ones take ours again.

    Raises `Invalid` for a colour that could not be read, with the ratio and one that could.
    """
    site = _lock(site)
    permissions.require_of(by, site, "site.manage")
    accents = branding.readable(accent, is_dark=False), branding.readable(accent_dark, is_dark=True)
    if accents[1] and not accents[0]:
        raise Invalid(_("Choose the colour for light pages as well."))
    look = _brand(site)
    if (look.accent, look.accent_dark) == accents:
        return look
    look.accent, look.accent_dark = accents
    return _branded(look, what="accent", by=by)


@transaction.atomic
def set_logo(site: Site, upload: bytes, *, by: Actor) -> Brand:
    """Show this picture on the site's pages for people, drawn anew. Raises `Invalid` for what is no such picture."""
    site = _lock(site)
    permissions.require_of(by, site, "site.manage")
    drawn = branding.logo(upload)
    look = _brand(site)
    if bytes(look.logo) == drawn[0]:
        return look
    look.logo, look.logo_width, look.logo_height = drawn
    return _branded(look, what="logo", by=by)


@transaction.atomic
def remove_logo(site: Site, *, by: Actor) -> Brand:
    """Show no logo; without one there is nothing to remove."""
    site = _lock(site)
    permissions.require_of(by, site, "site.manage")
    look = _brand(site)
    if not look.logo:
        return look
    look.logo, look.logo_width, look.logo_height = b"", 0, 0
    return _branded(look, what="logo", by=by)


def _brand(site: Site) -> Brand:
    return Brand.objects.filter(site=site).first() or Brand(site=site)


def _branded(look: Brand, *, what: str, by: Actor) -> Brand:
    parts = look.accent.encode(), look.accent_dark.encode(), bytes(look.logo)
    look.digest = hashlib.sha256(b"|".join(parts)).hexdigest()[:32]
    look.save()
    audit.record("site.branded", by=by, subject=look.site, what=what)
    return look


@transaction.atomic
def word_notice(site: Site, *, language: str, key: str, text: str, by: Actor) -> None:
    """Word one text of the notice in the site's own way; an empty `text` takes ours again."""
    site = _lock(site)
    permissions.require_of(by, site, "site.manage")
    text = text.strip()
    present = site.notice_texts.filter(language=language, key=key)
    if text == (present.values_list("text", flat=True).first() or ""):
        return
    if text:
        NoticeText.objects.update_or_create(site=site, language=language, key=key, defaults={"text": text})
    else:
        present.delete()
    audit.record("site.notice_worded", by=by, subject=site, language=language, key=key)


@transaction.atomic
def halt(site: Site, *, by: Actor) -> Site:
    """Stop everything at once: no link opens, no consent is taken, every running recording ends."""
    site = _lock(site)
    permissions.require_of(by, site, "site.halt")
    if site.halted_at is not None:
        return site
    site.halted_at = timezone.now()
    site.save(update_fields=["halted_at"])
    audit.record("site.halted", by=by, subject=site)
    site_halted.send(Site, site=site, by=by)
    return site


@transaction.atomic
def resume(site: Site, *, by: Actor) -> Site:
    """Let the site go on. What was revoked and ended stays so."""
    site = _lock(site)
    permissions.require_of(by, site, "site.halt")
    if site.halted_at is None:
        return site
    site.halted_at = None
    site.save(update_fields=["halted_at"])
    audit.record("site.resumed", by=by, subject=site)
    return site


@transaction.atomic
def add_member(site: Site, user: User, *, role: str, by: Actor) -> Membership:
    """Give `user` a role on the site; giving it twice changes nothing."""
    site = _lock(site)
    permissions.require_of(by, site, "member.manage")
    if role not in Membership.Role.values:
        raise Invalid(_("There is no role %(role)s.") % {"role": role})
    membership, is_new = Membership.objects.get_or_create(site=site, user=user, role=role)
    if is_new:
        audit.record("site.member_added", by=by, subject=site, member=f"usr_{user.pk}", role=role)
    return membership


@transaction.atomic
def remove_member(site: Site, user: User, *, role: str, by: Actor) -> None:
    """Take a role from `user`; without it there is nothing to take, and nothing is recorded."""
    site = _lock(site)
    permissions.require_of(by, site, "member.manage")
    taken, _rows = Membership.objects.filter(site=site, user=user, role=role).delete()
    if taken:
        audit.record("site.member_removed", by=by, subject=site, member=f"usr_{user.pk}", role=role)
