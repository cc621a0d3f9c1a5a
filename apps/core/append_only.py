"""Tables that the database itself keeps from being rewritten: for migrations.

    operations = [append_only.guard("core_auditentry")]

A trigger refuses UPDATE and DELETE, on SQLite and on PostgreSQL, whoever asks; there also TRUNCATE. It
stops mistakes and the application's own role, not somebody who may drop triggers: against those stands the
chain.

When a later migration makes Django rebuild one of these tables on SQLite, its triggers go with the old
table, and that migration must guard it again; a test fails if it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Step = Callable[[Any, BaseDatabaseSchemaEditor], None]
NOW = {"sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')", "postgresql": "now()"}


def _sqlite(table: str, changed: str, may_go: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    update = f"WHEN {changed}" if changed else ""
    # A condition that is NULL must not admit anything.
    delete = f"WHEN ({may_go}) IS NOT TRUE" if may_go else ""
    return [
        f'CREATE TRIGGER "{table}_keep" BEFORE UPDATE ON "{table}" {update} {refuse}',
        f'CREATE TRIGGER "{table}_stay" BEFORE DELETE ON "{table}" {delete} {refuse}',
    ]


def _postgresql(table: str, changed: str, may_go: str) -> list[str]:
    # A trigger's WHEN takes no subquery on PostgreSQL, so the conditions stand in its function.
    rules = [f"IF TG_OP = 'UPDATE' AND NOT ({changed}) THEN RETURN NEW; END IF;"] if changed else []
    rules += [f"IF TG_OP = 'DELETE' AND ({may_go}) THEN RETURN OLD; END IF;"] if may_go else []
    return [
        f"""CREATE FUNCTION "{table}_guard"() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            {" ".join(rules)}
            RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation';
        END $$""",
        f'CREATE TRIGGER "{table}_keep" BEFORE UPDATE OR DELETE ON "{table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{table}_guard"()',
        f'CREATE TRIGGER "{table}_stay" BEFORE TRUNCATE ON "{table}" '
        f'FOR EACH STATEMENT EXECUTE FUNCTION "{table}_guard"()',
    ]


def _guarding(
    table: str, *, columns: Sequence[str] = (), never_later: Sequence[str] = (), may_go: str = ""
) -> tuple[Step, Step]:
    """What puts the triggers of `guard` in place, and what takes them away."""

    def install(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        vendor = schema_editor.connection.vendor
        differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
        changed = [f'OLD."{column}" {differs} NEW."{column}"' for column in columns]
        changed += [f'NEW."{column}" > OLD."{column}"' for column in never_later]
        build = _sqlite if vendor == "sqlite" else _postgresql
        for statement in build(table, " OR ".join(changed), may_go.format(now=NOW[vendor])):
            schema_editor.execute(statement, params=None)

    def remove(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        on = "" if schema_editor.connection.vendor == "sqlite" else f' ON "{table}"'
        schema_editor.execute(f'DROP TRIGGER "{table}_keep"{on}', params=None)
        schema_editor.execute(f'DROP TRIGGER "{table}_stay"{on}', params=None)
        if on:
            schema_editor.execute(f'DROP FUNCTION "{table}_guard"()', params=None)

    return install, remove


def guard(
    table: str, *, columns: Sequence[str] = (), never_later: Sequence[str] = (), may_go: str = ""
) -> migrations.RunPython:
    """Refuse UPDATE (of `columns`; of any if none) and DELETE of `table`.

    `never_later`: columns with a date that may move, but only to an earlier one.
    `may_go`: SQL over OLD that admits a DELETE after all; `{now}` in it is the present moment.
    """
    return migrations.RunPython(*_guarding(table, columns=columns, never_later=never_later, may_go=may_go))


def let_go(table: str, **rules: Any) -> list[migrations.RunPython]:
    """Guard `table`, which is guarded without rules so far, by `rules` from now on."""
    install, remove = _guarding(table)
    return [migrations.RunPython(remove, install), guard(table, **rules)]
