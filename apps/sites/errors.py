"""What sites refuse."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import NotPossible


class SiteHalted(NotPossible):
    """Everything on this site is stopped."""

    code = "site_halted"
    sentence = _("Recording is switched off for this site at the moment.")
