"""Why a recording does not start: the landing page as a visitor gets it who has signed in nowhere.

Looked at only after the person has said that nothing started, and only where a webhook might go as well
(`addresses`): the answer is one word, and nothing of the page is kept.
"""

from __future__ import annotations

import http.client

from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.integrations.services import addresses
from apps.integrations.services.addresses import UnreachableError
from apps.integrations.services.delivery import Deadline, connect
from apps.links import services as links
from apps.links.models import MagicLink

MOST_BYTES = 512 * 1024  # a snippet belongs into the head
BATCH = 50
Stuck = MagicLink.Stuck


def look_at_stuck() -> int:
    """Look at the landing pages of the links that did not start; returns how many."""
    waiting = MagicLink.objects.filter(stuck_at__isnull=False, stuck_why="").select_related("site")
    rows = list(waiting.order_by("stuck_at")[:BATCH])
    for link in rows:
        why = look(link.landing_url, public_key=link.site.public_key)
        links.note_stuck_why(link, why, by=Actor.system("task:look_at_stuck"))
    return len(rows)


def look(url: str, *, public_key: str) -> Stuck:
    """Return what is the matter with the page at `url`; `Stuck.FINE` where it carries the site's snippet."""
    try:
        endpoint = addresses.parse(url.partition("#")[0])
        connection = connect(endpoint, addresses.resolve(endpoint))
    except Invalid:
        return Stuck.NOT_CHECKED
    except UnreachableError as error:
        return Stuck.NOT_CHECKED if error.reason == "address_not_allowed" else Stuck.UNREACHABLE
    try:
        with Deadline(connection):
            connection.request("GET", endpoint.target, headers={"Host": endpoint.authority, "Accept": "text/html"})
            answer = connection.getresponse()
            page = answer.read(MOST_BYTES).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return Stuck.UNREACHABLE
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        return Stuck.STATUS
    if "/placet.js" not in page:
        return Stuck.NO_SNIPPET
    return Stuck.FINE if public_key in page else Stuck.OTHER_SITE
