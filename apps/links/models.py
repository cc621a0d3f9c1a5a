"""Magic links: the one way in. The row decides; the token only proves possession."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core import ids
from apps.core.outgoing import Outgoing
from apps.core.states import Moves
from apps.sites.models import Site
from apps.tickets.models import Ticket


class MagicLinkQuerySet(models.QuerySet["MagicLink"]):
    def visible_to(self, user: User) -> MagicLinkQuerySet:
        return self.filter(site__in=Site.objects.visible_to(user))


class MagicLink(Moves):
    class State(models.TextChoices):
        ISSUED = "issued", _("issued")
        CONSENTED = "consented", _("consented")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("expired")
        REVOKED = "revoked", _("revoked")

    class Stuck(models.TextChoices):
        """Why nothing started, after the person had agreed: what the landing page answers."""

        UNREACHABLE = "unreachable", _("the landing page does not answer")
        STATUS = "status", _("the landing page answers with an error, or leads on to another one")
        NO_SNIPPET = "no_snippet", _("the landing page has no Placet snippet")
        OTHER_SITE = "other_site", _("the landing page has another site's snippet")
        FINE = "fine", _("the landing page is in order: it may be the person's browser, or what is installed in it")
        NOT_CHECKED = "not_checked", _("the server may not open the landing page, so look yourself")

    ARROWS = {
        State.ISSUED: {State.CONSENTED, State.DECLINED, State.EXPIRED, State.REVOKED},
        State.CONSENTED: {State.REVOKED, State.ISSUED},  # back: the consent was void or taken back
        State.DECLINED: {State.ISSUED, State.EXPIRED, State.REVOKED},
    }

    id = models.CharField(primary_key=True, max_length=32, default=ids.lnk, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="links")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ISSUED)
    # The token's nonce is an HMAC of id and generation, so it need not be stored; a new generation ends the old.
    generation = models.PositiveIntegerField(default=1)
    landing_url = models.CharField(max_length=1000)
    max_minutes = models.PositiveSmallIntegerField()
    asks_live = models.BooleanField(default=False)
    language = models.CharField(max_length=12, blank=True)  # of the mail and the page; empty: the browser says
    expires_at = models.DateTimeField(db_index=True)
    issued_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)
    fetched_at = models.DateTimeField(null=True)  # a fact, not a state: mail scanners open links too
    fetches = models.PositiveIntegerField(default=0)
    consented_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)  # the consent that came of it was taken back
    revoked_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)  # "this was not me": until the agent answers
    stuck_at = models.DateTimeField(null=True)  # the person says that nothing started
    stuck_why = models.CharField(max_length=12, choices=Stuck.choices, blank=True)
    asked_again_at = models.DateTimeField(null=True)  # it had expired, and the person asks for another one

    objects = MagicLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return self.id

    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class Delivery(Outgoing):
    """A link that waits to be mailed. It names the link; the address and the token are looked up when it goes."""

    link = models.ForeignKey(MagicLink, on_delete=models.CASCADE, related_name="deliveries")
    generation = models.PositiveIntegerField()

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.link_id} → requester"


class TypedCode(models.Model):
    """A short code that leads to the link's page together with the ticket's number (`services.spelling`)."""

    link = models.ForeignKey(MagicLink, on_delete=models.CASCADE, related_name="typed_codes")
    generation = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # an HMAC: 40 bits alone could be searched for
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)  # wrong ones for this ticket since it was made

    def __str__(self) -> str:
        return f"{self.link_id} until {self.expires_at:%H:%M}"
