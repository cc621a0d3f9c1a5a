"""What the pages that hold a Replayer share: their policy, their words, and how contents are answered.

The staff's player and the person's review page stand side by side on top; neither may import the other.
"""

from __future__ import annotations

import zlib
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.core.actors import Actor
from apps.recordings.models import Recording
from apps.recordings.services import assets, second_gate


def own_assets(request: HttpRequest, recording: Recording, *, by: Actor) -> str:
    """The one address under which this recording's own pictures, fonts and styles lie for `by`."""
    return request.build_absolute_uri(f"/assets/{recording.pk}/{assets.token(recording, by=by)}/")


def policy(assets_at: str) -> dict[str, list[str]]:
    """The policy of a document that holds a Replayer, and of nothing else.

    The replayed document inherits it, and without inline styles it would have none at all. That is the only
    reason for 'unsafe-inline' here. What was recorded may not load anything but its own assets and pictures
    in themselves.
    """
    return {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [assets_at, "data:"],
        "font-src": [assets_at, "data:"],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [NONE],
    }


def holds_replayer(response: HttpResponse, assets_at: str) -> HttpResponse:
    """Give `response` the Replayer's policy, and keep it out of every cache."""
    # django-csp's decorators take a fixed policy; this one names the recording.
    response._csp_config = policy(assets_at)  # type: ignore[attr-defined]
    return never_kept(response)


def never_kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def packed_contents(request: HttpRequest, packed: bytes) -> HttpResponse:
    """`contents` of what lies compressed (zlib); inflated here only for a client that cannot."""
    if "deflate" not in request.headers.get("Accept-Encoding", ""):
        return contents(zlib.decompress(packed))
    response = contents(packed)
    response["Content-Encoding"] = "deflate"
    return response


def contents(body: bytes) -> HttpResponse:
    """A piece of a recording: sent whole, never kept, never anything but data."""
    response = never_kept(HttpResponse(body, content_type="application/json"))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def gaps() -> dict[str, str]:
    """Why a stretch of time holds nothing, in words."""
    return {
        "paused": _("Paused by the person"),
        "offline": _("The person was offline"),
        "hidden": _("The tab was in the background"),
        "over_budget": _("Too much happened at once to record it"),
        "gate": _("Left out because it could not be masked safely"),
        "covered": _("Paused because the recording bar was covered"),
        "never_path": _("On a page that is never recorded"),
        "cut": _("Removed by the person"),
        "lost": _("Nothing was recorded here"),
        "away": _("No page of this site was open"),
    }


def caught() -> dict[str, str]:
    """The classes of the second gate, in words."""
    identifier = _("Personal ID number")
    return {
        **dict.fromkeys(second_gate.IDENTIFIERS, identifier),
        "card": _("Card number"),
        "card_code": _("Security code of a card"),
        "card_expiry": _("Expiry date of a card"),
        "iban": _("IBAN"),
        "bank_account": _("Bank account"),
        "email": _("E-mail address"),
        "phone": _("Phone number"),
        "name": _("Names"),
        "jwt": _("Access token"),
        "bearer": _("Access token"),
        "basic": _("Sign-in in a header"),
        "api_key": _("API key"),
        "private_key": _("Private key"),
        "password": _("Password"),
        "secret_key": _("Value of a field that is secret by its name"),
        "url_credentials": _("Password in an address"),
        "high_entropy": _("Session or other token"),
        "passport": _("Passport number"),
        "driving_licence": _("Driving licence"),
        "many": _("Too much at once to look at"),
    }


def picture_words() -> dict[str, Any]:
    """What the recorded person meets as well, who sees the picture and no panel beside it."""
    return {
        "frameTitle": _("The recorded page"),
        "gaps": gaps(),
        "gapsShort": {"paused": _("paused"), "offline": _("offline"), "cut": _("removed")},
        "gapAt": _("{cause}, {time} from {from}"),
        "unseen": {
            "frame": _("Not recorded: other site"),
            "canvas": _("Not recorded: drawing area"),
            "blocked": _("Not recorded: blocked"),
            "media": _("Not recorded: video or sound"),
        },
        "markers": {
            "error": _("Error"),
            "console": _("Console error"),
            "network": _("Failed request"),
            "message": _("Message"),
            "crash": _("The page was gone without having been left"),
            "rage": _("Clicked again and again"),
            "dead": _("Nothing happened after a click"),
            "loop": _("The same message for the third time"),
            "slow": _("Slow request"),
            "reload": _("Loaded again"),
            "back": _("There and back"),
            "navigate": _("Page"),
            "note": _("Note"),
            "remark": _("Remark"),
        },
        "timeOf": _("{time} of {whole}"),
        "skipped": _("Skipped {time} in which nothing happened"),
        "skippedGap": _("Skipped {time}: {cause}"),
        "play": _("Play"),
        "pause": _("Pause"),
        "noMarker": _("Nothing more is marked in this direction"),
        "noProblem": _("No problem was found in this recording"),
        "speed": _("Speed {speed}×"),
        "failed": {
            "0": _("The server cannot be reached. Reload the page to try again."),
            "404": _("This recording is gone."),
            "410": _("This recording was withdrawn by the person or deleted. It can no longer be shown."),
            "other": _("This part of the recording cannot be shown. Reload the page to try again."),
        },
    }


