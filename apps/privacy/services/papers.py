"""Papers that a privacy officer needs, made from the live configuration: they say what is set, and nothing else.

Engineering's words, not a lawyer's; what only people can know is asked for in them as an open question.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import hosts, personal
from apps.core.services import components
from apps.privacy import checks
from apps.privacy.services import copying, receipts
from apps.recordings.models import Recording, Watch
from apps.sites import permissions
from apps.sites.models import Site

UNKNOWN = "?"  # what the site has not stated; the go-live list names it
CLOCK = timedelta(hours=72)  # GDPR Art. 33(1)


def _or_unknown(value: str) -> str:
    return value.strip() or UNKNOWN


# --- Records of processing (Art. 30) ------------------------------------------------------------------


def records(site: Site) -> list[dict[str, str]]:
    """Art. 30(1)(a) to (g), one entry a letter, and the processor's 30(2) beside it."""
    policy = site.policy
    backup = _("keys: %(days)d days in backups") % {"days": settings.KEY_BACKUP_DAYS}
    kinds = [_("page content shown, masked in the browser"), _("clicks, touches, scrolling")]
    kinds += [_("script errors and console messages")] if policy.record_console else []
    kinds += [_("addresses, times and results of requests")] if policy.record_network else []
    lines = [
        ("30(1)(a)", _("Controller and contacts"), "; ".join(
            _or_unknown(value)
            for value in (site.controller_name, site.controller_address, site.privacy_contact, site.dpo_contact)
        )),
        ("30(1)(b)", _("Purposes"), _("To see the problem that a person has reported in a ticket, with their consent")),
        ("30(1)(c)", _("People and data"), _("People who asked for help and agreed: %(kinds)s") % {"kinds": ", ".join(kinds)}),
        ("30(1)(d)", _("Recipients"), _("Support team of the site: %(count)d people") % {
            "count": permissions.watchers(site).count()
        }),
        ("30(1)(e)", _("Transfers"), site.transfers or _("none")),
        ("30(1)(f)", _("Time limits"), _(
            "%(days)d days after the ticket is resolved, at the latest %(cap)d days after consent; %(backup)s"
        ) % {"days": policy.retention_days, "cap": policy.cap_days, "backup": backup}),
        ("30(1)(g)", _("Security"), _(
            "Masked in the browser and scanned again on arrival; AES-256-GCM with a key for each recording, kept apart; "
            "each view on a sealed audit trail; deletion begins with the key"
        )),
        ("30(2)", _("Where it is kept, and by whom"), _or_unknown(site.hosting_place)),
    ]  # fmt: skip
    return [{"article": article, "what": what, "says": says} for article, what, says in lines]


def holders() -> list[dict[str, str]]:
    """Every place that holds something about a person, from the registry."""
    return [
        {"name": holder.name, "whose": holder.whose, "why": holder.why, "goes": holder.goes}
        for holder in personal.holders()
    ]


# --- Impact assessment (Art. 35(7)) ---------------------------------------------------------------------


def _context(site: Site) -> dict[str, Any]:
    return {
        "site": site,
        "policy": site.policy,
        "records": records(site),
        "holders": holders(),
        "origins": list(site.origins.values_list("origin", flat=True)),
        "people": permissions.watchers(site).count(),
        "backup_days": settings.KEY_BACKUP_DAYS,
        "unknown": UNKNOWN,
        "gaps": gaps(site),
    }


@dataclass(frozen=True, slots=True)
class Paper:
    """`sha256` is of the text: two papers with the same hash say the same."""

    title: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def dpia(site: Site) -> Paper:
    """The four headings of Art. 35(7) with what the configuration knows; risks for people to weigh."""
    return Paper(_("Impact assessment"), render_to_string("privacy/papers/dpia.html", _context(site)))


def paragraph(site: Site) -> Paper:
    """For the customer's own privacy policy."""
    return Paper(_("For your privacy policy"), render_to_string("privacy/papers/paragraph.html", _context(site)))


