"""Triggers that enforce each table's row rule, on SQLite and PostgreSQL.

They guard against mistakes, not against the owner of the database, who can drop them;
it is the signed record that gives such an edit away. SQLite drops a table's triggers
when a migration remakes it, so `install` runs after every migrate.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from commentarchive.ledger.rows import RowRule
from commentarchive.ledger.trigger_sets import Trigger, TriggerSet

PREFIX = "keep_"


def ruled_models() -> list[tuple[type[models.Model], RowRule]]:
    """Return every model that has a row rule, with the rule."""
    return [
        (model, rule)
        for model in apps.get_models()
        if isinstance(rule := getattr(model, "row_rule", None), RowRule)
    ]


def _triggers(connection: BaseDatabaseWrapper) -> Iterator[Trigger]:
    tables = set(connection.introspection.table_names())
    make = _sqlite if connection.vendor == "sqlite" else _postgresql
    for model, rule in ruled_models():
        table = model._meta.db_table
        if table in tables:
            columns = [str(field.column) for field in model._meta.concrete_fields]
            text = {
                str(field.column)
                for field in model._meta.concrete_fields
                if isinstance(field, models.CharField | models.TextField)
            }
            yield from make(table, rule, columns, text)


def _forbidden_change(
    rule: RowRule, columns: list[str], text: set[str], differs: str
) -> str:
    """Return the SQL condition on OLD and NEW under which an update is refused.

    `differs` is the database's comparison that treats NULL as a value.
    """
    if rule.kind == "side":
        return "1 = 1"
    conditions = []
    for column in columns:
        if column in rule.derived:
            continue
        changed = f'(OLD."{column}" {differs} NEW."{column}")'
        if column in rule.filled_once | rule.settled:
            filled = f'OLD."{column}" IS NOT NULL'
            if column in text:
                filled = f"({filled} AND OLD.\"{column}\" <> '')"
            changed = f"({changed} AND {filled})"
            if column in rule.settled:
                number = rule.counter
                changed = f'({changed} AND NEW."{number}" <= OLD."{number}")'
        elif column == rule.counter:
            changed = f'(NEW."{column}" < OLD."{column}")'
        elif column in rule.forward:
            changed = f"({changed} AND NOT ({rule.open_while}))"
        conditions.append(changed)
    return " OR ".join(conditions) or "1 = 0"


def _sqlite(
    table: str, rule: RowRule, columns: list[str], text: set[str]
) -> Iterator[Trigger]:
    refusals = {"update": _forbidden_change(rule, columns, text, "IS NOT")}
    if rule.kind == "fact":
        refusals["delete"] = "1 = 1"
    for verb, condition in refusals.items():
        name = f"{PREFIX}{table}_{verb}"
        yield Trigger(
            name=name,
            table=table,
            statements=(
                (
                    f'CREATE TRIGGER "{name}" BEFORE {verb.upper()} ON "{table}" '
                    f"WHEN {condition} BEGIN SELECT RAISE(ABORT, "
                    f"'{table}: rows are kept as they are'); END"
                ),
            ),
        )


def _postgresql(
    table: str, rule: RowRule, columns: list[str], text: set[str]
) -> Iterator[Trigger]:
    function = (
        f'CREATE OR REPLACE FUNCTION "{PREFIX}refuse"() RETURNS trigger AS $$ BEGIN '
        "RAISE EXCEPTION '%: rows are kept as they are', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql"
    )
    condition = _forbidden_change(rule, columns, text, "IS DISTINCT FROM")
    heads = {"update": f'BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN ({condition})'}
    if rule.kind == "fact":
        heads["delete"] = f'BEFORE DELETE ON "{table}" FOR EACH ROW'
    heads["truncate"] = f'BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT'
    for verb, head in heads.items():
        name = f"{PREFIX}{table}_{verb}"
        statement = (
            f'CREATE TRIGGER "{name}" {head} EXECUTE FUNCTION "{PREFIX}refuse"()'
        )
        yield Trigger(name=name, table=table, statements=(function, statement))


ROW_RULES = TriggerSet(prefix=PREFIX, of_database=_triggers, check_id="ledger.E001")
install, remove, missing = ROW_RULES.install, ROW_RULES.remove, ROW_RULES.missing
