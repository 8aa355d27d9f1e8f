"""Make one PDF of a folder: what a child process does, with nothing but typst.

Run as `python -I typesetter.py FOLDER TEMPLATE`. The folder holds the templates,
`data.json` and the files that they name; `made.pdf` is written there, and `signs.json`
lists what had to be printed by its number. On failure the standard error says why.

Only the fonts that typst brings are used, never those of the machine, so that one input
gives the same bytes everywhere. They have Latin, Greek, Cyrillic, Hebrew, Arabic and
Devanagari; PDF/UA-1 refuses a sign without a glyph. So:

1. Ask for PDF/UA-1. typst names every cluster of signs that no font has.
2. Put "[U+4E2D]" in the place of each such sign, in the data and in drawings, and ask
   again. A reader can look the number up; a box would tell nothing.
3. Where that fails too, ask for the same tagged PDF without the standard: a report with
   a box in it is better than none.
"""

import json
import os
import re
import resource
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typst

MEMORY = 2 << 30
# Of computing time: all processors' together.
SECONDS, GRACE = 60, 5
# Readers go first, as before passwords.
LOW_PRIORITY = 5
# New clusters may form of what is left once some signs are replaced.
ROUNDS = 3
STANDARD = "ua-1"

_no_glyph = re.compile(r"the text `\"(.*?)\"` could not be displayed", re.DOTALL)
_escape = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def main(folder: Path, template: str) -> None:
    """Write `made.pdf` into a folder; raise TypstError where that cannot be."""
    limits = ((resource.RLIMIT_AS, MEMORY, MEMORY), (resource.RLIMIT_CORE, 0, 0))
    for limit, soft, hard in (*limits, (resource.RLIMIT_CPU, SECONDS, SECONDS + GRACE)):
        resource.setrlimit(limit, (soft, hard))
    os.nice(LOW_PRIORITY)
    replaced: set[str] = set()
    for _round in range(ROUNDS):
        _note(folder, replaced)
        try:
            made = _compiled(folder, template, STANDARD)
        except typst.TypstError as error:
            lacking = clusters(error.diagnostic)
            if not lacking:
                raise
            replaced |= _replace(folder, lacking)
        else:
            break
    else:
        made = _compiled(folder, template)
    (folder / "made.pdf").write_bytes(made)


def _compiled(folder: Path, template: str, *standards: Any) -> bytes:
    return typst.compile(
        folder / template,
        root=folder,
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        pdf_standards=list(standards),
        # A document's date is said by its template, of its data.
        timestamp=0,
    )


def clusters(diagnostic: str) -> list[str]:
    """Return the clusters of signs that no font has, of typst's words, longest first.

    Rust's escapes in strings are undone.
    """
    found = {_escape.sub(_unescaped, each) for each in _no_glyph.findall(diagnostic)}
    return sorted(found - {""}, key=lambda cluster: (-len(cluster), cluster))


def _unescaped(found: re.Match[str]) -> str:
    number, letter = found[1], found[2]
    return chr(int(number, 16)) if number else _ESCAPED.get(letter, letter)


def _replace(folder: Path, lacking: Iterable[str]) -> set[str]:
    """Put numbers in the place of clusters, in the data and in every drawing."""
    written = {cluster: by_number(cluster) for cluster in lacking}
    pattern = re.compile("|".join(map(re.escape, written)))

    def changed(text: str) -> str:
        return pattern.sub(lambda found: written[found[0]], text)

    data = folder / "data.json"
    told = _each_text(json.loads(data.read_bytes()), changed)
    data.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    for drawing in folder.rglob("*.svg"):
        drawing.write_text(changed(drawing.read_text("utf-8")), "utf-8")
    return {sign for cluster in written for sign in cluster if by_number(sign) != sign}


def _each_text(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(each, change) for each in value]
    if isinstance(value, dict):
        return {name: _each_text(each, change) for name, each in value.items()}
    return value


def by_number(cluster: str) -> str:
    """Return signs by their numbers, but for those that every font has."""
    return "".join(
        sign if " " <= sign <= "~" else f"[U+{ord(sign):04X}]" for sign in cluster
    )


def _note(folder: Path, replaced: Iterable[str]) -> None:
    numbers = [f"U+{ord(sign):04X}" for sign in sorted(replaced)]
    (folder / "signs.json").write_text(json.dumps(numbers), "utf-8")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2])
    except typst.TypstError as error:
        sys.exit(f"{error.message}\n{error.diagnostic}")
