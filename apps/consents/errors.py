"""What consents refuse."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotPossible


class NoticeChanged(NotPossible):
    """What would be recorded is not what was shown: the page must be read again."""

    code = "notice_changed"
    sentence = _("Something on this page has changed since you opened it. Please read it again.")


class ConsentMissing(NotPossible):
    """There is no consent that covers this."""

    code = "consent_missing"
    sentence = _("There is no consent for this.")
