"""The database: its version, its tables, its triggers."""

import os
import sqlite3

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from commentarchive.ledger.triggers import ROW_RULES
from commentarchive.search.triggers import WHAT_IS_SEARCHED
from commentarchive.storage.migration_steps import newer_steps
from moderation.health.finding import Finding, fault, ok, warn
from moderation.waiting.rows import WHAT_WAITS

# The first without the fault of https://sqlite.org/wal.html#walresetbug
SOUND_SQLITE = (3, 51, 3)
OLDEST_POSTGRESQL = 15_00_00


def version() -> Finding:
    """Reach the database, and look whether its version has known faults."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        said = f"SQLite {sqlite3.sqlite_version} answers"
        path = connection.settings_dict["NAME"]
        if not os.access(path, os.W_OK):
            return fault(
                f"{said}, but {path} can only be read",
                "give it to the archive's user: nothing can be recorded meanwhile",
            )
        if sqlite3.sqlite_version_info < SOUND_SQLITE:
            return warn(
                f"{said}; before 3.51.3 a rare fault can damage a database",
                "docs/deployment.md, “SQLite before 3.51.3”, and keep backups",
            )
        return ok(said)
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
    said = f"PostgreSQL {number // 10_000} answers"
    if number < OLDEST_POSTGRESQL:
        return fault(f"{said}, which is too old", "use version 15 or newer")
    return ok(said)


def migrations() -> Finding:
    """Look for changes of the tables that this version of the program waits for."""
    executor = MigrationExecutor(connection)
    if newer := newer_steps(executor.loader):
        return fault(
            f"the tables were made by a newer version of this program ({newer[0]})",
            "install that one again, or restore the backup from before its upgrade",
        )
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return fault(
            f"{len(waiting)} migrations wait, {waiting[0][0]} first",
            "back up, then run manage.py migrate",
        )
    return ok("the tables are those of this version")


def triggers() -> Finding:
    """Look for the triggers that keep facts as they are and hidden words hidden."""
    missing = [
        name
        for each in (ROW_RULES, WHAT_IS_SEARCHED, WHAT_WAITS)
        for name in each.missing()
    ]
    if missing:
        return fault(
            f"{len(missing)} triggers are missing, such as {missing[0]}",
            "run manage.py migrate, then manage.py reconcile",
        )
    return ok("the triggers are there")
