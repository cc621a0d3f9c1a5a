"""How often the browser's gate of a site let something through, as far as its shared recordings say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from apps.recordings.models import Chunk, Recording
from apps.sites.models import Site

DAYS = 30


@dataclass(frozen=True, slots=True)
class Catches:
    """Of the recordings shared in the last `DAYS` days."""

    recordings: int
    leaky: int
    classes: list[tuple[str, int]]


def of_site(site: Site) -> Catches:
    """Count what the second gate took out, by class. Recordings that were not shared say nothing."""
    shared = Recording.objects.filter(
        site=site, state=Recording.State.READY, shared_at__gte=timezone.now() - timedelta(days=DAYS)
    )
    classes: Counter[str] = Counter()
    for hits in Chunk.objects.filter(recording__in=shared).exclude(hits={}).values_list("hits", flat=True):
        classes.update(hits)
    return Catches(shared.count(), shared.filter(second_gate_hits__gt=0).count(), classes.most_common())
