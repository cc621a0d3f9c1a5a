"""The key store is a database of its own, so that backups of the main one never hold a key."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


class KeysRouter:
    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return "keys" if model._meta.app_label == "keys" else "default"

    db_for_write = db_for_read

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool | None:
        return first._meta.app_label != "keys" and second._meta.app_label != "keys"

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == "keys") == (app_label == "keys")
