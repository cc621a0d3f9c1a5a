"""What privacy officers must know of: raised once, mailed once, and over by itself when its cause is.

An alarm is a row first; a mail that cannot be sent is tried again with the next look.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit
from apps.core.actors import Actor
from apps.privacy.models import Alarm
from apps.privacy.services import reports
from apps.recordings.models import Watch
from apps.sites.models import Membership, Site

log = logging.getLogger(__name__)
WINDOW = timedelta(hours=1)
SWEEP = Actor.system("sweep:alarms")
Kind = Alarm.Kind
Cause = tuple[str, str, str]  # site, kind, about


def _causes() -> dict[Cause, int]:
    """What is alarming now, and how many of it."""
    causes: dict[Cause, int] = {(site, Kind.OVERDUE, ""): count for site, count in reports.overdue_by_site().items()}
    recent = Watch.objects.filter(started_at__gt=timezone.now() - WINDOW, user__isnull=False)
    watched = recent.order_by().values_list("recording__site", "user").annotate(Count("recording", distinct=True))
    for site, user, count in watched:
        if count > settings.WATCH_ALARM:
            causes[str(site), Kind.WATCHING, f"usr_{user}"] = count
    return causes


@transaction.atomic
def _raise(cause: Cause, count: int) -> None:
    site, kind, about = cause
    alarm = Alarm.objects.create(site_id=site, kind=kind, about=about, count=count)
    audit.record("alarm.raised", by=SWEEP, subject=alarm, kind=kind, about=about, count=count)


def _officers(site: Site) -> list[str]:
    """The privacy officers of `site`; where it has none, those who run the installation."""
    members = Membership.objects.filter(site=site, role=Membership.Role.PRIVACY).values("user")
    officers = User.objects.filter(is_active=True, pk__in=members)
    found = officers if officers.exists() else User.objects.filter(is_active=True, is_operator=True)
    return sorted(found.values_list("email", flat=True))


def _mail(alarm: Alarm) -> None:
    to = _officers(alarm.site)
    if not to:
        return
    about = f" ({alarm.about})" if alarm.about else ""
    body = _("%(site)s: %(what)s%(about)s. Count: %(count)d.\n\n%(url)s\n") % {
        "site": alarm.site,
        "what": alarm.get_kind_display(),
        "about": about,
        "count": alarm.count,
        "url": f"{settings.BASE_URL}/privacy/",
    }
    EmailMessage(_("Placet: an alarm on your privacy desk"), body, to=to).send()


def _mail_waiting() -> None:
    for alarm in Alarm.objects.filter(mailed_at=None, ended_at=None).select_related("site"):
        try:
            _mail(alarm)
        except Exception:
            log.exception("the alarm %s was not mailed; it is tried again", alarm.pk)
        else:
            # Dies this between the two lines, the mail goes twice: better than never.
            Alarm.objects.filter(pk=alarm.pk).update(mailed_at=timezone.now())


def look() -> int:
    """Raise what is new, end what is over, mail what nobody was told. Returns how many were raised."""
    causes = _causes()
    alive = {(alarm.site_id, alarm.kind, alarm.about): alarm for alarm in Alarm.objects.filter(ended_at=None)}
    for cause in alive.keys() - causes.keys():
        Alarm.objects.filter(pk=alive[cause].pk).update(ended_at=timezone.now())
    raised = 0
    for cause in sorted(causes.keys() - alive.keys()):
        try:
            _raise(cause, causes[cause])
            raised += 1
        except IntegrityError:  # another worker was faster
            continue
    _mail_waiting()
    return raised


def count_open() -> int:
    return Alarm.objects.filter(ended_at=None).count()
