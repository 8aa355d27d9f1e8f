"""The quarrel of these tests: a thread with words to be erased, and where they lie."""

import io
import zipfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from commentarchive.captures import files as capture_files
from tests.stored_windows import stored_windows
from tests.wxr import comment, item, load

WORDS = "the quarrelsome zeppelin of Tarnwick"
NAME, MAIL, LINK = "Quirinus Zabel", "quirinus@zabel.example", "https://zabel.example/"
SECRETS = (WORDS, "quarrelsome", NAME, MAIL, LINK, "a note about him")


def thread(tmp_path, *, number=1, name="export.xml"):
    return load(
        tmp_path,
        item(
            comment(1, "First."),
            comment(2, f"I saw {WORDS}.", parent=1, author=NAME, email=MAIL, url=LINK),
            comment(3, "A reply to that.", parent=2),
            comment(4, "Another of his.", author=NAME, email=MAIL, url=LINK),
            number=number,
        ),
        name=name,
    )


def files_with(words):
    """Search every file of the installation, and what is packed in them."""
    found = []
    folders = [settings.VAR_DIR]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute(
                "SELECT current_setting('data_directory') || '/base/' || oid"
                " FROM pg_database WHERE datname = current_database()"
            )
            folders.append(Path(cursor.fetchone()[0]))
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA database_list")
            folders.append(Path(cursor.fetchone()[2]).parent)
    for folder in folders:
        for path in folder.rglob("*"):
            if not path.is_file() or "keys" in path.parts:
                continue
            data = path.read_bytes()
            if path.suffix == ".zst":
                data = capture_files.zstd.decompress(data)
            if data.startswith(b"PK"):
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    data = b"".join(archive.read(name) for name in archive.namelist())
            found += [path for word in words if word.encode() in data]
    for window in stored_windows():
        found += ["a stored page" for word in words if word.encode() in window.html]
    return found


def in_copies(words):
    return [path for path in files_with(words) if "captures" in str(path)]


def moved(tmp_path, text, *, name, number=2):
    """Import a later file in which comment 2 stands under another article."""
    return load(
        tmp_path / "..",
        item(comment(2, text, author=NAME, email=MAIL, url=LINK), number=number),
        name=name,
    )
