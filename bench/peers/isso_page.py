"""Isso: the JSON that its script asks for, and a comment sent to its server."""

import json
import sys
from pathlib import Path

from isso import config, make_app

from bench.peers.measure import ask, measure

ADDRESS = "/thread/"


def main(source: Path, folder: Path) -> None:
    settings = folder / "isso.cfg"
    # The guard would refuse a second comment within a minute.
    settings.write_text(
        f"[general]\ndbpath = {folder / 'isso.db'}\nhost = http://localhost/\n"
        "notify =\n[guard]\nenabled = false\n"
    )
    known = config.load(config.default_file(), str(settings))
    program = make_app(known, threading=True)
    comments = json.loads(source.read_text())
    fill(known, comments)

    def page() -> bytes:
        status, sent = ask(program, f"/?uri={ADDRESS}")
        assert status.startswith("200"), status
        return sent

    def add(text: str) -> None:
        body = json.dumps({"text": text, "author": "Ann Bell", "title": "Thread"})
        status, sent = ask(
            program,
            f"/new?uri={ADDRESS}",
            body.encode(),
            CONTENT_TYPE="application/json",
            HTTP_ORIGIN="http://localhost",
        )
        assert status.startswith("201"), (status, sent)

    measure(page, add, len(comments))


def fill(known: object, comments: list[dict]) -> None:
    """Store a thread as Isso does, but in one transaction."""
    import sqlite3

    from isso import db

    store = db.SQLite3(known.get("general", "dbpath"), known)
    store.threads.new(ADDRESS, "Thread")
    with sqlite3.connect(known.get("general", "dbpath")) as rows:
        [(thread,)] = rows.execute("SELECT id FROM threads")
        tops: dict[int, int | None] = {}
        for each in comments:
            # An answer to an answer becomes one to the first, as in its own `add`.
            parent = each["parent"] or None
            tops[each["id"]] = parent and (tops[parent] or parent)
            rows.execute(
                "INSERT INTO comments (tid, id, parent, created, mode, remote_addr, "
                "text, author, email, voters, notification) "
                "VALUES (?, ?, ?, ?, 1, '127.0.0.0', ?, ?, ?, ?, 0)",
                (
                    *(thread, each["id"], tops[each["id"]], each["when"]),
                    *(each["text"], each["name"], each["email"], bytes(256)),
                ),
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
