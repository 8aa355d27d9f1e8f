"""The rows of the desk's lists, written by the database with whatever changes them.

An import, a decision, an undoing or an erasure changes rows of comments, versions,
decisions or copies; triggers on these write `QueueItem` in the same statement, so that
no writer can pass the desk by, and none has to know of it. `changes.py` beside it says
the same as querysets, and `reconcile` holds one against the other.
"""

from collections.abc import Iterator

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from commentarchive.ledger.trigger_sets import Trigger, TriggerSet

QUEUE = "moderation_queueitem"
_COMMENT, _REVISION = "commentarchive_comment", "commentarchive_revision"
_CAPTURE, _DECISION = "commentarchive_capture", "moderation_decision"
_REDACTION = "commentarchive_redaction"
# What readers see, or saw until it was put on hold, weighs more.
_SEEN, _UNSEEN = 2, 1
# Comments that wait, and those on hold; both are hidden.
_HELD = f"""
    SELECT c.id, CASE WHEN d.due_at IS NULL THEN 'waiting' ELSE 'on-hold' END,
        CASE WHEN d.due_at IS NULL THEN c.posted_at ELSE d.recorded_at END, d.due_at,
        CASE WHEN d.from_visibility = 'published' THEN {_SEEN} ELSE {_UNSEEN} END
    FROM {{comments}} c LEFT JOIN {_DECISION} d ON d.entry_index = c.decided_entry
    WHERE c.visibility = 'held'
"""  # noqa: S608  # names and numbers of our own
# The first version of the words that a blog told last, and of those that were judged.
_TOLD = f"""COALESCE(
    (
        SELECT COALESCE(r.same_as_id, r.id) FROM {_REVISION} r
        WHERE r.id = c.told_revision_id
    ),
    (
        SELECT COALESCE(r.same_as_id, r.id) FROM {_REVISION} r
        WHERE r.comment_id = c.id AND r.origin <> 'redacted'
        ORDER BY r.number DESC LIMIT 1
    )
)"""  # noqa: S608  # as above
_JUDGED = f"""(
    SELECT COALESCE(s.same_as_id, s.id, j.same_as_id, j.id) FROM {_REVISION} j
    LEFT JOIN {_REDACTION} x ON x.revision_id = j.id
    LEFT JOIN {_REVISION} s ON s.id = x.source_id WHERE j.id = d.judged_id
)"""  # noqa: S608  # as above
# Comments that their blog has changed since they were decided on: as
# `changes.changed_at_source`, among those that have news.
_CHANGED = f"""
    SELECT c.id, 'changed', d.recorded_at, NULL,
        CASE WHEN c.visibility = 'published' THEN {_SEEN} ELSE {_UNSEEN} END
    FROM {{comments}} c LEFT JOIN {_DECISION} d ON d.entry_index = c.decided_entry
    WHERE c.has_news AND c.decided_entry IS NOT NULL AND c.visibility <> 'erased'
    AND (
        EXISTS (SELECT 1 FROM {_DECISION} own WHERE own.comment_id = c.id)
        OR EXISTS (
            SELECT 1 FROM {_REVISION} r JOIN {_CAPTURE} k ON k.id = r.capture_id
            WHERE r.comment_id = c.id AND k.entry_index > c.decided_entry
        )
    )
    AND (
        {_TOLD} <> COALESCE({_JUDGED}, 0)
        OR (
            d.grade = 'decided' AND d.source_state <> ''
            AND d.source_state <> c.source_state
        )
    )
"""  # noqa: S608  # as above
# What fills the lists. A part that fills another list adds its SELECT here, and its
# list to `queue.TABS`.
_SELECTS = (_HELD, _CHANGED)
_INTO = f"INSERT INTO {QUEUE} (comment_id, tab, since, due_at, weight)"


def _first(keys: str) -> tuple[str, ...]:
    """Return statements that write the rows of comments that are new here."""
    return (f"{_INTO} {_HELD.format(comments=_COMMENT)} AND c.id IN ({keys})",)


def _again(keys: str) -> tuple[str, ...]:
    """Return statements that write the rows of some comments anew."""
    return (
        f"DELETE FROM {QUEUE} WHERE comment_id IN ({keys})",  # noqa: S608  # as above
        *(
            f"{_INTO} {select.format(comments=_COMMENT)} AND c.id IN ({keys})"
            for select in _SELECTS
        ),
    )


