"""Places to put backups back into: a folder and a database of their own."""

import os
import re
import sqlite3
from contextlib import contextmanager
from itertools import islice, zip_longest
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from commentarchive.backup import restoring
from commentarchive.backup.rows import empty_all
from commentarchive.ledger.triggers import ROW_RULES
from commentarchive.models import Comment, Post
from commentarchive.search.triggers import WHAT_IS_SEARCHED
from moderation.models import Decision
from moderation.waiting.rows import WHAT_WAITS
from tests import databases
from tests.addresses import every_address
from tests.archives import settings_in

_key = re.compile(rb'name="key" value="[^"]*"')
TRIGGERS = (ROW_RULES, WHAT_IS_SEARCHED, WHAT_WAITS)


@contextmanager
def another_place(folder, monkeypatch, template):
    """Be in an empty folder with an empty database; tables are copied, not migrated."""
    keys = folder / "keys"
    keys.mkdir(parents=True)
    name = empty_database(folder)

    def make_tables(manifest, _steps):
        fill_from(template, name)
        for each in TRIGGERS:
            each.remove()
        empty_all(sorted(manifest["tables"]))

    monkeypatch.setattr(restoring, "_make_tables", make_tables)
    own = settings_in(folder) | {"LEDGER_KEY_FILE": keys / "ledger"}
    own["WITNESS_KEY_FILE"] = keys / "witness"
    with override_settings(**own), databases.using(name):
        yield
    databases.drop(name)


def empty_database(folder):
    """Return the name of a database without tables."""
    if connection.vendor == "sqlite":
        return str(folder / "archive.sqlite3")
    name = f"empty_{folder.name}".replace("-", "_")
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    return name


def fill_from(template, name):
    """Copy a database over an empty one."""
    connection.close()
    if connection.vendor == "sqlite":
        with sqlite3.connect(template) as read, sqlite3.connect(name) as write:
            read.backup(write)
        return
    databases.copy(template, name)


def address_of(name):
    """Return the address of a database on PostgreSQL's server."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return f"{parts.scheme}://{parts.netloc}/{name}?{parts.query}"


def public_pages():
    """Return what a stranger is answered at every address, and of rows with a page.

    Of comments every fifth: each stands on its article's page as well.
    """
    client = Client()
    comments = list(Comment.objects.shown().order_by("pk"))[::5]
    rows = (*Post.objects.public(), *comments, *Decision.objects.public())
    # The demo publishes no automatic rules: that address is drawn by lot.
    known = {name: each for name, each in every_address().items() if "auto" not in name}
    addresses = {*known.values(), *(row.get_absolute_url() for row in rows)}
    # A page of the desk may be named after whichever article comes first.
    addresses = {each for each in addresses if "/desk/" not in each}
    found = {}
    for address in sorted(addresses):
        answer = client.get(address, headers={"host": "localhost"})
        # Forms carry a token of their own, or a key by which one is taken once.
        body = b"".join(answer) if answer.streaming else answer.content
        if b"csrfmiddlewaretoken" not in body:
            found[address] = (answer.status_code, _key.sub(b"", body))
    return found


def differences(before, after):
    """Return the lines in which pages differ, for a message that can be read."""
    found = (
        (address, *pair)
        for address in sorted({*before, *after})
        if before.get(address) != after.get(address)
        for pair in zip_longest(lines(before, address), lines(after, address))
        if pair[0] != pair[1]
    )
    return [str(each)[:600] for each in islice(found, 5)]


def lines(pages, address):
    status, body = pages.get(address, (0, b""))
    return [status, *body.split(b"\n")]


def var(name):
    path: Path = settings.VAR_DIR
    return path / name
