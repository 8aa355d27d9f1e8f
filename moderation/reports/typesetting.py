"""PDFs of typst templates: tagged, and the same bytes for the same input.

typst runs in a child of its own (`typesetter.py`): it holds Python's lock while it
works, a drawing or a text that breaks it must not end the server, and a child can be
held to memory and time and gives back both. It costs a quarter of a second.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

from commentarchive.text.unseen import marked_line

TEMPLATES = "typeset"
# Of waiting; the child's own limit is on computing time.
PATIENCE = 120
_CHILD = Path(__file__).with_name("typesetter.py")


class NotTypeset(RuntimeError):
    """No PDF could be made: a broken template, or more than the limits allow."""


def typeset(
    template: str, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the PDF of a template below `templates/typeset/`, such as `report.typ`.

    The template reads `json("data.json")`, its words marked as on pages, so that none
    is taken for markup; `files` lie beside it by their names (drawings as `*.svg`), and
    `json("signs.json")` lists what had to be printed by number since no font has it.
    Raise NotTypeset.
    """
    with TemporaryDirectory(prefix="typeset-") as name:
        folder = Path(name)
        for path in sorted((settings.SITE_DIR / "templates" / TEMPLATES).glob("*.typ")):
            (folder / path.name).write_bytes(path.read_bytes())
        for file, content in (files or {}).items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(content)
        told = json.dumps(_marked(data), ensure_ascii=False)
        # What is no character in UTF-8, half of a pair, is printed as unreadable.
        (folder / "data.json").write_bytes(told.encode(errors="replace"))
        _run(folder, template)
        return (folder / "made.pdf").read_bytes()


def _run(folder: Path, template: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter
            [sys.executable, "-I", str(_CHILD), str(folder), template],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired as error:
        message = f"{template}: no PDF within {PATIENCE} seconds."
        raise NotTypeset(message) from error
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip() or "it needs too much"
        message = f"{template}: no PDF could be made (status {done.returncode}): {why}"
        raise NotTypeset(message)


def _marked(value: Any) -> Any:
    """Return data with the names of unseen characters that could deceive."""
    if isinstance(value, str):
        return "\n".join(map(marked_line, value.split("\n")))
    if isinstance(value, Mapping):
        return {name: _marked(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_marked(each) for each in value]
    return value
