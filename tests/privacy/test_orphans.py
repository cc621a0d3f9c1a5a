"""The orphan sweep finds what a test plants, and nothing that is owned."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.core import ids
from apps.keys import services as keys
from apps.privacy.services import deletion, orphans
from apps.recordings.models import Recording, StartCode
from apps.recordings.services import lifecycle, vault
from tests.privacy.people import SYSTEM, ready
from tests.recordings.test_vault import url  # noqa: F401  the vault on files and on S3

pytestmark = pytest.mark.django_db


def in_two_days() -> Any:
    return timezone.now() + timedelta(days=2)


def found_of(*recording_ids: str) -> set[tuple[str, str]]:
    """Of these alone: tests that share a bucket leave things to each other."""
    found = orphans.find(in_two_days())
    return {(one.kind, one.recording_id) for one in found if one.recording_id in recording_ids}


def test_nothing_is_found_beside_recordings_that_are_kept_and_deleted(url: str) -> None:  # noqa: F811
    kept = ready()
    gone = lifecycle.doom(ready(), cause=Recording.Cause.WITHDRAWN, by=SYSTEM)
    # Not yet deleted: it owns what is left of it.
    going = lifecycle.doom(ready(), cause=Recording.Cause.WITHDRAWN, by=SYSTEM)
    deletion.delete(gone.pk)
    assert found_of(kept.pk, gone.pk, going.pk) == set()


def test_planted_objects_keys_and_rows_are_found_and_removed(
    url: str,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept = ready()
    gone = lifecycle.doom(ready(), cause=Recording.Cause.WITHDRAWN, by=SYSTEM)
    deletion.delete(gone.pk)
    ownerless = ids.rec()
    for recording_id in (gone.pk, ownerless):
        vault.prepare(recording_id)
        vault.put(recording_id, "c-9-9", b"left behind")
    keys.create(ownerless)
    StartCode.objects.create(recording=gone, digest="x", grant=1, expires_at=timezone.now())
    assert found_of(kept.pk, gone.pk, ownerless) == {
        ("object", gone.pk), ("object", ownerless), ("key", ownerless), ("row", gone.pk),
    }  # fmt: skip
    capsys.readouterr()
    with pytest.raises(SystemExit):
        call_command("find_orphans", "--json")
    assert json.loads(capsys.readouterr().out)["removed"] == 0
    assert orphans.remove(orphans.find(in_two_days())) >= 4
    assert orphans.find(in_two_days()) == []
    assert keys.is_shredded(ownerless)
    assert len(vault.list_names(kept.pk)) == 4
    assert keys.open_key(kept.pk)


def test_uploads_left_half_way_and_old_versions_are_found_on_s3(s3_url: str, settings: Any) -> None:  # noqa: F811
    settings.VAULT_URL = s3_url
    store: Any = vault.here()
    half, old = ids.rec(), ids.rec()
    store.client.create_multipart_upload(Bucket=store.bucket, Key=store._key(half, "c-1-0"))
    vault.put(old, "c-1-0", b"x")
    store.client.delete_object(Bucket=store.bucket, Key=store._key(old, "c-1-0"))  # only hides it
    found = {one.recording_id for one in orphans.find()}
    assert {half, old} <= found
    orphans.remove(orphans.find())
    assert not {half, old} & {one.recording_id for one in orphans.find()}
