"""The recording: its life, its pages, what was kept of it and who looked. Contents lie in the vault."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consents.models import Receipt
from apps.core import ids
from apps.core.states import Moves
from apps.links.models import MagicLink
from apps.sites.models import Site
from apps.tickets.models import Ticket


class RecordingQuerySet(models.QuerySet["Recording"]):
    def visible_to(self, user: User) -> RecordingQuerySet:
        return self.filter(site__in=Site.objects.visible_to(user))


class Recording(Moves):
    class State(models.TextChoices):
        CREATED = "created", _("waiting for the person")
        RECORDING = "recording", _("recording")
        PAUSED = "paused", _("paused")
        PROCESSING = "processing", _("processing")
        IN_REVIEW = "in_review", _("being reviewed")
        READY = "ready", _("ready")
        DELETING = "deleting", _("being deleted")
        DELETED = "deleted", _("deleted")

    class Ended(models.TextChoices):
        PERSON = "stopped", _("stopped by the person")
        LIMIT = "limit", _("time limit reached")
        CLOSED = "closed", _("the page was closed")
        RESOLVED = "resolved", _("the ticket was resolved")
        REVOKED = "revoked", _("the link was revoked")
        HALTED = "halted", _("the site stopped everything")
        BUDGET = "budget", _("too much data")
        SIGNED_OUT = "signed_out", _("signed out of the site")
        FULL = "full", _("cut short: there was no room to store more")

    class Cause(models.TextChoices):
        """Why it was deleted."""

        RETENTION = "retention", _("kept as long as promised")
        CAP = "cap", _("the latest date was reached")
        WITHDRAWN = "withdrawn", _("consent withdrawn")
        DISCARDED = "discarded", _("discarded by the person")
        VOID = "void", _("consent void")
        ERASED = "erased", _("erased on request")
        ABANDONED = "abandoned", _("nothing was recorded")
        REVOKED = "revoked", _("link revoked")
        RESTORED = "restored", _("came back with a backup after its deletion")

    ARROWS = {
        State.CREATED: {State.RECORDING, State.DELETING},
        State.RECORDING: {State.PAUSED, State.PROCESSING, State.DELETING},
        State.PAUSED: {State.RECORDING, State.PROCESSING, State.DELETING},
        State.PROCESSING: {State.IN_REVIEW, State.READY, State.DELETING},
        State.IN_REVIEW: {State.READY, State.PROCESSING, State.DELETING},
        State.READY: {State.DELETING},
        State.DELETING: {State.DELETED},
    }
    RUNNING = (State.RECORDING, State.PAUSED)

    id = models.CharField(primary_key=True, max_length=32, default=ids.rec, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="recordings")
    # The row outlives the recording as a tombstone; the ticket and the link may go before it.
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.SET_NULL, related_name="recordings")
    link = models.ForeignKey(MagicLink, null=True, on_delete=models.SET_NULL, related_name="recordings")
    receipt = models.OneToOneField(Receipt, null=True, on_delete=models.PROTECT, related_name="recording")
    state = models.CharField(max_length=12, choices=State.choices, default=State.CREATED, db_index=True)
    is_imported = models.BooleanField(default=False)
    live = models.BooleanField(default=False)
    max_minutes = models.PositiveSmallIntegerField()
    # Rises with each start code: an ingest token of an older one is refused ("replaced").
    grant = models.PositiveIntegerField(default=0)
    paused_by_person = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True)
    trusted_at = models.DateTimeField(null=True)  # first trusted pointer or key event
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    started_at = models.DateTimeField(null=True)  # first chunk
    limit_at = models.DateTimeField(null=True, db_index=True)  # ends by itself
    last_chunk_at = models.DateTimeField(null=True)
    last_beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=12, choices=Ended.choices, blank=True)
    process_at = models.DateTimeField(null=True, db_index=True)  # when the tail has had its time
    review_until = models.DateTimeField(null=True, db_index=True)  # sent by itself then; empty: never
    # Their choice, or time's, is to send it: what they removed is taken out first, and no late upload is taken.
    chosen_at = models.DateTimeField(null=True)
    shared_at = models.DateTimeField(null=True)
    pages = models.PositiveIntegerField(default=0)  # page numbers given out
    chunk_count = models.PositiveIntegerField(default=0)
    raw_bytes = models.PositiveBigIntegerField(default=0)
    stored_bytes = models.PositiveBigIntegerField(default=0)
    second_gate_hits = models.PositiveIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=1)  # of what was packed; a cut makes the next
    index_name = models.CharField(max_length=80, blank=True)  # the packed index; empty: nothing is packed
    duration_ms = models.PositiveBigIntegerField(default=0)
    problem_count = models.PositiveIntegerField(default=0)
    # Restriction (GDPR Art. 18), and a legal hold that a second person has confirmed: kept, shown to no staff.
    frozen_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    # Deletion: planned while the ticket is solved, and the promised latest date, which never moves later.
    delete_at = models.DateTimeField(null=True, db_index=True)
    latest_at = models.DateTimeField(db_index=True)
    delete_cause = models.CharField(max_length=12, choices=Cause.choices, blank=True)
    delete_started_at = models.DateTimeField(null=True)
    key_shredded_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.id


class StartCode(models.Model):
    """The one-time code that the landing page carries in its fragment."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="start_codes")
    digest = models.CharField(max_length=64, unique=True)
    grant = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    spent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.recording_id} #{self.grant}"

    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class RecordedPage(models.Model):
    """One page load that takes part, numbered by the server."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="recorded_pages")
    number = models.PositiveIntegerField()
    tab = models.CharField(max_length=16)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)  # its last chunk has come

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recording", "number"], name="one_page_a_number")]

    def __str__(self) -> str:
        return f"{self.recording_id}/{self.number}"


class Chunk(models.Model):
    """One upload, acknowledged: the row was committed after the object was on disk."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="chunks")
    page = models.PositiveIntegerField()
    seq = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # HMAC-SHA256 of the inflated content as it came, never a bare hash
    object_name = models.CharField(max_length=80)
    epoch = models.PositiveIntegerField(default=0)  # 0: as it came; else of the cut that wrote it anew
    first_ms = models.BigIntegerField()
    last_ms = models.BigIntegerField()
    has_snapshot = models.BooleanField(default=False)
    raw_bytes = models.PositiveIntegerField()
    stored_bytes = models.PositiveIntegerField()
    hits = models.JSONField(default=dict)  # second gate: class -> count
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["recording", "page", "seq"]
        constraints = [models.UniqueConstraint(fields=["recording", "page", "seq"], name="one_chunk_a_seq")]

    def __str__(self) -> str:
        return f"{self.recording_id}/{self.page}/{self.seq}"