def hidden() -> dict[str, str]:
    """What the gate in the browser hid, in words; recordings of before its rules had these names keep theirs."""
    return {
        "mask": _("Whole texts"),
        "input": _("What was typed"),
        "typed": _("What was typed, where the page showed it again"),
        "choice": _("What was chosen"),
        "unfinished": _("What was still being written"),
        "image": _("Pictures"),
        "block": _("Blocked areas"),
        "hidden": _("What the site’s own expressions match"),
        "pattern": _("Texts that held one of these before"),
        "query": _("Values in addresses of pages"),
        "token": _("Access tokens"),
        "secret": _("Passwords and codes"),
        "key": _("Private keys"),
        "e-mail": _("E-mail addresses"),
        "phone": _("Phone numbers"),
        "card": _("Card numbers"),
        "IBAN": _("IBANs"),
        "bank": _("Bank accounts"),
        "ID number": _("Personal ID numbers"),
        "date of birth": _("Dates of birth"),
        "name": _("Names"),
        "person": _("People"),
        "somebody": _("People, by the part that they play"),
        "address": _("Postal addresses"),
        "location": _("Places on a map"),
        "contact": _("Ways to reach somebody"),
        "message": _("Messages"),
        "health": _("Health"),
        "private": _("Other private matters"),
        "text": _("Text"),
        "attribute": _("Attributes"),
        "url": _("Addresses"),
        "password": _("Passwords"),
        "email": _("E-mail addresses"),
    }


def preview() -> dict[str, Any]:
    """What the preview in a site's own page has to say (frontend/src/extras/preview.ts)."""
    return {
        "said": _("A recording of this page would show this. Nothing is recorded now."),
        "counted": _("{shown} texts shown · {masked} masked · {left} left out"),
        "again": _("Look again"),
        "close": _("Close"),
        "shown": _("Shown"),
        "mark": _("Marked in the page"),
        "rule": _("A rule of this site"),
        "strict": _("Not among the site’s own words"),
        "classes": hidden(),
        "unseen": picture_words()["unseen"],
    }


def words() -> dict[str, Any]:
    """What the scripts have to say, in the reader's language."""
    picture = picture_words()
    return {
        **picture,
        "levels": {
            "log": _("log"),
            "info": _("info"),
            "warn": _("warning"),
            "error": _("error"),
            "debug": _("debug"),
        },
        "copied": _("Link at {time} copied"),
        "copyThis": _("The address bar now holds the link at {time}"),
        "rangeFrom": _("The part begins at {time}. Press again at its end."),
        "rangeCopied": _("Link to {time} copied"),
        "tabs": _("Tabs"),
        "tab": _("Tab {number}"),
        "keepTab": _("Stay with this tab, or follow the person again"),
        "keepsTab": _("Shows {tab} only"),
        "followsTabs": _("Follows the person from tab to tab"),
        "notOpen": _("This tab was not open"),
        "watchedBefore": _("Staff have watched {time} of it"),
        "states": {
            "deleting": _("This recording is being deleted and can no longer be shown."),
            "deleted": _("This recording was deleted."),
            "processing": _("This recording is being prepared again. Please reload the page in a moment."),
            "in_review": _("This recording is back with the person for review."),
        },
        "failed": {
            **picture["failed"],
            "401": _("You are signed out. Sign in and open this page again."),
            "403": _("You may not watch this recording."),
            "409": _("This recording can no longer be shown in its present state."),
            "423": _(
                "The person has frozen this recording, or it is on legal hold. It is kept, and cannot be watched now."
            ),
        },
        "nothing": _("Nothing"),
        "nothingFound": _("Nothing found"),
        "times": _("({count} times)"),
        "noAnswer": _("no answer"),
        "remarkAt": _("Remark at {time}"),
        "remarkKept": _("Kept with the recording, and shown on the ticket"),
        "storyCopied": _("Steps and problems are on the ticket now"),
        "exported": _("Saved. The person sees that it was exported, and why."),
        "notDone": _("That did not work. Try again."),
        "liveEnded": _("It has ended. You can watch it once the person has sent it."),
        "livePaused": _("Paused by the person"),
        "liveWaits": _("Waiting for the page"),
        "liveBehind": _("You look at what was {time} ago"),
        "masked": hidden(),
        "hiddenHere": _("Hidden in the person’s browser: {what}"),
        "gate": caught(),
        "places": {
            "text": _("in a text"),
            "attribute": _("in the attribute {name}"),
            "console": _("in the console"),
            "network": _("in a request’s address"),
            "error": _("in an error"),
            "step": _("in the name of what was used"),
            "address": _("in the page’s address"),
            "other": _("elsewhere"),
        },
    }
