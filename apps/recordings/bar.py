"""What the recording bar says in the customer's page (frontend/src/bar), in the language of the consent.

`{n}` in a text is put there by the browser. A key `kind.case` falls back to `kind`.
"""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.errors import Gone
from apps.recordings.models import Recording


def words(recording: Recording) -> dict[str, str]:
    """Everything that the bar of this recording may have to say."""
    with translation.override(_language(recording)):
        return spoken(
            agent=agent_name(recording),
            site=recording.site.name,
            ticket=recording.ticket.number if recording.ticket else 0,
        )


def agent_name(recording: Recording) -> str:
    """The first name, as the notice says it."""
    agent = recording.link.issued_by if recording.link else None
    return agent.name.split(" ")[0] if agent else ""


def spoken(*, agent: str, site: str, ticket: int) -> dict[str, str]:
    who = {"agent": agent or _("Support"), "site": site, "ticket": ticket}
    return {
        "ask": _("{agent} from {site} asks to record this page for request #{ticket}. Is this for you?").format(**who),
        "start": _("Record and share with support"),
        "start.before": _("Nothing is recorded yet."),
        "not_me": _("This was not me"),
        "recording": _("Recording"),
        "recording.watched": _("Recording, {n} watching now"),
        "left": _("{n} left"),
        "lost": _("Parts were not stored"),
        "offline": _("No connection. It is sent later."),
        "alone": _("Your browser keeps nothing, so only this page is recorded"),
        "sending": _("Sending the last part …"),
        "move": _("Move this bar"),
        "pause": _("Pause"),
        "resume": _("Resume"),
        "stop": _("Stop & review"),
        "withdraw": _("Delete"),
        "withdraw.sure": _("Delete this recording for good?"),
        "withdraw.now": _("Delete now"),
        "keep": _("Keep it"),
        "go": _("Go to your page"),
        "close": _("Close"),
        **_tools(),
        "bare": _("Almost all text is hidden"),
        "over.stopped": _("Stopped. Look at it before you send it."),
        "over.deleted": _("Deleted. Nothing is left."),
        "over.not_me": _("Nothing was recorded. Support has been told."),
        "over.not_reached": _("Nothing more is recorded, but the server cannot be reached. Delete it on your page."),
        **_paused(),
        **_ended(),
    }


def _tools() -> dict[str, str]:
    """What "More" opens (frontend/src/extras/tools.ts)."""
    return {
        "more": _("More"),
        "tools": _("What would you like to do?"),
        "tools.note": _("Write a note"),
        "tools.hide": _("Hide something"),
        "tools.look": _("What support does not see"),
        "tools.back": _("Back"),
        "tools.done": _("Done"),
        "note": _("What happened just now?"),
        "note.save": _("Add the note"),
        "note.done": _("Noted at this moment."),
        "hide": _("Press what support must not see. With keys: the arrows choose."),
        "hide.this": _("Hide this"),
        "hide.done": _("Hidden from now on. Remove what was recorded of this page before, too?"),
        "hide.before": _("Remove it for good"),
        "hide.keep": _("Keep it"),
        "hide.gone": _("It is removed before the recording is sent."),
        "hide.failed": _("The server cannot be reached. You can remove it in the review."),
        "look": _("{n} parts are hidden as a whole. In other text, numbers and names that the rules know are, too."),
        "look.strict": _("{n} parts are hidden as a whole, and almost all text."),
    }


def _paused() -> dict[str, str]:
    return {
        "paused": _("Paused. Nothing is recorded."),
        "paused.page": _("Paused by this page."),
        "paused.path": _("Paused: this page is never recorded."),
        "paused.elsewhere": _("Paused in another window."),
        "paused.covered": _("Paused: this bar was hidden or covered."),
        "paused.slow": _("Paused: this page got too slow."),
        "paused.large": _("Paused: this page is too large to record."),
        "paused.away": _("Paused: the server cannot be reached."),
        "paused.refused": _("Paused: the server refused."),
        "paused.still": _("Still paused: the server cannot be reached."),
    }


def _ended() -> dict[str, str]:
    """By the reasons of docs/wire.md."""
    deleted = _("The recording was deleted.")
    return {
        "ended": _("The recording has ended."),
        "ended.withdrawn": deleted,
        "ended.discarded": deleted,
        "ended.deleted": deleted,
        "ended.revoked": _("Support ended this recording."),
        "ended.limit": _("The time is over."),
        "ended.signed_out": _("You signed out, so the recording has ended."),
        "ended.void": _("This recording never started."),
        "ended.replaced": _("This recording goes on in another window."),
    }


def not_started() -> dict[str, str]:
    """For a page that got no words with its grant, since it got no grant: the browser has them in every language."""
    return {
        "ended": _("This recording could not start here. Nothing is recorded. Go back to your page and tell support."),
        "close": _("Close"),
    }


def refused(refusal: Gone) -> str:
    """Why nothing starts with this code."""
    sentences = {
        **_ended(),
        "ended.code_spent": _("This start link was used already. Nothing is recorded here."),
        "ended.code_expired": _("This start link is too old. Nothing is recorded here."),
        "ended.code_unknown": _("This start link is not known. Nothing is recorded here."),
    }
    return sentences.get(f"ended.{refusal.reason}", sentences["ended"])


def _language(recording: Recording) -> str:
    """In which the person read the notice and agreed."""
    return recording.receipt.notice.language if recording.receipt else settings.LANGUAGE_CODE
