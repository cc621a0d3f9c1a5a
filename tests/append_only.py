"""Let pytest-django empty the tables between tests that commit: the triggers refuse exactly that."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as Postgres
from django.db.backends.sqlite3.base import DatabaseWrapper as Sqlite


def let_tests_flush() -> None:
    sqlite_flush, postgres_flush = Sqlite.ops_class.sql_flush, Postgres.ops_class.sql_flush

    def on_sqlite(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        drops = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        return [*drops, *sqlite_flush(self, style, tables, **options), *(sql for _, sql in triggers)]

    def on_postgres(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        flush = postgres_flush(self, style, tables, **options)
        role = "SET session_replication_role = "
        return [f"{role}replica", *flush, f"{role}origin"] if flush else []

    Sqlite.ops_class.sql_flush = on_sqlite  # type: ignore[method-assign]
    Postgres.ops_class.sql_flush = on_postgres  # type: ignore[method-assign]
