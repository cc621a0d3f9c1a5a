"""What the staff's pages say again and again: marks, times, sizes, states."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.console import icons
from apps.core import maintenance
from apps.core import room as rooms
from apps.tickets.models import Notification

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An inline drawing, hidden from screen readers: the word stands beside it."""
    return mark_safe(  # noqa: S308  our own constants
        '<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.75" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{icons.PATHS[name]}</svg>'
    )


def relative(then: datetime, now: datetime) -> str:
    """Say in words how far `then` is: "5 min ago", "in 3 days"."""
    away = then - now
    seconds = abs(away.total_seconds())
    if seconds < 45:
        return _("just now") if away <= timedelta() else _("in a moment")
    if seconds < 3600:
        count = max(1, round(seconds / 60))
        said = ngettext("%(count)d min", "%(count)d min", count)
    elif seconds < 86400:
        count = round(seconds / 3600)
        said = ngettext("%(count)d hour", "%(count)d hours", count)
    else:
        count = round(seconds / 86400)
        said = ngettext("%(count)d day", "%(count)d days", count)
    said %= {"count": count}
    return (_("%(time)s ago") if away <= timedelta() else _("in %(time)s")) % {"time": said}


@register.filter
def when(then: datetime | None, form: str = "both") -> SafeString | str:
    """The time, absolute with the relative beside it; `form`: "both", "short" (absolute) or "ago"."""
    if then is None:
        return "–"
    now = timezone.now()
    day = "" if then.date() == now.date() else date_format(then, "j M" if then.year == now.year else "j M Y") + " "
    absolute = f"{day}{date_format(then, 'H:i')}"
    text = {"short": absolute, "ago": relative(then, now)}.get(form, f"{absolute} · {relative(then, now)}")
    full = date_format(then, "j F Y, H:i:s") + " UTC"
    return format_html('<time datetime="{}" title="{}">{}</time>', then.isoformat(), full, text)


@register.filter
def day(then: datetime | None) -> SafeString | str:
    """A date, with the relative beside it."""
    if then is None:
        return "–"
    text = f"{date_format(then, 'j M Y')} ({relative(then, timezone.now())})"
    return format_html('<time datetime="{}">{}</time>', then.isoformat(), text)


@register.filter
def clock(duration_ms: int) -> str:
    """Minutes and seconds: 4:51."""
    minutes, seconds = divmod(round((duration_ms or 0) / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@register.filter
def size(number: int | None) -> str:
    return filesizeformat(number or 0)


TONES = {
    "tickets.ticket": {"open": "good", "pending": "warning", "resolved": "hollow", "closed": "hollow"},
    "links.magiclink": {
        "consented": "good",
        "issued": "plain",
        "declined": "hollow",
        "expired": "hollow",
        "revoked": "hollow",
    },
    "recordings.recording": {
        "created": "hollow",
        "recording": "danger",
        "paused": "warning",
        "processing": "hollow",
        "in_review": "hollow",
        "ready": "good",
        "deleting": "danger",
        "deleted": "hollow",
    },
}


@register.simple_tag
def state(row: Any) -> SafeString:
    """The state of a ticket, link or recording as a badge with its word."""
    tone = TONES.get(row._meta.label_lower, {}).get(row.state, "hollow")
    return format_html('<span class="badge badge-{}">{}</span>', tone, row.get_state_display())


@register.simple_tag(takes_context=True)
def here(context: template.Context, *prefixes: str) -> SafeString:
    """`aria-current` when the page's address begins with one of `prefixes`; "/" means itself alone."""
    path = context["request"].path
    hit = any(path == prefix if prefix == "/" else path.startswith(prefix) for prefix in prefixes)
    return mark_safe(' aria-current="page"') if hit else mark_safe("")


@register.simple_tag(takes_context=True)
def here_exactly(context: template.Context, name: str) -> SafeString:
    """`aria-current` on the link to the page that this is."""
    return mark_safe(' aria-current="page"') if context["request"].path == reverse(name) else mark_safe("")


@register.simple_tag
def room() -> str:
    """Whether there is room for more recordings: "ok", "low" or "full"."""
    return rooms.state()


@register.simple_tag
def is_read_only() -> bool:
    """Whether nothing can be changed at the moment."""
    return maintenance.is_on()


@register.simple_tag(takes_context=True)
def unread(context: template.Context) -> int:
    """How much happened on the user's tickets that they have not seen."""
    user = context.get("user")
    return Notification.objects.filter(user=user, read_at=None).count() if isinstance(user, User) else 0


@register.simple_tag
def is_demo() -> bool:
    return settings.PLACET_DEMO


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The present query string with `changes`; an empty value takes the key out."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}" if params else "?"
