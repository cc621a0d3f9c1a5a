"""What a link refuses, each with its own sentence for the person who holds it."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Gone, NotPossible


class LinkSpent(NotPossible):
    """Somebody has agreed with it already."""

    code = "link_spent"
    sentence = _("This link has been used already.")


class LinkDeclined(NotPossible):
    code = "link_declined"
    sentence = _("You said no to this request.")


class RefusedLately(NotPossible):
    """The person said no, or took a consent back, within the last day: nobody presses them."""

    code = "refused_lately"
    sentence = _(
        "They said no less than 24 hours ago. Ask again tomorrow; they can change their mind with the same link."
    )


class LinkSuspended(NotPossible):
    code = "link_suspended"
    sentence = _("This link is on hold until the support team has answered.")


class LinkReplaced(NotPossible):
    code = "link_replaced"
    sentence = _("A newer link has taken the place of this one.")


class LinkExpired(Gone):
    code = "link_expired"
    sentence = _("This link has expired.")

    def __init__(self) -> None:
        super().__init__("expired")


class LinkRevoked(Gone):
    code = "link_revoked"
    sentence = _("The support team has taken this request back.")

    def __init__(self) -> None:
        super().__init__("revoked")
