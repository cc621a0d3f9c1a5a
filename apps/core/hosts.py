"""Every host that this installation calls, and why: what was configured, and nothing else.

A processing agreement lists them, and a test blocks all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Host:
    """`name`: a host, or "this machine"; `what`: what goes there."""

    name: str
    what: str


Provider = Callable[[str], Iterable[Host]]  # of a site's id
_providers: list[Provider] = []
HERE = "this machine"


def register(provider: Provider) -> Provider:
    """Add what else is called for a site; for each app's `ready`."""
    _providers.append(provider)
    return provider


def name_of(url: str) -> str:
    """The host in `url`, or `HERE` for a file, a socket or a loopback address."""
    host = urlsplit(url).hostname or ""
    return HERE if host in {"", "localhost", "127.0.0.1", "::1"} else host


def _database(alias: str) -> str:
    return name_of(f"db://{settings.DATABASES[alias].get('HOST') or ''}")


def _vault() -> str:
    query = urlsplit(settings.VAULT_URL).query
    endpoint = next((part.partition("=")[2] for part in query.split("&") if part.startswith("endpoint_url=")), "")
    if not settings.VAULT_URL.startswith("s3:"):
        return HERE
    return name_of(endpoint) if endpoint else "the S3 service of the configured account"


def _anchor(url: str) -> str:
    return url.partition("@")[2] if url.startswith("mailto:") else name_of(url)


@register
def _installation(site_id: str) -> list[Host]:
    mail = getattr(settings, "EMAIL_HOST", "")
    by_smtp = settings.EMAIL_URL.startswith("smtp")
    return [
        Host(_database("default"), "database: tickets, consents, the audit trail; no contents of recordings"),
        Host(_database("keys"), "key store: the wrapped key of each recording"),
        Host(_vault(), "objects: recordings, each encrypted with its own key"),
        Host(name_of(settings.REDIS_URL), "queue and counters: ids only"),
        Host(name_of(f"smtp://{mail}") if by_smtp else HERE, "mail: links and alarms"),
        *(Host(_anchor(url), "checkpoints of the audit trail: hashes only") for url in settings.AUDIT_ANCHORS),
    ]


def contacted(site_id: str) -> list[Host]:
    """All that is called on behalf of the site, in the order of registration."""
    return [host for provider in _providers for host in provider(site_id)]
