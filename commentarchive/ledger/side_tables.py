"""Keep erasable words out of PostgreSQL's planner statistics."""

from django.db import connections, models

from commentarchive.ledger.triggers import ruled_models


def keep_out_of_statistics(using: str = "default") -> None:
    """Switch off statistics for text in side tables: samples outlive an erasure."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model, rule in ruled_models():
            table = model._meta.db_table
            if rule.kind != "side" or table not in existing:
                continue
            for field in model._meta.concrete_fields:
                if isinstance(field, models.CharField | models.TextField):
                    cursor.execute(
                        f'ALTER TABLE "{table}" ALTER COLUMN "{field.column}"'
                        " SET STATISTICS 0"
                    )