class Segment(models.Model):
    """A piece packed for replay: begins with a full snapshot, at most 2 MB raw where that is possible."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="segments")
    number = models.PositiveIntegerField()
    page = models.PositiveIntegerField()
    epoch = models.PositiveIntegerField()
    object_name = models.CharField(max_length=80)
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    raw_bytes = models.PositiveIntegerField()
    stored_bytes = models.PositiveIntegerField()

    class Meta:
        ordering = ["recording", "number"]
        constraints = [models.UniqueConstraint(fields=["recording", "epoch", "number"], name="one_segment_a_number")]

    def __str__(self) -> str:
        return f"{self.recording_id}/s{self.number}"


class Asset(models.Model):
    """A picture, font or style sheet of the site's own that the recorded page showed.

    Each recording has copies of its own, under its own key: they go with it, and no other one can be missed by that.
    """

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="assets")
    sheet = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="parts")
    url = models.CharField(max_length=1000)
    name = models.CharField(max_length=32, default=ids.asset)  # the last part of our own address of it
    content_type = models.CharField(max_length=40, blank=True)  # empty: not there
    raw_bytes = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    failed = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["recording", "url"], name="one_asset_an_address")]

    def __str__(self) -> str:
        return f"{self.recording_id}/{self.name}"

    @property
    def object_name(self) -> str:
        return f"a-{self.name}"


class Cut(models.Model):
    """A passage that the person takes out: only marked at first, for good once they have said so."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="cuts")
    from_ms = models.BigIntegerField()  # both ends belong to it
    to_ms = models.BigIntegerField()
    marked_at = models.DateTimeField(default=timezone.now)
    ordered_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["from_ms"]
        constraints = [models.UniqueConstraint(fields=["recording", "from_ms", "to_ms"], name="one_cut_a_passage")]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.from_ms}-{self.to_ms}"


class Cutting(models.Model):
    """What was stored has been written anew without some passages. Finished, it has a signed receipt."""

    id = models.CharField(primary_key=True, max_length=32, default=ids.cut, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="cuttings")
    passages = models.JSONField()  # [[from_ms, to_ms], …]
    inventory = models.JSONField()
    old_names = models.JSONField()  # the objects that go; nothing points at them any more
    began_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    document = models.JSONField(null=True)  # as signed

    class Meta:
        ordering = ["began_at"]

    def __str__(self) -> str:
        return self.id


class Watch(models.Model):
    """A member of staff had the player open: from when to when, and which spans were on screen."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="watches")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(max_length=12)
    live = models.BooleanField(default=False)
    is_glance = models.BooleanField(default=False)  # read what went wrong, on the ticket; nothing was played
    reason = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    last_beat_at = models.DateTimeField(default=timezone.now)
    spans = models.JSONField(default=list)  # [[from_ms, to_ms], …] of the recording's own time

    class Meta:
        ordering = ["-started_at"]
        verbose_name_plural = "watches"

    def __str__(self) -> str:
        return f"{self.recording_id} {self.started_at:%Y-%m-%d %H:%M}"


class Remark(models.Model):
    """What staff wrote about a recording, at a moment of it; goes with the recording, and is sealed like it."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="remarks")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at_ms = models.PositiveBigIntegerField(null=True)  # of the recording's own time; empty: about all of it
    sealed = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["recording", "number"]
        constraints = [models.UniqueConstraint(fields=["recording", "number"], name="one_remark_a_number")]

    def __str__(self) -> str:
        return f"{self.recording_id}/r{self.number}"
