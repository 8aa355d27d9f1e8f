import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = [
    path
    for package in ("commentarchive", "moderation")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
]
pytestmark = pytest.mark.pure


def test_imports_run_one_way():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_file_has_more_than_400_lines_or_a_name_that_says_nothing():
    for path in PACKAGES:
        # A stranger's check is one file that works by itself.
        if path.name != "verify.py":
            lines = path.read_text().count("\n")
            assert lines <= 400, f"{path} has {lines} lines: make two files of it"
        assert path.stem not in {"utils", "helpers", "common", "misc"}, path


_MAY_WRITE = {
    *("actions", "intake", "captures", "erasure", "discussion", "storage"),
    *("management", "ledger", "search"),
}


def test_nothing_saves_outside_the_rooms_that_may():
    for path in PACKAGES:
        if _MAY_WRITE & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                assert node.name != "save", path
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"bulk_create", "get_or_create"}, path


def test_locked_rows_may_be_referred_to():
    """Foreign keys are looked at when a transaction ends, which then holds other locks.

    A row that is locked whole makes it wait for whoever locked that, in a circle.
    """
    for path in PACKAGES:
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr == "select_for_update":
                assert "no_key" in {each.arg for each in node.keywords}, path


# What can open a connection, and which files do: to whom, settings or whoever runs a
# command say, and nothing that was imported or sent. The others hold sockets that are
# listened on, or lead to a process of this program.
_REACHES = {"http.client", "urllib.request", "smtplib", "socket", "ssl"}
_MAY_REACH = {
    "commentarchive/ledger/witnesses.py": "the witnesses of LEDGER_POLICY",
    "commentarchive/ledger/merkle/verify.py": "the record that a command names",
    "moderation/letters/smtp.py": "the mail server of EMAIL_URL",
    "moderation/letters/delivery.py": "its refusals by name",
    "moderation/health/outside.py": "BASE_URL",
    "commentarchive/captures/scanner.py": "the scanner at CLAMD_SOCKET",
    "commentarchive/password_breaches.py": "the service of BREACHED_PASSWORDS",
    "commentarchive/importers/isolated_source.py": "the reader, by a pair of sockets",
    "commentarchive/importers/reader_server.py": "the readers that it forks",
    "commentarchive/serving/__main__.py": "listens",
    "commentarchive/serving/generation.py": "listens",
    "commentarchive/serving/web.py": "listens",
}
# Libraries that do, none of which is needed.
_STRANGERS = {"requests", "httpx", "urllib3", "aiohttp", "ftplib", "xmlrpc", "asyncio"}


def modules_imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_the_program_talks_to_nobody_but_whom_its_settings_name():
    found = set()
    for path in PACKAGES:
        modules = set(modules_imported(path))
        assert not {name.partition(".")[0] for name in modules} & _STRANGERS, path
        if modules & _REACHES:
            found.add(path.relative_to(ROOT).as_posix())
    assert found == _MAY_REACH.keys()


def test_every_text_column_is_known_to_the_leak_tests():
    from tests.private_words import text_columns

    known = text_columns()
    for model in apps.get_models():
        if model._meta.app_label not in {"commentarchive", "moderation"}:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.TextField | models.CharField)
            if not (is_text or isinstance(field, models.JSONField)):
                continue
            name = f"{model._meta.db_table}.{field.column}"
            if field.choices or field.column == "ref":
                continue
            assert name in known, f"{name}: add it to tests/private_words.py"


def test_docstrings_say_what_is_returned():
    """No function "gives", "tells" or "says" a value: it returns one."""
    for path in PACKAGES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                first = (ast.get_docstring(node) or "").partition(" ")[0]
                assert first not in {"Give", "Gives", "Tell", "Tells", "Say", "Says"}, (
                    f"{path}: begin the docstring of {node.name} with "
                    f'"Return …", "Yield …" or what it does, not with "{first}"'
                )


def test_pages_speak_of_notices_and_copies():
    banned = (
        *("tombstone", "ledger", "clause<", "policy<", "revision<", "checkpoint"),
        *("importer", "manifest", "scrambled"),
    )
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text().lower()
        for word in banned:
            assert f">{word}" not in text, (path, word)
            assert f" {word} " not in text.replace("{% ", "{%").replace(" %}", "%}"), (
                path,
                word,
            )


def test_the_back_office_speaks_of_notices_and_copies_too():
    from django.contrib import admin

    banned = {
        *("tombstone", "ledger", "clause", "policy", "revision", "capture", "post"),
        *("commenter", "manifest", "gap", "entry", "entries", "opening", "actor"),
    }
    for model in admin.site._registry:
        shown = f"{model._meta.verbose_name} {model._meta.verbose_name_plural}".lower()
        assert not banned & set(shown.split()), model


def test_a_loaded_page_can_be_looked_at_in_every_way():
    """What `tests/browser/looks.py` relies on."""
    dark = 0
    for path in (ROOT / "static").rglob("*.css"):
        text = path.read_text()
        blocks = re.findall(r"prefers-color-scheme[^{]*\{(.*?\})\s*\}", text, re.DOTALL)
        assert len(blocks) == text.count("prefers-color-scheme"), path
        for block in blocks:
            colours = r"\s*:root \{(\s*--[\w-]+: #[0-9a-f]{3,8};)+\s*\}"
            assert re.fullmatch(colours, block), (path, block)
        dark += len(blocks)
    assert dark
    for path in (ROOT / "static").rglob("*.js"):
        for word in ("innerWidth", "clientWidth", "matchMedia", "ResizeObserver"):
            assert word not in path.read_text(), (path, word)


def test_every_command_and_setting_is_in_the_docs():
    docs = (ROOT / "docs/commands.md").read_text()
    commands = [
        path.stem
        for path in PACKAGES
        if path.parent.name == "commands" and path.stem != "__init__"
    ]
    settings = (
        *("VAR_DIR", "DATABASE_URL", "BASE_URL", "CONTACT_EMAIL", "ACTOR_DISPLAY"),
        *("TRUSTED_PROXIES", "HSTS", "LOG_LEVEL"),
        *("LEDGER_ORIGIN", "LEDGER_KEY_FILE", "LEDGER_POLICY", "TEXT_PROOFS"),
        "READER_MEMORY",
    )
    for word in (*commands, *settings):
        assert word in docs, word


def test_every_room_is_in_the_docs():
    told = (ROOT / "docs" / "architecture.md").read_text()
    for package in ("commentarchive", "moderation"):
        table, *_after = told.partition(f"Of `{package}/`:\n\n")[2].split("\n\n")
        rooms = [
            path for path in (ROOT / package).iterdir() if path.name[0] not in "._"
        ]
        for room in rooms:
            if room.is_dir():
                assert f"`{room.name}/`" in table, room
            else:
                assert f"`{room.name}`" in table, room


def test_every_measure_is_in_the_docs():
    told = (ROOT / "CONTRIBUTING.md").read_text()
    measures = re.findall(r'part\("(\w+)"', (ROOT / "bench/__main__.py").read_text())
    assert measures
    for name in measures:
        assert re.search(rf"^\| `{name}\b", told, re.MULTILINE), name
