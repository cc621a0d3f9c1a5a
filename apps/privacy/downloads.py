"""How a file of a person's goes out: kept by no cache, and with the digest of what was sent (RFC 9530)."""

from __future__ import annotations

import base64
import hashlib

from django.http import HttpResponse


def zip_answer(body: bytes, name: str) -> HttpResponse:
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.zip"',
        "Content-Digest": f"sha-256=:{digest}:",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(body, content_type="application/zip", headers=headers)
