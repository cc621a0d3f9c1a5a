"""Errors of the JSON API, as problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from apps.core.errors import PROBLEM, PlacetError, problem


def _problem(status: int, code: str, detail: str, **extra: object) -> Response:
    return Response(problem(status, code, detail, **extra), status=status, content_type=PROBLEM)


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: one shape for every refusal, never a stack trace."""
    if isinstance(error, PlacetError):
        return _problem(error.status, error.code, error.text)
    answer = exception_handler(error, context)
    if answer is None:
        return None
    if isinstance(error, ValidationError):
        told = _problem(400, "invalid", "Some fields are not right.", fields=answer.data)
    else:
        code = str(error.default_code) if isinstance(error, APIException) else "not_found"
        detail = answer.data.get("detail", "") if isinstance(answer.data, dict) else ""
        told = _problem(answer.status_code, code, str(detail))
    for name, value in answer.items():
        if name.lower() in {"www-authenticate", "retry-after", "allow"}:
            told[name] = value
    return told
