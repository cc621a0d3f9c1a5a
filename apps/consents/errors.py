"""What consents refuse."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid, NotPossible


class StatementMissing(Invalid):
    """What has to be agreed to by itself was not (GDPR Art. 9(2)(a), Art. 8)."""

    code = "statement_missing"
    sentence = _("Nothing was agreed to: please tick what is asked separately, or choose not to record.")


class NoticeChanged(NotPossible):
    """What would be recorded is not what was shown: the page must be read again."""

    code = "notice_changed"
    sentence = _("Something on this page has changed since you opened it. Please read it again.")


class ConsentMissing(NotPossible):
    """There is no consent that covers this."""

    code = "consent_missing"
    sentence = _("There is no consent for this.")
