"""Logs hold no token: what looks like one is cut out of each line before it is written, tracebacks included.

Plain lines for people, or one JSON object a line for machines (LOG_FORMAT=json), with the id that the answer and the audit
trail carry as well. Nothing else of a request is in it: no address, no user.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

# Addresses that carry a token, and itsdangerous' own shape (payload.timestamp.signature).
_PATHS = re.compile(r"(/(?:l|invitation|a)/)[^\s/?\"'\\]+")
_TOKENS = re.compile(r"\b[\w-]{2,}\.[\w-]{6}\.[\w-]{43}\b")


def clean(text: str) -> str:
    return _TOKENS.sub("[token]", _PATHS.sub(r"\1[token]", text))


class WithoutTokens(logging.Filter):
    """For handlers that format by themselves."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        cleaned = clean(text)
        if cleaned != text:
            record.msg, record.args = cleaned, None
        return True


class Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


class Json(logging.Formatter):
    """One object a line: `at` (UTC), `level`, `logger`, `message`; `request` and `error` where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        from apps.core.middleware import request_id  # models are not there yet when logging is set up

        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": clean(record.getMessage()),
        }
        if request_id.get():
            said["request"] = request_id.get()
        if record.exc_info:
            said["error"] = clean(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)
