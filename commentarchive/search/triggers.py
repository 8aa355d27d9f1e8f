"""Triggers by which no change of what is shown can pass the search by.

In the statement that hides a comment or an article, or that deletes a text or a name,
they delete its rows from what the public searches; and of whatever changes they leave
a note (`SearchChange`), from which `index.py` folds it anew. On SQLite they also keep
the full-text tables as their rows are. SQLite drops a table's triggers when a
migration remakes it, and would refuse to remake it with them: they are removed before
every migrate and installed after it.
"""

from collections.abc import Iterator

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from commentarchive.ledger.trigger_sets import Trigger, TriggerSet

PREFIX = "search_"
PUBLIC, SEALED, TITLES, ARTICLES = (
    f"commentarchive_{name}words" for name in ("public", "sealed", "title", "article")
)
TABLES = (PUBLIC, SEALED, TITLES, ARTICLES)
CHANGES = "commentarchive_searchchange"
_COMMENT, _POST = "commentarchive_comment", "commentarchive_post"
_PUT_RIGHT = "commentarchive_correctedwords"
_BLOG, _NOTICE = "commentarchive_blog", "commentarchive_tombstone"
_COMMENTER, _VERSION = "commentarchive_commenter", "commentarchive_revision"
_TEXT, _NAME = "commentarchive_revisiontext", "commentarchive_commentername"


def _note(kind: str, key: str) -> str:
    return f"INSERT INTO {CHANGES} (kind, key) VALUES ('{kind}', {key})"  # noqa: S608  # names of our own


def _delete(table: str, condition: str) -> str:
    return f"DELETE FROM {table} WHERE {condition}"  # noqa: S608  # as above


# With those whose comments readers see below it.
_LED = f"SELECT id FROM {_POST} WHERE id = NEW.id OR leader_id = NEW.id"  # noqa: S608  # as above
_OF_POST = f"subject_id IN (SELECT id FROM {_COMMENT} WHERE post_id IN ({_LED}))"  # noqa: S608  # as above
_OF_BLOG = f"SELECT id FROM {_POST} WHERE blog_id = NEW.id"  # noqa: S608  # as above
_POSTS = f"{_OF_BLOG} UNION SELECT id FROM {_POST} WHERE leader_id IN ({_OF_BLOG})"  # noqa: S608  # as above
_COMMENTS = f"SELECT id FROM {_COMMENT} WHERE post_id IN ({_POSTS})"  # noqa: S608  # as above
_OF_NAME = (
    f"subject_id IN (SELECT id FROM {_COMMENT} WHERE commenter_id = OLD.commenter_id)"  # noqa: S608  # as above
)
_OF_COMMENTER = f"subject_id IN (SELECT id FROM {_COMMENT} WHERE commenter_id = NEW.id)"  # noqa: S608  # as above
_SAME = (
    f"SELECT id FROM {_COMMENT} WHERE leader_id = OLD.leader_id "  # noqa: S608  # as above
    f"UNION SELECT id FROM {_COMMENT} WHERE leader_id = NEW.leader_id"  # as above
)
# Of a comment that has other words already: the first are noted with the comment. By
# its row alone, since each new text of an import passes here.
_NOTE_LATER = f"""
    INSERT INTO {CHANGES} (kind, key) SELECT 'c', NEW.comment_id
    WHERE NEW.number > 1 AND NEW.comment_id IS NOT NULL
"""
# Table, what happens to its rows, which columns have to change, what is done then.
_RULES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (_COMMENT, "INSERT", (), (_note("c", "NEW.id"),)),
    (
        *(_COMMENT, "UPDATE"),
        (
            *("visibility", "current_revision_id", "commenter_id", "leader_id"),
            "post_id",
        ),
        (
            _delete(PUBLIC, "subject_id = NEW.id"),
            _note("c", "NEW.id"),
            # Of the same comment from several sources, any hides the others.
            _delete(PUBLIC, f"subject_id IN ({_SAME})"),
            f"INSERT INTO {CHANGES} (kind, key) SELECT 'c', id FROM ({_SAME}) same",  # noqa: S608  # as above
        ),
    ),
    (
        *(_COMMENT, "UPDATE"),
        ("posted_at", "utc_offset", "decided_entry"),
        (_note("c", "NEW.id"),),
    ),
    (_POST, "INSERT", (), (_note("t", "NEW.id"),)),
    (
        *(_POST, "UPDATE"),
        (
            *("current_revision_id", "published_at", "utc_offset"),
            *("leader_id", "is_put_right", "hidden_title"),
        ),
        (_delete(TITLES, "subject_id = NEW.id"), _note("t", "NEW.id")),
    ),
    (
        *(_POST, "UPDATE"),
        ("is_public",),
        (
            _delete(TITLES, "subject_id = NEW.id"),
            _delete(PUBLIC, _OF_POST),
            f"INSERT INTO {CHANGES} (kind, key) SELECT 'p', id FROM ({_LED}) led",  # noqa: S608  # as above
        ),
    ),
    # A version that a decision keeps from readers.
    (_POST, "UPDATE", ("news_revision_id",), (_note("t", "NEW.id"),)),
    (_PUT_RIGHT, "INSERT", (), (_note("t", "NEW.post_id"),)),
    (
        *(_PUT_RIGHT, "DELETE", ()),
        (_delete(TITLES, "subject_id = OLD.post_id"), _note("t", "OLD.post_id")),
    ),
    # Readers see its comments, and their own article, below the one that leads.
    (_POST, "UPDATE", ("leader_id",), (_note("p", "NEW.id"),)),
    (
        *(_BLOG, "UPDATE", ("visibility",)),
        (
            _delete(
                PUBLIC, f"NEW.visibility = 'staff' AND subject_id IN ({_COMMENTS})"
            ),
            _delete(TITLES, f"NEW.visibility = 'staff' AND subject_id IN ({_POSTS})"),
            _note("b", "NEW.id"),
            f"INSERT INTO {CHANGES} (kind, key) SELECT 'p', id FROM ({_POSTS}) led",  # noqa: S608  # as above
        ),
    ),
    (_BLOG, "UPDATE", ("time_zone",), (_note("b", "NEW.id"),)),
    (_NOTICE, "INSERT", (), (_note("c", "NEW.comment_id"),)),
    (
        *(_TEXT, "DELETE", ()),
        tuple(_delete(table, "revision_id = OLD.revision_id") for table in TABLES),
    ),
    (
        *(_NAME, "DELETE", ()),
        (
            _delete(PUBLIC, _OF_NAME),
            _delete(SEALED, _OF_NAME),
            _note("n", "OLD.commenter_id"),
        ),
    ),
    (_VERSION, "INSERT", (), (_NOTE_LATER,)),
    (
        *(_COMMENTER, "UPDATE", ("hidden_name",)),
        (_delete(PUBLIC, _OF_COMMENTER), _note("n", "NEW.id")),
    ),
)


