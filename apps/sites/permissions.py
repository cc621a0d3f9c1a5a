"""Who may do what: one table, one question. Every verb on a site asks it for staff; doors need not."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.errors import Refused
from apps.sites.models import Membership, Site

OPERATOR = "operator"
_ROLE = Membership.Role
_AGENT = {"ticket.work", "link.issue", "recording.watch"}
_OPERATOR = {"site.manage", "site.halt", "member.manage"}

# The operator runs the installation and replays nothing. Privacy officer and admin of a site do not watch
# either, unless somebody has made them agents as well.
ACTS: dict[str, set[str]] = {
    _ROLE.AGENT: _AGENT,
    _ROLE.SUPERVISOR: _AGENT | {"recording.delete", "audit.read"},
    _ROLE.PRIVACY: {"privacy.manage", "recording.delete", "audit.read", "site.halt"},
    _ROLE.ADMIN: {"site.manage", "site.halt", "member.manage", "audit.read"},
    OPERATOR: _OPERATOR,
}
KNOWN = frozenset[str]().union(*ACTS.values())


def roles(user: User, site: Site) -> set[str]:
    """The roles of `user` on `site`; none for those who have left."""
    if not user.is_active:
        return set()
    held = set(Membership.objects.filter(user=user, site=site).values_list("role", flat=True))
    if user.is_operator or user.is_superuser:
        held.add(OPERATOR)
    return held


def may(user: User, site: Site, act: str) -> bool:
    """Whether any role of `user` on `site` allows `act`; a name that is not in the table is a mistake."""
    if act not in KNOWN:
        raise ValueError(f"no act is called {act}")
    return any(act in ACTS[role] for role in roles(user, site))


def require(user: User, site: Site, act: str) -> None:
    """Raise `Refused` unless `user` may."""
    if not may(user, site, act):
        raise Refused(_("Your role on this site does not allow that."))


def require_of(by: Actor, site: Site, *acts: str) -> None:
    """What verbs call: staff need a role that allows one of `acts`.

    A person's token and the system's sweeps were checked where they came in.
    """
    if by.kind != "staff":
        return
    if not isinstance(by.user, User) or not any(may(by.user, site, act) for act in acts):
        raise Refused(_("Your role on this site does not allow that."))


def roles_with(act: str) -> list[str]:
    """The roles of a site that allow `act`."""
    return [role for role, acts in ACTS.items() if act in acts]


def watchers(site: Site) -> QuerySet[User]:
    """Who may replay what is recorded on `site`. The notice names their number."""
    members = Membership.objects.filter(site=site, role__in=roles_with("recording.watch"))
    return User.objects.filter(is_active=True, pk__in=members.values("user"))
