"""Each requirement of docs/asvs.csv is held by a test, or says why by none."""

import csv
import re
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent
# Of ASVS 5.0.0, levels 1 and 2, by chapter.
MANY = dict(
    enumerate((27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7), start=1)
)


def rows():
    with (ROOT / "docs" / "asvs.csv").open(newline="") as table:
        return list(csv.DictReader(table))


@cache
def names_in(path):
    text = (ROOT / path).read_text()
    return set(re.findall(r"^(?:def|    def|async def) (test_\w+)", text, re.MULTILINE))


@cache
def headings_of(path):
    found = re.findall(r"^#+ (.*)$", (ROOT / path).read_text(), re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found
    }


def is_there(place):
    if place.startswith("tests/"):
        path, _, test = place.partition("::")
        return test in names_in(path)
    path, _, heading = place.partition("#")
    return (ROOT / path).is_file() and (not heading or heading in headings_of(path))


def test_every_requirement_of_both_levels_has_a_row():
    found = {}
    ids = [row["id"] for row in rows()]
    assert len(set(ids)) == len(ids)
    for each in ids:
        chapter = int(each.partition(".")[0])
        found[chapter] = found.get(chapter, 0) + 1
    assert found == MANY
    assert {row["level"] for row in rows()} == {"1", "2"}


def test_every_row_is_held_by_what_is_there_or_says_why_not():
    for row in rows():
        where = row["held_by"].split()
        missing = [place for place in where if not is_there(place)]
        assert not missing, f"{row['id']}: {missing} is not there"
        assert row["about"], row["id"]
        says_why = re.match(r"(open|not applicable): \w+", row["remark"])
        assert where or says_why, row["id"]
        is_left = row["remark"].startswith("not applicable")
        assert not (where and is_left), row["id"]
