"""The mails that the demo wrote into its folder instead of sending them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

# What Django's file backend writes after each message.
_BETWEEN = re.compile(rb"^-{79}\n", re.MULTILINE)
NEWEST = 100


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    at: datetime | None
    body: str


def _moment(date: str | None) -> datetime | None:
    """RFC 5322, section 3.3: "-0000", which Django writes, is UTC and says nothing of the sender's zone."""
    if not date:
        return None
    at = parsedate_to_datetime(date)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _read(raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101  what policy.default makes
    text = message.get_body(("plain", "html"))
    return Mail(
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        at=_moment(message["Date"]),
        body=text.get_content() if text is not None else "",
    )


def mails() -> list[Mail]:
    """The newest mails first; none where mail does not go to a folder."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not folder or not Path(folder).is_dir():
        return []
    files = sorted(Path(folder).glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)[:NEWEST]
    found = [_read(raw) for path in files for raw in _BETWEEN.split(path.read_bytes()) if raw.strip()]
    return sorted(found, key=lambda mail: mail.at.timestamp() if mail.at else 0.0, reverse=True)[:NEWEST]
