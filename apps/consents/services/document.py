"""The consent receipt as a document: the fields of ISO/IEC TS 27560, without anything that names the person.

What identifies nobody by itself stays readable after an erasure: the ticket is an opaque reference.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785
from django.conf import settings
from django.utils.translation import gettext as _

from apps.consents import statements
from apps.consents.models import Notice, Receipt
from apps.core import documents, ids, signing
from apps.links.models import MagicLink
from apps.sites import permissions
from apps.sites.models import Policy, Site

SCHEMA = "https://placet.example/schemas/consent-receipt/1"
NEVER = ["passwords", "card numbers", "one-time codes", "other sites or tabs", "camera", "microphone"]
RIGHTS = ["access", "portability", "erasure", "restriction", "complaint"]
_MASKING = (
    "allow_unmask",
    "query_keys",
    "mask_selectors",
    "block_selectors",
    "text_patterns",
    "mode",
    "open_input_types",
    "never_paths",
)


NOT_STATED = "not stated by the site"  # the receipt says so itself; `check --deploy` asks for it before going live


def moment(at: datetime) -> str:
    """RFC 3339, UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _masking(policy: Policy) -> str:
    return hashlib.sha256(rfc8785.dumps({name: getattr(policy, name) for name in _MASKING})).hexdigest()


def _parties(site: Site) -> list[dict[str, Any]]:
    controller = {
        "id": "controller",
        "role": "dpv:DataController",
        "type": "controller",
        "name": site.controller_name or site.name,
        "address": site.controller_address or NOT_STATED,
        "contact": site.privacy_contact or site.support_contact or NOT_STATED,
        "dpo": site.dpo_contact,
    }
    host = {
        "id": "host",
        "role": "dpv:DataProcessor",
        "type": "processor",
        "name": site.host_name,
        "address": site.host_address or NOT_STATED,
        "contact": site.host_contact or NOT_STATED,
    }
    authority = {
        "id": "authority",
        "role": "dpv:Authority",
        "type": "authority",
        "name": site.authority or NOT_STATED,
        "address": NOT_STATED,
        "contact": site.authority or NOT_STATED,
    }
    return [controller, *([host] if site.host_name else []), authority]


def _recipients(site: Site) -> list[dict[str, Any]]:
    people = permissions.watchers(site).count()
    team = {"party": "controller", "group": "support team", "people_with_access": people}
    return [team, *([{"party": "host"}] if site.host_name else [])]


def _recorder_build() -> str:
    """The recorder that is served now, by the hash in its name."""
    found = sorted(path.stem for path in (Path(settings.FRONTEND_DIST) / "embed").glob("recorder-*.js"))
    return ", ".join(found) or "not built"


def _personal_data(policy: Policy) -> list[dict[str, Any]]:
    is_special = bool(policy.special)
    kinds: list[dict[str, Any]] = [
        {"type": "page content shown, masked in the browser", "optional": False, "special_category": is_special},
        {"type": "clicks, touches, scrolling", "optional": False, "special_category": False},
    ]
    if policy.record_console:
        kinds.append({"type": "script errors and console messages", "optional": False, "special_category": False})
    if policy.record_network:
        kinds.append({
            "type": "addresses, times and results of requests, no bodies, query values removed"
            + (f", of answers {', '.join(policy.response_fields)}" if policy.response_fields else ""),
            "optional": False,
            "special_category": False,
        })  # fmt: skip
    return kinds


def _processing(receipt: Receipt, link: MagicLink, policy: Policy) -> dict[str, Any]:
    site = receipt.site
    origins = list(site.origins.values_list("origin", flat=True))
    return {
        "purpose": "See the problem that the person reported in the ticket",
        "purpose_type": "dpv:TechnicalServiceProvision",
        "lawful_basis": "GDPR 6(1)(a); ePrivacy 5(3)",
        "service": origins[0] if origins else NOT_STATED,
        "jurisdiction": site.jurisdiction or NOT_STATED,
        "controllers": ["controller"],
        "collection_method": "recorder script in the browser, after the person's click",
        "processing_method": ["record", "encrypt", "store", "replay by staff", "delete"],
        "automated_decisions": False,
        "ai_training": False,
        "personal_data": _personal_data(policy),
        "never_recorded": NEVER,
        "scope": {
            "origins": origins or [NOT_STATED],
            "max_minutes": link.max_minutes,
            "recordings": 1,
            "live_view": receipt.live,
            "review": policy.review,
        },
        "options": [{"option": "live_view", "offered": link.asks_live, "accepted": receipt.live}],
        "recipients": _recipients(site),
        "storage_locations": [site.hosting_place or NOT_STATED],
        "geographic_restrictions": site.transfers or "none",
        "retention": {
            "rule": f"P{policy.retention_days}D after ticket resolved",
            "latest": moment(receipt.latest_deletion_at),
            "backups": f"keys unrecoverable P{settings.KEY_BACKUP_DAYS}D after deletion",
        },
        "withdrawal": {
            "method": "one press on the person's own page; the recording is deleted",
            "where": "own page given at consent",
        },
        "rights": RIGHTS,
    }


def _given_type(policy: Policy) -> str:
    """Explicit where something had to be ticked by itself."""
    return "dpv:ExplicitlyExpressedConsent" if policy.statements else "dpv:ExpressedConsent"


def _how(policy: Policy) -> str:
    pressed = f"pressed '{_('Record and share with support')}'"
    ticked = [f"ticked '{statements.text(name, policy)}'" for name in policy.statements]
    return ", ".join([*ticked, pressed])


def build(receipt: Receipt, *, link: MagicLink, notice: Notice, shown_at: datetime) -> dict[str, Any]:
    """Return the signed document of a receipt that is about to be written."""
    policy = receipt.policy
    body = {
        "schema": SCHEMA,
        "schema_version": "1",
        "profile": "ISO/IEC TS 27560:2023 (fields), DPV terms",
        "receipt_id": receipt.pk,
        "record_id": receipt.record_id,
        "principal": {"id": receipt.subject_id, "kind": "random per recording, not derived from identity"},
        "ticket_ref": signing.derive("ticket_ref", receipt.ticket_id)[:24],
        "parties": _parties(receipt.site),
        "notice": {
            "id": notice.pk,
            "language": notice.language,
            "version": notice.version,
            "sha256": notice.sha256,
            "copy": f"{settings.BASE_URL}/me/{receipt.pk}/notice/",
            "shown_at": moment(shown_at),
        },
        "processing": [_processing(receipt, link, policy)],
        "controls": {
            "masking_policy": f"policy-{policy.version}",
            "masking_policy_sha256": _masking(policy),
            "recorder_build": _recorder_build(),
        },
        "events": [
            {"id": ids.new("evt"), "state": "requested", "type": "dpv:ConsentRequested", "at": moment(link.issued_at),
             "by": "staff", "entity": "controller",
             "validity": f"until {moment(link.expires_at)}"},
            {"id": ids.new("evt"), "state": "given", "type": _given_type(policy),
             "at": moment(receipt.given_at), "by": "principal", "entity": receipt.subject_id,
             "how": _how(policy),
             "validity": f"PT{link.max_minutes}M of recording"},
        ],
    }  # fmt: skip
    return documents.sign(body)