def california(site: Site) -> Paper:
    """The notice at collection (Cal. Civ. Code 1798.100)."""
    return Paper(
        _("California: notice at collection"), render_to_string("privacy/papers/california.html", _context(site))
    )


def processing(site: Site) -> Paper:
    return Paper(_("Records of processing"), render_to_string("privacy/papers/records.html", _context(site)))


def annex(site: Site) -> Paper:
    """For the agreement with a processor (Art. 28(3)(a) to (h)); sub-processors are the hosts that are configured."""
    context = {**_context(site), "hosts": hosts.contacted(site.pk)}
    return Paper(_("Annex to a processing agreement"), render_to_string("privacy/papers/annex.html", context))


def made_of(site: Site) -> Paper:
    """The components that run, with their licences."""
    shipped = [one for one in components.components() if one.is_shipped]
    return Paper(
        _("Components and licences"), render_to_string("privacy/papers/components.html", {"components": shipped})
    )


PAPERS = {
    "records": processing,
    "dpia": dpia,
    "paragraph": paragraph,
    "california": california,
    "annex": annex,
    "components": made_of,
}


# --- Going live -----------------------------------------------------------------------------------------


def gaps(site: Site) -> list[str]:
    """Every fact that is missing before `site` should go live, in words. `check --deploy` names the same."""
    found = [checks.words(name) for name in checks.missing_facts(site)]
    if not site.dpo_contact:
        found.append(_("data protection officer (if you must have one)"))
    if not settings.SECURITY_CONTACT:
        found.append(_("a contact for reports of weaknesses (PLACET_SECURITY_CONTACT, shown in security.txt)"))
    if not settings.AUDIT_ANCHORS:
        found.append(_("a place for checkpoints of the audit trail (PLACET_AUDIT_ANCHORS)"))
    if not settings.SECURE:
        found.append(_("an https address (BASE_URL)"))
    if checks.keys_lie_apart():
        found.append(_("a folder for keys that is not backed up with the data (PLACET_KEYS_DIR)"))
    return found


# --- A breach (Art. 33) ----------------------------------------------------------------------------------


def breach(site: Site, *, since: datetime, until: datetime, known_at: datetime) -> dict[str, Any]:
    """What a time window touches: recordings that could be read in it, whose, and who looked; and the legal clock."""
    alive = Recording.objects.filter(site=site, started_at__lt=until).exclude(key_shredded_at__lt=since)
    watched = Watch.objects.filter(recording__site=site, started_at__range=(since, until))
    rows = [
        {
            "recording": recording.pk,
            "consent": recording.receipt_id,
            "recorded": receipts.moment(recording.started_at or recording.created_at),
            "unreadable_since": receipts.moment(recording.key_shredded_at) if recording.key_shredded_at else None,
        }
        for recording in alive.order_by("started_at")
    ]
    looks = [
        {
            "recording": look.recording_id,
            "who": f"usr_{look.user_id}",
            "role": look.role,
            "at": receipts.moment(look.started_at),
        }
        for look in watched.order_by("started_at")
    ]
    return {
        "site": site.slug,
        "window": {"from": receipts.moment(since), "to": receipts.moment(until)},
        "known_since": receipts.moment(known_at),
        "authority_by": receipts.moment(known_at + CLOCK),
        "recordings": rows,
        "people_at_most": len({row["consent"] for row in rows}),
        "categories": [line["says"] for line in records(site) if line["article"] == "30(1)(c)"],
        "looked_at": looks,
        "draft_33_3": {
            "a_nature": UNKNOWN,
            "a_people_and_records": f"{len(rows)} recordings of at most {len({row['consent'] for row in rows})} people",
            "b_contact": _or_unknown(site.dpo_contact or site.privacy_contact),
            "c_consequences": UNKNOWN,
            "d_measures": "recordings are encrypted with a key each; deleting one makes every copy unreadable",
        },
    }


# --- Evidence of one recording -----------------------------------------------------------------------------


def evidence(recording: Recording) -> bytes:
    """A signed ZIP: receipt, notice, who looked, deletion receipt, and what the verifier says. No contents."""
    return copying.evidence(recording, at=timezone.now())
