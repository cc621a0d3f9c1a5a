"""What recordings refuse, each with a sentence and a code."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.errors import Gone, Invalid, NotPossible, PlacetError, Refused, TooMany


class Malformed(Invalid):
    """The body is not what docs/wire.md says (400)."""

    code = "malformed"
    sentence = _("The upload cannot be read.")


class TokenWrong(PlacetError):
    code = "token_wrong"
    status = 401
    sentence = _("The token does not belong to this recording.")


class OriginRefused(Refused):
    code = "origin"
    sentence = _("This page's origin is not one of the site's.")


class CodeRefused(Gone):
    """The start code was used, is too old, or is not ours. Nothing was started."""

    sentence = _("This start code cannot be used any more. Go back to the recording's page and start again.")

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OtherContent(NotPossible):
    """The same page and number came before with another content (409)."""

    code = "other_content"
    sentence = _("Another upload with this number was kept.")


class TooLarge(PlacetError):
    code = "too_large"
    status = 413
    sentence = _("The upload is too large.")


class SlowDown(TooMany):
    """Wait `retry_after` seconds, keep the chunk, try again (429)."""

    code = "slow_down"
    sentence = _("Too many uploads at once.")

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__(retry_after=retry_after)
        self.retry_after = retry_after


class NotNow(PlacetError):
    """It cannot be kept at this moment: paused, or too busy. Keep the chunk and try again (503)."""

    code = "not_now"
    status = 503
    sentence = _("Not possible at this moment.")

    def __init__(self, code: str = "not_now", *, retry_after: int = 2) -> None:
        super().__init__(retry_after=retry_after)
        self.code = code
        self.retry_after = retry_after


class Closed(PlacetError):
    """It is kept and shown to nobody of the staff: frozen by the person, or on legal hold (423)."""

    code = "closed"
    status = 423
    sentence = _("The person has frozen this recording. It is kept, and nobody may watch it.")


class OnHold(NotPossible):
    """Staff cannot delete what a legal hold keeps (409). The person can."""

    code = "on_hold"
    sentence = _("This recording is on legal hold. End the hold first.")


class ReasonNeeded(Refused):
    """Whoever the ticket is not given to, or who took it from somebody, says why they watch (403)."""

    code = "reason_needed"
    sentence = _("This ticket is somebody else's. Say why you need to watch: the person reads it.")


class NobodyThere(NotPossible):
    """No trusted pointer or key event was seen, neither in the recorded page nor on ours (409)."""

    code = "nobody_there"
    sentence = _("We have not seen anybody press or type, so nothing was sent.")


class NotReadable(NotPossible):
    """The recording's state shows it to nobody, or not to this reader (409)."""

    code = "not_readable"
    sentence = _("This recording cannot be watched in its present state.")
