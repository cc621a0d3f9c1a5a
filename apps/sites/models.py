"""The applications whose users may be recorded: key, origins, policy, notice texts, and who works for them."""

from __future__ import annotations

import base64

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core import ids
from apps.core.errors import Invalid
from apps.sites import branding, masking


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, user: User) -> SiteQuerySet:
        """Sites of which `user` is a member. The operator and superusers see none by that."""
        if not user.is_active:
            return self.none()
        return self.filter(memberships__user=user).distinct()


class Site(models.Model):
    """One application of the customer's."""

    id = models.CharField(primary_key=True, max_length=32, default=ids.sit, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=80)
    public_key = models.CharField(max_length=32, unique=True, default=ids.pk, editable=False)
    landing_url = models.URLField(_("landing address"), max_length=1000, help_text=_("Where a person starts."))
    support_contact = models.CharField(_("other way to get help"), max_length=200, blank=True)
    # What a notice must say (GDPR Art. 13). Empty ones are named by `check --deploy`.
    controller_name = models.CharField(_("legal name of the controller"), max_length=200, blank=True)
    controller_address = models.CharField(_("address"), max_length=300, blank=True)
    privacy_contact = models.CharField(_("privacy contact"), max_length=200, blank=True)
    dpo_contact = models.CharField(_("data protection officer"), max_length=200, blank=True)
    authority = models.CharField(_("supervisory authority"), max_length=200, blank=True)
    hosting_place = models.CharField(_("where recordings are kept"), max_length=200, blank=True)
    # Who keeps them for the controller (GDPR Art. 28), if it is somebody else.
    host_name = models.CharField(_("hosting company, if you do not host it yourself"), max_length=200, blank=True)
    host_address = models.CharField(_("hosting company’s address"), max_length=300, blank=True)
    host_contact = models.CharField(_("hosting company’s privacy contact"), max_length=200, blank=True)
    transfers = models.CharField(_("transfers abroad"), max_length=300, blank=True)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=8, blank=True)
    # No choices here: a language more is no migration. The forms offer those that are whole.
    language = models.CharField(_("language of requests"), max_length=12, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Set while everything is stopped: no new link, no consent, no chunk.
    halted_at = models.DateTimeField(null=True, editable=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.language and self.language not in dict(settings.LANGUAGES):
            raise ValidationError({"language": _("There are no texts in this language.")})

    @property
    def accent(self) -> str:
        """The colour of the site's mails, which are read on light pages: its own or ours."""
        chosen = Brand.objects.filter(site=self).values_list("accent", flat=True).first()
        return chosen or branding.OURS

    @property
    def policy(self) -> Policy:
        """The policy in force: the newest. Each site has one from its first moment."""
        return self.policies.order_by("-version")[0]


class Origin(models.Model):
    """A browser origin (scheme://host[:port]) whose pages may be recorded, as `apps.sites.origins` normalises it."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="origins")
    origin = models.CharField(max_length=255, db_index=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["site", "origin"], name="one_origin_a_site")]

    def __str__(self) -> str:
        return self.origin


class Policy(models.Model):
    """What a site allows and promises. A change is a new version with a reason; old ones stay as history."""

    class Review(models.TextChoices):
        OFFERED = "offered", _("offered: sent after 15 minutes if the person leaves without choosing")
        REQUIRED = "required", _("required: never sent without their click")
        OFF = "off", _("off: sent when it stops")

    class Mode(models.TextChoices):
        STANDARD = "standard", _("standard: what is somebody’s is hidden")
        STRICT = "strict", _("strict: only what belongs to the interface is shown")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="policies")
    version = models.PositiveIntegerField(default=1)
    retention_days = models.PositiveSmallIntegerField(
        _("days kept after the ticket is resolved"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    cap_days = models.PositiveSmallIntegerField(
        _("days kept at the very latest"),
        default=180,
        validators=[MinValueValidator(1), MaxValueValidator(180)],
    )
    link_hours = models.PositiveSmallIntegerField(
        _("hours that a link is valid"), default=72, validators=[MinValueValidator(1), MaxValueValidator(168)]
    )
    max_minutes = models.PositiveSmallIntegerField(
        _("minutes recorded at most"), default=30, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    review = models.CharField(_("review by the person"), max_length=8, choices=Review.choices, default=Review.OFFERED)
    allow_live = models.BooleanField(_("live viewing may be asked for"), default=False)
    show_staff_names = models.BooleanField(_("show the person who watched by name"), default=False)
    allow_files = models.BooleanField(_("staff may take a whole recording along as a file that plays"), default=True)
    record_console = models.BooleanField(_("record the console"), default=True)
    record_network = models.BooleanField(_("record network metadata"), default=True)
    allow_unmask = models.BooleanField(_("the page may unmask text"), default=False)
    mode = models.CharField(_("masking"), max_length=8, choices=Mode.choices, default=Mode.STANDARD)
    query_keys = models.JSONField(_("query keys that stay readable"), default=list, blank=True)
    mask_selectors = models.JSONField(_("selectors that are masked"), default=list, blank=True)
    block_selectors = models.JSONField(_("selectors that are blocked"), default=list, blank=True)
    text_patterns = models.JSONField(_("text patterns that are masked"), default=list, blank=True)
    open_input_types = models.JSONField(_("input types that stay readable"), default=list, blank=True)
    response_fields = models.JSONField(_("fields of answers that are kept"), default=list, blank=True)
    asset_origins = models.JSONField(_("origins of public assets"), default=list, blank=True)
    sign_out_paths = models.JSONField(_("paths that end a recording"), default=list, blank=True)
    never_paths = models.JSONField(_("paths that are never recorded"), default=list, blank=True)
    # Special cases (PRIVACY, section 10). Each is said in the notice and asked of the person in so many words.
    special = models.CharField(
        _("special categories that pages may show"),
        max_length=120,
        blank=True,
        help_text=_("Such as “information about health”. The person must say yes to it separately. "
                    "Better: list those pages under paths that are never recorded."),
    )  # fmt: skip
    minors = models.BooleanField(
        _("the service is for people under 18"),
        default=False,
        help_text=_("Nobody is asked for a recording unless a guardian reads along, as you describe it below."),
    )
    guardian = models.CharField(
        _("how a guardian agrees"),
        max_length=200,
        blank=True,
        help_text=_("A sentence for the person, such as “Read this with a parent, who agrees as well.”"),
    )
    workers = models.BooleanField(
        _("the people recorded work for you"),
        default=False,
        help_text=_("Consent of those who depend on you is rarely free, and may be void. Name the assessment below."),
    )
    worker_basis = models.CharField(
        _("legal basis for workers"), max_length=200, blank=True, help_text=_("Said in the notice beside consent.")
    )
    health = models.BooleanField(
        _("health service"),
        default=False,
        help_text=_(
            "Staff are signed out after 15 idle minutes. In the USA you need an agreement with your host (BAA)."
        ),
    )
    assessment = models.CharField(
        _("impact assessment"),
        max_length=200,
        blank=True,
        help_text=_("Its number or address. Needed for minors and for workers."),
    )
    reason = models.CharField(_("reason of the change"), max_length=300, blank=True)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["site", "-version"]
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(fields=["site", "version"], name="one_policy_a_version"),
            models.CheckConstraint(
                condition=models.Q(retention_days__gte=1, retention_days__lte=90), name="retention_1_to_90"
            ),
            models.CheckConstraint(condition=models.Q(cap_days__gte=1, cap_days__lte=180), name="cap_1_to_180"),
        ]

    def __str__(self) -> str:
        return f"{self.site} v{self.version}"

    @property
    def statements(self) -> list[str]:
        """What a person must say yes to, each by itself, before they can agree."""
        return [name for name, is_asked in [("special", self.special), ("guardian", self.minors)] if is_asked]

    def clean(self) -> None:
        """A rule of masking that a browser cannot read would hide nothing: it refuses to be saved."""
        wrong = {}
        for name in masking.RULES:
            try:
                masking.check(name, getattr(self, name))
            except Invalid as error:
                wrong[name] = error.text
        if (self.minors or self.workers) and not self.assessment.strip():
            wrong["assessment"] = str(_("For minors and for workers an impact assessment must be named."))
        if wrong:
            raise ValidationError(wrong)


class Vocabulary(models.Model):
    """The phrases of a site's own files as a filter, for strict mode (`apps.sites.vocabulary`). The newest holds."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="vocabularies")
    digest = models.CharField(max_length=96)  # SHA-384 of the content, in hexadecimal
    content = models.BinaryField()
    phrases = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "vocabularies"

    def __str__(self) -> str:
        return f"{self.site} · {self.phrases}"

    @property
    def file_name(self) -> str:
        return f"vocab-{self.digest[:32]}.bin"

    @property
    def integrity(self) -> str:
        return f"sha384-{base64.b64encode(bytes.fromhex(self.digest)).decode()}"


class Brand(models.Model):
    """How a site looks on the person's pages and in their mails (`apps.sites.branding`). Without one it looks as we do."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="brand")
    accent = models.CharField(_("accent colour"), max_length=7, blank=True)
    accent_dark = models.CharField(_("accent colour on dark pages"), max_length=7, blank=True)
    # A small PNG of our own drawing. In the database, so that it is backed up, moved and deleted with its site.
    logo = models.BinaryField(blank=True, default=b"")
    logo_width = models.PositiveSmallIntegerField(default=0)
    logo_height = models.PositiveSmallIntegerField(default=0)
    digest = models.CharField(max_length=32)  # of all of it: another look has another address

    def __str__(self) -> str:
        return f"{self.site} · {self.accent}"


# The key of the text with which the mail begins that carries a link.
MAIL_KEY = "mail"


class NoticeText(models.Model):
    """A text of the notice that a site words in its own way."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="notice_texts")
    language = models.CharField(max_length=12, default="en")
    key = models.CharField(max_length=40)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "language", "key"], name="one_text_a_key")]

    def __str__(self) -> str:
        return f"{self.site} {self.language} {self.key}"


class Membership(models.Model):
    """Who works for a site, and as what."""

    class Role(models.TextChoices):
        AGENT = "agent", _("agent")
        SUPERVISOR = "supervisor", _("supervisor")
        PRIVACY = "privacy", _("privacy officer")
        ADMIN = "admin", _("admin of the site")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.AGENT)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "user", "role"], name="one_membership_a_role")]

    def __str__(self) -> str:
        return f"{self.user} · {self.site} · {self.get_role_display()}"


class InvitedRole(models.Model):
    """The role that an invitation will give once it is accepted."""

    invitation = models.ForeignKey("accounts.Invitation", on_delete=models.CASCADE, related_name="roles")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=12, choices=Membership.Role.choices, default=Membership.Role.AGENT)

    def __str__(self) -> str:
        return f"{self.invitation} · {self.site} · {self.role}"
