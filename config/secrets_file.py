"""Secrets that the installation makes for itself on its first start, when the environment names none."""

import base64
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path


def new_key() -> str:
    """Return "id:base64" of 32 random bytes; the id is the day it was made on and four hex digits."""
    name = f"{datetime.now(UTC):%Y-%m-%d}-{secrets.token_hex(2)}"
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """Read the secret in `path`, or make it, readable by its owner only.

    Two processes that start together agree: the file is linked into place, and the loser reads the winner's.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