def _written(table: str, verb: str, keys: str) -> str:
    is_new = (table, verb) == (_COMMENT, "INSERT")
    return "; ".join(_first(keys) if is_new else _again(keys))


_HAS_NEWS = (
    f"SELECT id FROM {_COMMENT} WHERE has_news AND id IN "  # noqa: S608  # as above
    "(SELECT comment_id FROM {written})"
)
_OF_COPY = (
    f"SELECT c.id FROM {_COMMENT} c JOIN {_REVISION} r ON r.comment_id = c.id "  # noqa: S608  # as above
    "WHERE c.has_news AND r.capture_id = NEW.id"
)
# Table, what happens to it, which columns have to change, whose rows are written anew;
# `{written}` are the rows of an INSERT.
_RULES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    (_COMMENT, "INSERT", (), "SELECT id FROM {written} WHERE visibility = 'held'"),
    (
        *(_COMMENT, "UPDATE"),
        (
            *("visibility", "source_state", "decided_entry", "has_news"),
            *("posted_at", "told_revision_id"),
        ),
        "SELECT NEW.id",
    ),
    (_REVISION, "INSERT", (), _HAS_NEWS),
    (
        *(_DECISION, "INSERT", ()),
        "SELECT comment_id FROM {written} WHERE comment_id IS NOT NULL",
    ),
    (_CAPTURE, "UPDATE", ("entry_index",), _OF_COPY),
)
# What a trigger asks before it does anything, of one row.
_FIRST_ON_SQLITE = {
    (_COMMENT, "INSERT"): "NEW.visibility = 'held'",
    (_REVISION, "INSERT"): (
        f"(SELECT has_news FROM {_COMMENT} WHERE id = NEW.comment_id)"  # noqa: S608  # as above
    ),
    (_DECISION, "INSERT"): "NEW.comment_id IS NOT NULL",
}
_ROW = {
    _COMMENT: "(SELECT NEW.id AS id, NEW.visibility AS visibility)",
    _REVISION: "(SELECT NEW.comment_id AS comment_id)",
    _DECISION: "(SELECT NEW.comment_id AS comment_id)",
}


def _triggers(connection: BaseDatabaseWrapper) -> Iterator[Trigger]:
    if QUEUE not in connection.introspection.table_names():
        return
    make = _sqlite if connection.vendor == "sqlite" else _postgresql
    for table, verb, columns, keys in _RULES:
        name = f"queue_{table}_{verb.lower()}"
        yield Trigger(
            name=name, table=table, statements=make(name, table, verb, columns, keys)
        )


def _sqlite(
    name: str, table: str, verb: str, columns: tuple[str, ...], keys: str
) -> tuple[str, ...]:
    event, when = verb, _FIRST_ON_SQLITE.get((table, verb), "")
    if columns:
        event = f"UPDATE OF {', '.join(columns)}"
        when = " OR ".join(f"OLD.{each} IS NOT NEW.{each}" for each in columns)
    body = _written(table, verb, keys.format(written=_ROW.get(table)))
    return (
        (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW "
            f"WHEN {when} BEGIN {body}; END"
        ),
    )


def _postgresql(
    name: str, table: str, verb: str, columns: tuple[str, ...], keys: str
) -> tuple[str, ...]:
    # Once for all rows of a COPY.
    event, scope = verb, "REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
    if columns:
        differs = " OR ".join(f"OLD.{n} IS DISTINCT FROM NEW.{n}" for n in columns)
        event = f"UPDATE OF {', '.join(columns)}"
        scope = f"FOR EACH ROW WHEN ({differs})"
    found = keys.format(written="added")
    body = _written(table, verb, "SELECT unnest(keys)")
    return (
        (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ "
            f"DECLARE keys bigint[] := ARRAY({found}); BEGIN "
            f"IF cardinality(keys) > 0 THEN {body}; END IF; "
            "RETURN NULL; END $$ LANGUAGE plpgsql"
        ),
        (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} {scope} "
            f"EXECUTE FUNCTION {name}()"
        ),
    )


WHAT_WAITS = TriggerSet(
    prefix="queue_", of_database=_triggers, check_id="moderation.E001"
)


def write_all(using: str = "default") -> None:
    """Write the rows of every list anew, where the tables are there."""
    connection = connections[using]
    if QUEUE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {QUEUE}")  # noqa: S608  # as above
        for select in _SELECTS:
            cursor.execute(f"{_INTO} {select.format(comments=_COMMENT)}")
