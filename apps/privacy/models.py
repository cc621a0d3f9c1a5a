"""How recordings and people's data go: what is under way, what keeps one from going, and the receipt that
stays.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consents.models import Receipt
from apps.core import ids
from apps.recordings.models import Recording
from apps.sites.models import Site
from apps.tickets.models import Requester


class Deletion(models.Model):
    """A deletion under way. It ends with the receipt; until then a sweep takes it up wherever it stopped."""

    recording = models.OneToOneField(Recording, on_delete=models.CASCADE, related_name="deletion")
    # What was there before anything was removed. Counted once, so that a resumed deletion does not state
    # less.
    inventory = models.JSONField(null=True)
    # Who works on it has it until then. Two at once would do no harm: every step is safe to repeat.
    claimed_until = models.DateTimeField(default=timezone.now, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)  # of the last try; the kind of error, never contents

    def __str__(self) -> str:
        return self.recording_id


class Erasure(models.Model):
    """An order to erase all of a person. The row is the promise; a sweep finishes what was interrupted."""

    id = models.CharField(primary_key=True, max_length=32, default=ids.era, editable=False)
    requesters = models.JSONField()  # their keys in the database: numbers, no names
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.CharField(max_length=64)  # the actor's id
    counts = models.JSONField(default=dict)  # what was shown before: holder -> how much
    finished_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return self.id


class Alarm(models.Model):
    """Something that a privacy officer must know of: raised once, mailed once, over when it is over."""

    class Kind(models.TextChoices):
        OVERDUE = "overdue", _("recordings should be gone for an hour")
        WATCHING = "watching", _("somebody watches unusually many recordings")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    about = models.CharField(max_length=64, blank=True)  # the actor's id; empty: the site as a whole
    count = models.PositiveIntegerField()
    raised_at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "kind", "about"], condition=models.Q(ended_at=None), name="one_alarm_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.kind}"


class PersonRequest(models.Model):
    """What a person has asked for, and until when it must be answered."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("access or a copy (GDPR Art. 15, 20)")
        ERASURE = "erasure", _("erasure (Art. 17)")
        RESTRICTION = "restriction", _("restriction (Art. 18)")
        OBJECTION = "objection", _("objection (Art. 21)")
        RECTIFICATION = "rectify", _("rectification (Art. 16)")
        KNOW = "know", _("to know (CCPA)")
        DELETE = "delete", _("to delete (CCPA)")
        CORRECT = "correct", _("to correct (CCPA)")
        OPT_OUT = "opt_out", _("to opt out (CCPA)")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("answered")
        REFUSED = "refused", _("refused")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="person_requests")
    # The one link to the person; it is cut by their erasure.
    requester = models.ForeignKey(Requester, null=True, on_delete=models.SET_NULL, related_name="person_requests")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN, db_index=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    refused = models.CharField(max_length=300, blank=True)  # why

    class Meta:
        ordering = ["due_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_at:%Y-%m-%d}"


class Export(models.Model):
    """A copy for the recorded person (GDPR Art. 15 and 20). Its file lies in the vault under the recording's own key."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being made")
        READY = "ready", _("ready")
        EXPIRED = "expired", _("expired")
        FAILED = "failed", _("failed")

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="access_exports")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING, db_index=True)
    done = models.PositiveSmallIntegerField(default=0)  # of its nine parts
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.CharField(max_length=64)  # the actor's id
    attempts = models.PositiveSmallIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, db_index=True)
    bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.state}"


class DeletionReceipt(models.Model):
    """Signed proof of what was deleted, how, and what was checked. Claims no more than that."""

    id = models.CharField(primary_key=True, max_length=32, default=ids.dlr, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="deletion_receipts")
    recording = models.OneToOneField(Recording, on_delete=models.PROTECT, related_name="deletion_receipt")
    cause = models.CharField(max_length=12)
    due_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(default=timezone.now)
    document = models.JSONField()  # as signed
    keep_until = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-finished_at"]

    def __str__(self) -> str:
        return self.id


class Hold(models.Model):
    """A reason to keep a recording past its date, with an end and a second person; the person sees it."""

    class Ground(models.TextChoices):
        """GDPR Art. 17(3): the only grounds on which what is due may stay."""

        CLAIMS = "claims", _("legal claims: to establish, exercise or defend them (Art. 17(3)(e))")
        OBLIGATION = "obligation", _("a legal obligation to keep it (Art. 17(3)(b))")

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="holds")
    ground = models.CharField(_("ground"), max_length=12, choices=Ground.choices, default=Ground.CLAIMS)
    reason = models.CharField(_("reason"), max_length=300)
    ends_at = models.DateTimeField()
    set_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["ends_at"]

    def __str__(self) -> str:
        return f"{self.recording_id} until {self.ends_at:%Y-%m-%d}"


class Letter(models.Model):
    """An address to which the person wants something sent: sealed, and erased as soon as the last of it has gone."""

    class Kind(models.TextChoices):
        PAGE = "page", _("the link to their own page, and the consent receipt")
        NEWS = "news", _("when somebody has watched, and when it is deleted")

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    sealed = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(default=timezone.now)
    told_until = models.DateTimeField(default=timezone.now)  # what was watched before was told, or is older
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now, db_index=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.kind}"
