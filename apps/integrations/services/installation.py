"""The installation check of a site: ordered on its page, carried out by a task, kept as the newest few."""

from __future__ import annotations

import logging
import queue
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import PlacetError
from apps.core.queue import hurry
from apps.integrations.models import InstallationCheck
from apps.integrations.services import looking
from apps.integrations.services.looking import Finding, Target
from apps.links import services as links
from apps.links.models import MagicLink
from apps.recordings.models import Recording
from apps.recordings.services import embed, lifecycle
from apps.sites import permissions
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets.models import TRIAL_EMAIL

log = logging.getLogger(__name__)
BY = Actor.system("check:installation")
# A check that has not ended by then died with its worker.
LEASE = timedelta(minutes=3)
KEPT = 5


@transaction.atomic
def order(site: Site, *, by: Actor) -> InstallationCheck:
    """Have the site's landing page looked at. One that is under way already is given back."""
    from apps.integrations import tasks

    site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    permissions.require_of(by, site, "link.issue", "site.manage")
    there = site.installation_checks.filter(finished_at=None, created_at__gt=timezone.now() - LEASE).first()
    if there is not None:
        return there
    old = site.installation_checks.values_list("pk", flat=True)[KEPT - 1 :]
    InstallationCheck.objects.filter(pk__in=list(old)).delete()
    ordered_by = by.user if isinstance(by.user, User) else None
    check = InstallationCheck.objects.create(site=site, ordered_by=ordered_by)
    audit.record("site.check_ordered", by=by, subject=site)
    hurry(tasks.check_installations)
    return check


def run_waiting(now: datetime) -> int:
    """Carry out what waits, one after the other; return how many."""
    waiting = InstallationCheck.objects.filter(started_at=None, created_at__gt=now - LEASE)
    return sum(run(pk) for pk in list(waiting.order_by("created_at").values_list("pk", flat=True)))


def run(pk: int) -> bool:
    """Look once. Does nothing if somebody else has taken it. Whatever happens, the check ends with a finding."""
    if not InstallationCheck.objects.filter(pk=pk, started_at=None).update(started_at=timezone.now()):
        return False
    site = InstallationCheck.objects.select_related("site").get(pk=pk).site
    trial = _begin_trial(site)
    try:
        found = _look(pk, site, trial)
        if trial is not None:
            found = _confirmed(found, trial)
    except Exception:
        log.warning("installation check %s broke off", pk, exc_info=True)
        found = [Finding("browser", ok=False, detail="crashed")]
    finally:
        _end_trial(trial)
    _finish(pk, found)
    return True


def _look(pk: int, site: Site, trial: MagicLink | None) -> list[Finding]:
    """In a thread of its own: Playwright's loop and the database do not go together."""
    target = Target(
        landing=site.landing_url,
        origins=tuple(site.origins.values_list("origin", flat=True)),
        key=site.public_key,
        recorder=f"/r/{embed.recorder_name()}",
        trial=links.url(trial) if trial else "",
    )
    steps: queue.SimpleQueue[str] = queue.SimpleQueue()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="installation") as pool:
        future: Future[list[Finding]] = pool.submit(looking.look, target, steps.put)
        while not future.done():
            try:
                InstallationCheck.objects.filter(pk=pk).update(step=steps.get(timeout=0.2))
            except queue.Empty:
                continue
        return future.result()


def _begin_trial(site: Site) -> MagicLink | None:
    """A ticket and a link of our own, for a recording that nobody watches and that goes at once."""
    try:
        with transaction.atomic():
            ticket = tickets.open_ticket(site, subject=_("Installation check"), email=TRIAL_EMAIL, by=BY)
            return links.issue(ticket, minutes=1, by=BY)
    except PlacetError:
        return None  # the site is halted, say: the rest can be looked at all the same


def _confirmed(found: list[Finding], trial: MagicLink) -> list[Finding]:
    """What the browser believes counts once an upload lies in the vault."""
    arrived = Recording.objects.filter(link=trial, chunk_count__gt=0).exists()
    return [
        Finding("recording", arrived, finding.detail) if finding.what == "recording" else finding for finding in found
    ]


def _end_trial(trial: MagicLink | None) -> None:
    """Nothing of it stays but the proofs of its deletion."""
    if trial is None:
        return
    for recording in Recording.objects.filter(link=trial):
        lifecycle.doom(recording, cause=Recording.Cause.DISCARDED, by=BY)
    ticket = tickets.resolve(trial.ticket, by=BY)
    tickets.close(ticket, by=BY)


def _finish(pk: int, found: list[Finding]) -> None:
    InstallationCheck.objects.filter(pk=pk).update(
        finished_at=timezone.now(),
        step="",
        ok=bool(found) and all(finding.ok for finding in found),
        findings=[finding.kept() for finding in found],
    )
