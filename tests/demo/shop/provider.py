"""SkipperPay, the payment provider: a third origin whose frame stands in the shop's second checkout.

What is in this frame must never reach a recording, and it carries no snippet.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.demo.shop import settings

FILES = Path(__file__).resolve().parent / "provider_files"
TYPES = {"/frame": "text/html", "/frame.js": "text/javascript", "/frame.css": "text/css"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
    f"form-action 'none'; frame-ancestors {settings.SHOP_URL}"
)


def application(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
    path, method = str(environ["PATH_INFO"]), str(environ["REQUEST_METHOD"])
    if method == "POST" and path == "/tokenise":
        # The card is not even read: nothing of it can be kept or logged.
        return _answer(start_response, "201 Created", "application/json", json.dumps({"token": _token()}))
    if method in {"GET", "HEAD"} and path in TYPES:
        name = f"{path[1:]}.html" if path == "/frame" else path[1:]
        text = (FILES / name).read_text().replace("%SHOP%", settings.SHOP_URL)
        return _answer(start_response, "200 OK", TYPES[path], text)
    return _answer(start_response, "404 Not Found", "text/plain", "Not found")


def _token() -> str:
    return f"skp_{secrets.token_urlsafe(18)}"


def _answer(start_response: Callable[..., object], status: str, kind: str, text: str) -> list[bytes]:
    body = text.encode()
    headers = [
        ("Content-Type", f"{kind}; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
    ]
    start_response(status, headers)
    return [body]