def are_tables_there(using: str = "default") -> bool:
    """Return whether migrations have made the tables of words."""
    return set(TABLES) <= set(connections[using].introspection.table_names())


def _triggers(connection: BaseDatabaseWrapper) -> Iterator[Trigger]:
    if not are_tables_there(connection.alias):
        return
    is_sqlite = connection.vendor == "sqlite"
    make = _sqlite if is_sqlite else _postgresql
    for number, (table, verb, columns, actions) in enumerate(_RULES):
        name = f"{PREFIX}{number}_{table}_{verb.lower()}"
        statements = make(name, table, verb, columns, actions)
        yield Trigger(name=name, table=table, statements=statements)
    if is_sqlite:
        for table in TABLES:
            yield from _full_text(table)


def _differs(columns: tuple[str, ...], operator: str) -> str:
    return " OR ".join(f"OLD.{name} {operator} NEW.{name}" for name in columns)


def _sqlite(
    name: str, table: str, verb: str, columns: tuple[str, ...], actions: tuple[str, ...]
) -> tuple[str, ...]:
    event, when = verb, ""
    if columns:
        event = f"UPDATE OF {', '.join(columns)}"
        when = f"WHEN {_differs(columns, 'IS NOT')} "
    return (
        (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when}"
            f"BEGIN {'; '.join(actions)}; END"
        ),
    )


def _postgresql(
    name: str, table: str, verb: str, columns: tuple[str, ...], actions: tuple[str, ...]
) -> tuple[str, ...]:
    event, when, scope = verb, "", "FOR EACH ROW"
    if columns:
        event = f"UPDATE OF {', '.join(columns)}"
        when = f"WHEN ({_differs(columns, 'IS DISTINCT FROM')}) "
    if verb == "INSERT":
        # Once for all rows of a COPY.
        scope = "REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
        actions = tuple(map(_of_all_added, actions))
    body = "; ".join(actions)
    return (
        (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {body}; "
            "RETURN NULL; END $$ LANGUAGE plpgsql"
        ),
        (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} {scope} {when}"
            f"EXECUTE FUNCTION {name}()"
        ),
    )


def _of_all_added(note: str) -> str:
    """Return a note of one new row as a note of all that a statement added."""
    one = note.replace("VALUES (", "SELECT ").replace("NEW.", "added.")
    what, where, condition = one.removesuffix(")").partition("WHERE")
    return f"{what} FROM added {where}{condition}"


def _full_text(table: str) -> Iterator[Trigger]:
    """Yield the triggers that keep a full-text table of SQLite as its rows are."""
    index = f"{table}_fts"
    add = f"INSERT INTO {index} (rowid, words) VALUES (NEW.id, NEW.words)"  # noqa: S608  # names of our own
    take = (
        f"INSERT INTO {index} ({index}, rowid, words) "  # noqa: S608  # as above
        "VALUES ('delete', OLD.id, OLD.words)"
    )
    for verb, action in (("insert", add), ("delete", take)):
        name = f"{PREFIX}{table}_{verb}"
        made = f"CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {action}; END"
        yield Trigger(name=name, table=table, statements=(made,))


WHAT_IS_SEARCHED = TriggerSet(
    prefix=PREFIX, of_database=_triggers, check_id="commentarchive.E001"
)
install, remove = WHAT_IS_SEARCHED.install, WHAT_IS_SEARCHED.remove
missing = WHAT_IS_SEARCHED.missing
