"""Endpoints, and the rows that wait to be sent to them."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from apps.core import audit, sealed
from apps.core.actors import Actor
from apps.core.errors import Unknown
from apps.core.hosts import Host, name_of
from apps.core.queue import hurry
from apps.integrations.models import Webhook, WebhookDelivery
from apps.integrations.services import addresses
from apps.sites import permissions
from apps.sites.models import Site

SECRET_PREFIX = "whsec_"  # noqa: S105  the prefix that Standard Webhooks gives to every secret
SECRET_BYTES = 32  # the standard asks for 24 to 64


def hosts(site_id: str) -> list[Host]:
    """Where this site's events go, for `core.hosts`."""
    urls = Webhook.objects.filter(site=site_id, is_active=True).values_list("url", flat=True)
    return [Host(name_of(url), "webhooks: ids and states only") for url in urls]


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


@transaction.atomic
def create(site: Site, *, url: str, by: Actor) -> Webhook:
    """Add an endpoint with a secret of its own; raises `Invalid` for an address that is never called.

    Asking twice for the same address gives the first one back.
    """
    addresses.parse(url)
    site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    permissions.require_of(by, site, "site.manage")
    there = Webhook.objects.filter(site=site, url=url, is_active=True).first()
    if there is not None:
        return there
    webhook = Webhook.objects.create(site=site, url=url, secret=new_secret())
    audit.record("webhook.created", by=by, subject=webhook)
    return webhook


@transaction.atomic
def remove(webhook: Webhook, *, by: Actor) -> None:
    """Delete an endpoint and what waits for it. Safe to call twice."""
    there = _lock(webhook)
    if there is None:
        return
    permissions.require_of(by, there.site, "site.manage")
    audit.record("webhook.removed", by=by, subject=there)
    there.delete()


@transaction.atomic
def switch_off(webhook: Webhook, *, by: Actor) -> Webhook:
    """Stop calling an endpoint that says it is gone. What waits for it is given up."""
    there = _lock(webhook)
    if there is None:
        raise Unknown
    if not there.is_active:
        return there
    there.is_active = False
    there.save(update_fields=["is_active"])
    there.deliveries.filter(sent_at=None, failed_at=None).update(failed_at=timezone.now())
    audit.record("webhook.gone", by=by, subject=there)
    return there


def _lock(webhook: Webhook) -> Webhook | None:
    rows = Webhook.objects.select_for_update(of=("self",)).select_related("site")
    return rows.filter(pk=webhook.pk).first()


def queue(site_id: str, event: str, **data: Any) -> list[WebhookDelivery]:
    """Write one row for each active endpoint of the site, in the caller's transaction.

    `data`: random ids, ticket numbers, states and times; never a name, an address, a title or content.
    """
    from apps.integrations import tasks

    endpoints = Webhook.objects.filter(site_id=site_id, is_active=True)
    payload = {"type": event, "timestamp": _now(), "data": {"site": site_id, **data}}
    rows = [WebhookDelivery.objects.create(webhook=hook, event=event, payload=payload) for hook in endpoints]
    if rows:
        hurry(tasks.deliver_waiting)
    return rows


def _now() -> str:
    return timezone.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def reseal() -> int:
    """Seal anew the secrets that are not sealed with the newest key; returns how many."""
    stored = Webhook.objects.annotate(stored=Cast("secret", TextField())).values_list("pk", "stored")
    stale = [pk for pk, value in stored if not sealed.is_fresh(value)]
    for webhook in Webhook.objects.filter(pk__in=stale):
        webhook.save(update_fields=["secret"])
    return len(stale)
