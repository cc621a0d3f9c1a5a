"""Write down who did what to what. A plain insert in the verb's own transaction; it takes no lock."""

from __future__ import annotations

from typing import Any

import rfc8785
from django.db import models
from django.utils import timezone

from apps.core.actors import Actor
from apps.core.middleware import request_id
from apps.core.models import AuditCut, AuditEntry

INSTALLATION = "installation"
_names: dict[str, str] = {}


def register(**sentences: str) -> None:
    """Register dotted names with the sentence that each reads as: `register(link__revoked="revoked a link")`.

    Two underscores stand for the dot. Called once for each name, in the app's `audit_names.py`.
    """
    for key, sentence in sentences.items():
        name = key.replace("__", ".")
        if name in _names:
            raise ValueError(f"audit name {name} is registered already")
        _names[name] = sentence


def sentence(name: str) -> str:
    return _names[name]


def names() -> dict[str, str]:
    return dict(_names)


def _chain(subject: models.Model | None) -> str:
    if isinstance(subject, AuditCut):
        return subject.chain
    site = getattr(subject, "site_id", None)
    if site is None and subject is not None and subject._meta.label == "sites.Site":
        site = subject.pk
    return str(site) if site else INSTALLATION


def record(name: str, *, by: Actor, subject: models.Model | None = None, **facts: Any) -> AuditEntry:
    """Append one entry. `facts`: kinds, counts, times and random ids; never content, names or addresses.

    Raises `KeyError` for a name that nobody registered, and `rfc8785.CanonicalizationError` for a fact that
    JSON cannot say exactly.
    """
    _names[name]
    # Here, not in the sealer: an entry that cannot be hashed would hold up its whole chain for ever.
    rfc8785.dumps(facts)
    return AuditEntry.objects.create(
        chain=_chain(subject),
        at=timezone.now(),
        name=name,
        actor_kind=by.kind,
        actor_id=by.id,
        door=by.door,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        facts=facts,
        request_id=request_id.get(),
    )
