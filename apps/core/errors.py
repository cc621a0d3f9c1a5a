"""The errors of the domain. Services raise them; one middleware and one DRF handler turn them into answers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PROBLEM = "application/problem+json"


def problem(status: int, code: str, detail: str, **extra: object) -> dict[str, object]:
    """What the JSON API says of a refusal (RFC 9457); its content type is `PROBLEM`."""
    return {"type": "about:blank", "status": status, "code": code, "detail": detail, **extra}


class PlacetError(Exception):
    """A refusal with a sentence for the person and a code for programs.

    Subclasses set `code`, `status` (HTTP) and `sentence`; an instance may carry a sentence of its own.
    """

    code = "error"
    status = 400
    sentence = _("That did not work.")

    def __init__(self, sentence: str | None = None, **context: object) -> None:
        self.text = str(sentence or self.sentence)
        self.context = context
        super().__init__(self.text)


class NotPossible(PlacetError):
    """The state of the thing does not allow it (409)."""

    code = "conflict"
    status = 409
    sentence = _("That is not possible in its present state.")


class Invalid(PlacetError):
    """What was given is malformed or not allowed (400)."""

    code = "invalid"
    status = 400
    sentence = _("That cannot be accepted.")


class Gone(PlacetError):
    """It was there and has ended (410); `reason` names why."""

    code = "gone"
    status = 410
    sentence = _("This has ended.")

    def __init__(self, reason: str, sentence: str | None = None) -> None:
        self.reason = reason
        super().__init__(sentence, reason=reason)


class Unknown(PlacetError):
    """Nothing here: one identical answer, whatever the cause (404)."""

    code = "not_found"
    status = 404
    sentence = _("There is nothing at this address.")


class Refused(PlacetError):
    """Not for this caller (403)."""

    code = "forbidden"
    status = 403
    sentence = _("You may not do that.")


class TooMany(PlacetError):
    """Slow down (429)."""

    code = "too_many"
    status = 429
    sentence = _("Too many tries. Please wait a few minutes.")


class NoSuchMove(NotPossible):
    """The table of arrows has no such arrow."""

    code = "no_such_move"
