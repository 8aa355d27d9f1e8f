"""Reads a fixture, or bytes, through the importer that recognises them."""

import io
import sqlite3
from pathlib import Path

from commentarchive.importers.containers import HEAD
from commentarchive.importers.parsed import Reading
from commentarchive.importers.registry import IMPORTERS

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name):
    path = FIXTURES / name
    if path.suffix != ".sql":
        return path.read_bytes()
    with sqlite3.connect(":memory:") as database:
        database.executescript(path.read_text())
        return database.serialize()


def all_fixtures():
    return sorted(
        str(path.relative_to(FIXTURES))
        for path in FIXTURES.rglob("*")
        if path.is_file() and path.suffix not in {".md", ".pyc"}
    )


def importer_of(data):
    return next((each for each in IMPORTERS if each.recognises(data[:HEAD])), None)


def read(source):
    """Give what a fixture, or some bytes, say: articles, and notes on the reading."""
    data = source if isinstance(source, bytes) else fixture(source)
    reading = Reading()
    posts = list(importer_of(data).open(io.BytesIO(data), reading).posts())
    return posts, reading


def comments_of(posts):
    return {each.source_id: each for post in posts for each in post.comments}
