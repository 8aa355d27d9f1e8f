"""What importers say of their sources holds for what they return."""

import re
from pathlib import Path

import pytest

import commentarchive
from commentarchive.importers.contract import NO_END, NOT_KNOWN
from commentarchive.importers.parsed import UNKNOWN_STATUS
from commentarchive.importers.registry import IMPORTERS, facts_of
from commentarchive.matching import _MIRRORS
from tests.importers.reading import all_fixtures, read
from tests.importers.test_nothing_is_swallowed import WXR, source

pytestmark = pytest.mark.pure
NAMES = [*all_fixtures(), WXR]
every_source = pytest.mark.parametrize("name", NAMES)
every_importer = pytest.mark.parametrize(
    "importer", IMPORTERS, ids=lambda one: one.name
)


def posts_of(name):
    return read(source(name))[0]


@every_source
def test_what_is_said_of_articles_without_a_status_is_what_is_returned(name):
    """`reconcile` compares stored articles with `unstated`, and would accuse the desk."""
    importer = name.partition("/")[0]
    said = facts_of(importer).unstated
    word, _space, condition = said.partition(" ")
    for post in posts_of(name):
        if post.status != UNKNOWN_STATUS or word == "either":
            continue
        is_shown = word == "shown"
        if condition:
            is_shown = (condition == "with comments") == bool(post.comments)
        assert post.is_live == is_shown, (
            f"{importer} says that articles without a status are {said!r}; article "
            f"{post.source_id} has is_live={post.is_live}"
        )


@every_source
def test_a_part_of_a_thread_is_of_no_export(name):
    """An export that lacks an article makes it gone: it has to hold whole threads."""
    importer = name.partition("/")[0]
    if facts_of(importer).extent != "part":
        assert all(post.is_whole for post in posts_of(name)), (
            f'{importer} returns parts of threads: its extent is "part"'
        )


@every_source
def test_ids_of_articles_are_such_as_are_said(name):
    for post in posts_of(name):
        if facts_of(post.scheme).numbers_articles:
            assert not post.source_id.startswith("http"), (
                f"ids of articles in {post.scheme} are addresses: numbers_articles=False"
            )


@every_source
def test_ids_of_other_systems_are_of_those_that_are_mirrored(name):
    """A parent in another system is told by that system's name and a colon."""
    for post in posts_of(name):
        for each in post.comments:
            others = {each.scheme, *(scheme for scheme, _id in each.same_as)}
            assert others - {"", post.scheme} <= _MIRRORS, (
                f"{name}: add {others} to _MIRRORS in commentarchive/matching.py"
            )


@every_importer
def test_readers_are_told_where_the_end_of_a_file_is_not_marked(importer):
    assert bool(importer.may_end_after) == (NO_END in importer.cannot_tell), (
        f"{importer.name}: may_end_after and NO_END in CANNOT_TELL go together"
    )


@every_importer
def test_an_export_is_of_what_an_export_can_be_of(importer):
    if importer.extent != "part":
        assert importer.origin in {"blog", "service"}, importer.name
    assert importer.origin != "unknown", importer.name


def test_what_is_known_of_an_importer_that_is_not_here_any_more_proves_nothing():
    gone = facts_of("gone_reader")
    assert gone is NOT_KNOWN
    assert (gone.extent, gone.may_hide_replies, gone.tells_kinds) == (
        *("part", True, False),
    )
    assert gone.missing_from == ""


# One source alone is meant there: its own desk, its own way in, its own words.
NAMED_ALONE = {
    "commentarchive/captures/gaps.py": {"transcript", "wordpress"},
    "commentarchive/export/wxr.py": {"wordpress"},
    "commentarchive/importers/page_roles.py": {"commento"},
    "commentarchive/importers/parsed.py": {"blogger"},
    "commentarchive/importers/php_warnings.py": {"feed", "disqus"},
    "commentarchive/integrity/package_hooks.py": {"transcript"},
    "commentarchive/intake/by_hand.py": {"mail", "document"},
    "commentarchive/intake/drafts.py": {"transcript"},
    "commentarchive/intake/report.py": {"warc"},
    "commentarchive/ledger/merkle/events.py": {each.name for each in IMPORTERS},
    "commentarchive/ledger/merkle/refs.py": {"transcript"},
    "commentarchive/ledger/merkle/verify.py": {each.name for each in IMPORTERS},
    "commentarchive/matching.py": _MIRRORS,
    "commentarchive/models/capture.py": {"wordpress"},
    "commentarchive/models/comment.py": {"transcript"},
    "commentarchive/models/erasure_request.py": {"document"},
    "commentarchive/urls.py": {"feed"},
}
_string = re.compile(r"[\"'](\w+)[\"']")


def test_what_differs_between_sources_is_said_by_their_importers():
    """A list of importers elsewhere is one that a new importer is missing from."""
    names = {importer.name for importer in IMPORTERS}
    root = Path(commentarchive.__file__).parent
    for path in root.rglob("*.py"):
        place = path.relative_to(root.parent).as_posix()
        if "migrations" in path.parts or "importers/formats" in place:
            continue
        found = names & set(_string.findall(path.read_text()))
        assert found <= NAMED_ALONE.get(place, set()), (
            f"{place} names {found}: let `SourceFacts` in importers/contract.py say what "
            "differs; where one source alone is meant, add it to NAMED_ALONE"
        )
