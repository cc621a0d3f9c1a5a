"""The support case that a recording belongs to, and who asked for help."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.outgoing import Outgoing
from apps.core.states import Moves
from apps.sites.models import Site

# Who asked for the recording that an installation check makes and throws away: nobody (RFC 2606).
TRIAL_EMAIL = "installation-check@placet.invalid"


class Requester(models.Model):
    """The person who asked for help. `external_id` is the customer's own id of them."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="requesters")
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    external_id = models.CharField(_("external id"), max_length=120, blank=True, db_index=True)
    language = models.CharField(max_length=12, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "email"], name="one_requester_an_address")]

    def __str__(self) -> str:
        return self.name or self.email


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> TicketQuerySet:
        return self.filter(site__in=Site.objects.visible_to(user))


class Ticket(Moves):
    class State(models.TextChoices):
        OPEN = "open", _("open")
        PENDING = "pending", _("pending")
        RESOLVED = "resolved", _("resolved")
        CLOSED = "closed", _("closed")

    class Priority(models.TextChoices):
        LOW = "low", _("low")
        NORMAL = "normal", _("normal")
        HIGH = "high", _("high")
        URGENT = "urgent", _("urgent")

    ARROWS = {
        State.OPEN: {State.PENDING, State.RESOLVED},
        State.PENDING: {State.OPEN, State.RESOLVED},
        State.RESOLVED: {State.CLOSED, State.OPEN},
        State.CLOSED: {State.OPEN},
    }

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="tickets")
    # One series for the whole installation, so that /tickets/{number}/ needs no site.
    number = models.PositiveIntegerField(unique=True, editable=False)
    subject = models.CharField(_("subject"), max_length=200)
    requester = models.ForeignKey(Requester, on_delete=models.PROTECT, related_name="tickets")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    priority = models.CharField(_("priority"), max_length=8, choices=Priority.choices, default=Priority.NORMAL)
    assignee = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    touched_at = models.DateTimeField(default=timezone.now, editable=False)  # last activity
    resolved_at = models.DateTimeField(null=True, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-touched_at", "-number"]
        indexes = [
            models.Index(fields=["site", "state", "-touched_at", "-number"]),
            models.Index(fields=["assignee", "state", "-touched_at", "-number", "site"], name="tickets_of_somebody"),
            # All that the search of the list reads, so that it passes over 100,000 tickets without their rows.
            models.Index(
                fields=["site", "-touched_at", "-number", "state", "requester", "subject"], name="tickets_searched"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def is_solved(self) -> bool:
        return self.state in {self.State.RESOLVED, self.State.CLOSED}


class Series(models.Model):
    """The last ticket number that was given out. One row, and whoever takes a number locks it."""

    ONLY = 1

    last = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return str(self.last)


class Comment(models.Model):
    """What was written on a ticket: by staff, or by the requester (`author` empty)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    body = models.TextField()
    is_internal = models.BooleanField(default=True)
    # Of the Message-ID, where it came by mail: the same mail twice is written once.
    mail_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.ticket} {self.created_at:%Y-%m-%d %H:%M}"


class Tag(models.Model):
    """A short word that staff put on a ticket, in lower case."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(_("name"), max_length=40)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["ticket", "name"], name="one_tag_a_name")]
        indexes = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name


class SavedFilter(models.Model):
    """What somebody looks for again and again in the list of tickets: the list's own query under a name."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_saved_filter_a_name")]

    def __str__(self) -> str:
        return self.name


class AnswerMail(Outgoing):
    """An answer that waits to be mailed to the requester. Its text is the comment's."""

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="mail")

    def __str__(self) -> str:
        return f"{self.comment_id} → requester"


class Notification(models.Model):
    """Something that happened on a ticket, for one member of the staff."""

    class Kind(models.TextChoices):
        AGREED = "agreed", _("they agreed to be recorded")
        DECLINED = "declined", _("they declined to be recorded")
        NOT_MINE = "not_mine", _("somebody said “this was not me”")
        FINISHED = "finished", _("the recording has ended")
        SHARED = "shared", _("the recording was sent")
        WROTE = "wrote", _("they wrote")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["user", "read_at", "-at"])]

    def __str__(self) -> str:
        return f"{self.ticket} {self.kind}"


class NotificationMail(Outgoing):
    """The same by mail, for who wants it."""

    notification = models.OneToOneField(Notification, on_delete=models.CASCADE, related_name="mail")

    def __str__(self) -> str:
        return f"{self.notification_id} → staff"
