"""One wrapped key a recording. The row outlives the key as a tombstone: making it again is refused."""

from __future__ import annotations

from django.db import models


class ErasedRequester(models.Model):
    """The number of a requester's row that was erased: what a restored backup of the main database has forgotten."""

    requester_id = models.BigIntegerField(primary_key=True)
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.requester_id)


class DataKey(models.Model):
    """`recording_id` is no foreign key: the recording lives in another database."""

    recording_id = models.CharField(primary_key=True, max_length=32)
    wrapped = models.BinaryField(null=True)  # nonce (12 bytes) and AES-256-GCM of the data key
    wrapping_key = models.CharField(max_length=40)  # the id of the key in VAULT_KEYS that wraps it
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    shredded_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return self.recording_id
