"""Tables of erasable words leave no copy of them in PostgreSQL's statistics."""

from django.db import connections, models

from commentarchive.ledger.triggers import ruled_models


def keep_out_of_statistics(using: str = "default") -> None:
    """Tell the planner to sample no words: its samples would outlive an erasure."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model, rule in ruled_models():
            table = model._meta.db_table
            if rule.kind != "side" or table not in there:
                continue
            for field in model._meta.concrete_fields:
                if isinstance(field, models.CharField | models.TextField):
                    cursor.execute(
                        f'ALTER TABLE "{table}" ALTER COLUMN "{field.column}"'
                        " SET STATISTICS 0"
                    )
