"""Parts of a recording as files for other tools. Each is written to the audit trail, with the reason that was given,
and named in the deletion receipt, as `transfer.export` is.

Whatever the recorded page or its visitor wrote is hostile: it appears only as JSON, as base64, as escaped text, or as a
string literal of which every character but letters, digits and spaces is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Invalid, Refused, Unknown
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle, offline, replay, story

Index = dict[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Case:
    """What a file is made of."""

    recording: Recording
    index: Index
    mark: str
    by: Actor


def may_take_page(recording: Recording) -> bool:
    """Whether the whole recording may be taken along: neither by what was agreed to nor today does the site forbid it."""
    return lifecycle.policy_of(recording).allow_files and recording.site.policy.allow_files


def export(recording: Recording, kind: str, *, reason: str, by: Actor) -> File:
    """Return one of `KINDS`. Raises `Unknown`, `Invalid` without a reason, `Refused` for a whole recording where the
    site forbids that, or what `replay.readable` raises.
    """
    if kind not in KINDS:
        raise Unknown
    if not reason.strip():
        raise Invalid(_("Say why it is exported: the person sees it."))
    fresh = replay.readable(recording, by=by)
    if kind == PAGE and not may_take_page(fresh):
        raise Refused(_("This site’s rules forbid taking a whole recording along."))
    ending, content_type, make = KINDS[kind]
    body = make(Case(fresh, story.index(fresh, by=by), _mark(fresh, by), by))
    audit.record("recording.exported", by=by, subject=fresh, kind=kind, reason=reason[:200])
    return File(f"{fresh.pk}.{ending}", content_type, body.encode())


def _mark(recording: Recording, by: Actor) -> str:
    """What each file says of itself: whose copy it is and when it must be gone, so that one that turns up tells."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f"Exported by {by.id} at {now}. Delete this copy by {_gone_by(recording)}, "
        f"or when recording {recording.pk} is deleted."
    )


def _gone_by(recording: Recording) -> str:
    """When whoever holds a copy must have removed it: an export inherits the recording's deadline."""
    return (recording.delete_at or recording.latest_at).date().isoformat()


# --- Words ------------------------------------------------------------------------------------------


def _text(case: Case) -> str:
    return f"{case.mark}\n\n{story.text(case.index)}\n"


# --- Requests ---------------------------------------------------------------------------------------


def _har(case: Case) -> str:
    """HTTP Archive 1.2 of what was kept: no headers, no contents. http://www.softwareishard.com/blog/har-12-spec/"""
    log = {
        "version": "1.2",
        "creator": {"name": "placet", "version": "1"},
        "comment": case.mark,
        "entries": [_entry(row) for row in case.index["network"]],
    }
    return json.dumps({"log": log}, indent=1)


def _entry(row: Row) -> Row:
    took = row["duration_ms"] or 0
    return {
        "startedDateTime": datetime.fromtimestamp(row["at_ms"] / 1000, UTC).isoformat(timespec="milliseconds"),
        "time": took,
        "request": {
            "method": row["method"], "url": row["url"], "httpVersion": "", "cookies": [], "headers": [],
            "queryString": [], "headersSize": -1, "bodySize": row["request_bytes"] or -1,
        },
        "response": {
            "status": row["status"], "statusText": row["error"] or "", "httpVersion": "", "cookies": [], "headers": [],
            "content": {"size": row["response_bytes"] or 0, "mimeType": "", "comment": "never recorded"},
            "redirectURL": "", "headersSize": -1, "bodySize": row["response_bytes"] or -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
    }  # fmt: skip


# --- A script ---------------------------------------------------------------------------------------

ROLES = {"button", "link", "tab", "checkbox", "radio", "switch", "option", "menuitem", "heading"}
ROLE_OF_TAG = {"submit": "button", "reset": "button", "a": "link", "summary": "button"}
PLACEHOLDER = "PLACEHOLDER"


def literal(value: str) -> str:
    """A Python string of which nothing can break out, in code, in a comment or in a terminal."""
    escaped = "".join(char if char.isascii() and (char.isalnum() or char == " ") else _escape(char) for char in value)
    return f'"{escaped}"'


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"


def _script(case: Case) -> str:
    """What the person did, as a test for pytest-playwright; it also runs by itself."""
    body = "\n".join(f"    {line}" for line in _actions(case.index))
    return f'''"""What happened in recording {case.recording.pk}, step by step. What was typed was never recorded: fill in PLACEHOLDER.

{case.mark}
"""

from playwright.sync_api import Page, sync_playwright

{PLACEHOLDER} = "placeholder"


def test_what_happened(page: Page) -> None:
{body or "    pass"}


if __name__ == "__main__":
    with sync_playwright() as playwright:
        test_what_happened(playwright.chromium.launch(headless=False).new_page())
'''


def _actions(index: Index) -> Iterator[str]:
    is_there = False
    for row in index["steps"]:
        label, kind = row.get("label") or "", row["kind"]
        if kind == "navigate":
            # Later ones follow from what was pressed.
            if not is_there and label:
                yield f"page.goto({literal(label)})"
                is_there = True
        elif label and label != "[hidden]":
            yield from _action(kind, label, row.get("role") or "")
    yield "page.wait_for_timeout(1000)"


def _action(kind: str, label: str, role: str) -> Iterator[str]:
    field = f"page.get_by_label({literal(label)}).first"
    if kind == "input" and role in {"checkbox", "radio"}:
        yield f"{field}.check()"
    elif kind == "input":
        yield f"{field}.fill({PLACEHOLDER})"
    elif kind == "choose":
        yield f"{field}.select_option(index=1)"
    elif kind == "click":
        role = ROLE_OF_TAG.get(role, role)
        found = (
            f"get_by_role({literal(role)}, name={literal(label)})"
            if role in ROLES
            else f"get_by_text({literal(label)})"
        )
        yield f"page.{found}.first.click()"


# --- The whole of it --------------------------------------------------------------------------------


def _page(case: Case) -> str:
    """A page that plays the recording by itself, for an engineer without an account."""
    recording, by = case.recording, case.by
    return offline.page(
        "recordings/offline_copy.html",
        recording,
        replay.index(recording, by=by),
        offline.segments(recording, by=by),
        heading=_("Recording for an engineer"),
        lead=_("It plays here without a connection: nothing is loaded and nothing is sent. Pictures are left out."),
        mark=case.mark,
        told=story.text(case.index),
    ).decode()


PAGE = "page"
KINDS: dict[str, tuple[str, str, Callable[[Case], str]]] = {
    "text": ("txt", "text/plain; charset=utf-8", _text),
    "requests": ("har", "application/json", _har),
    "script": ("py", "text/plain; charset=utf-8", _script),
    PAGE: ("html", "text/html; charset=utf-8", _page),
}
