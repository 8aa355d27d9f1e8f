"""What holds for every importer: its fixtures are read, cut and damaged."""

import io
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commentarchive.importers.containers import HEAD
from commentarchive.importers.cut import cut
from commentarchive.importers.parsed import SOURCE_STATES, Reading, Unreadable
from commentarchive.importers.registry import IMPORTERS, detect
from commentarchive.ledger.merkle.events import ADAPTERS
from tests.importers.reading import all_fixtures, fixture, importer_of, read

pytestmark = pytest.mark.pure
NAMES = all_fixtures()
every_fixture = pytest.mark.parametrize("name", NAMES)


def test_every_importer_has_fixtures_and_a_name_in_the_record():
    folders = {name.partition("/")[0] for name in NAMES}
    for importer in IMPORTERS:
        assert importer.name in ADAPTERS, (
            f"add {importer.name} at the end of ADAPTERS in ledger/merkle/events.py, of "
            "_ADAPTERS in verify.py and of the adapters in docs/ledger.md"
        )
        assert importer.cannot_tell, f"{importer.name}: say what it does not tell"
        # A transcript is read by what people decided, and never recognised.
        assert importer.name in folders | {"wordpress", "transcript"}, (
            f"put files into tests/importers/fixtures/{importer.name}/"
        )


@every_fixture
def test_is_recognised_by_its_own_importer_alone(name):
    head = fixture(name)[:HEAD]
    found = [each.name for each in IMPORTERS if each.recognises(head)]
    # What could be taken for another's stands before it in the registry.
    assert found[0] == name.partition("/")[0]


@every_fixture
def test_is_read_whole_with_every_comment_counted(name):
    posts, reading = read(name)
    comments = [each for post in posts for each in post.comments]
    assert reading.raw_comments == reading.parsed_comments == len(comments)
    assert reading.has_all_records
    for post in posts:
        assert post.scheme
        assert {each.state for each in post.comments} <= set(SOURCE_STATES)
    assert not any("<script" in each.html for each in comments)


def may_end_there(importer, data, end):
    """Return whether nothing tells that records are missing: a whole one ends there."""
    kept = data[:end].rstrip()
    if not importer.may_end_after or not kept.endswith(importer.may_end_after):
        return False
    return data[len(kept) :].lstrip(b" \t")[:1] in {b"\r", b"\n", b""}


@every_fixture
def test_every_cut_is_said_or_refused_and_keeps_what_came_before(name):
    data = fixture(name)
    whole = {each.raw for post in read(name)[0] for each in post.comments}
    importer = importer_of(data)
    step = max(1, len(data) // 60)
    rescued = set()
    for end in range(len(data) - 1 - step, 0, -step):
        if importer_of(data[:end]) is None or may_end_there(importer, data, end):
            continue
        if name.startswith("web_page") and (
            b"</body" in data[:end] or "single_file" in name
        ):
            continue
        try:
            posts, reading = read(data[:end])
        except Unreadable:
            continue
        found = {each.raw for post in posts for each in post.comments}
        assert not reading.is_whole, (
            f"{name}, cut at byte {end}, was read as whole; if nothing can tell that "
            "records are missing there, the importer says what a record ends with "
            "(may_end_after)"
        )
        # The last one of a text may have lost its end; nothing else is made up.
        may_lose_its_end = name.startswith("movable_type")
        assert len(found - whole) <= may_lose_its_end, (
            f"{name}, cut at byte {end}: the text of a comment is of no comment in it"
        )
        rescued |= found & whole
    # Whoever refuses every file that is cut keeps nothing of what came before. Pages
    # are cut before their comments only: see above. A mail is one comment.
    one_record = ("web_page", "mail")
    assert rescued or not whole or name.startswith(one_record), (
        f"{name}: nothing of a cut file is kept, or no comment stands in its first half"
    )


@every_fixture
def test_each_comment_can_be_cut_out_of_a_kept_file(name, tmp_path):
    path = tmp_path / "kept"
    path.write_bytes(fixture(name))
    source = detect(path)
    if source.importer.cutting is None:
        return
    everything = [
        (post.source_id, each.source_id, each.raw)
        for post in source.posts(Reading())
        for each in post.comments
    ]
    for wanted in everything:

        def is_wanted(post, each, wanted=wanted):
            return (post.source_id, each.source_id, each.raw) == wanted

        target = tmp_path / "cut"
        assert cut(source, target, is_wanted, {wanted[1]}) == 1
        left = [
            (post.source_id, each.source_id, each.raw)
            for post in detect(target, source=source.importer.name).posts(Reading())
            for each in post.comments
        ]
        assert sorted(left) == sorted(each for each in everything if each != wanted)
        target.unlink()


@every_fixture
def test_what_was_never_read_is_found_by_its_id_as_well(name):
    """A broken record leaves no words behind either."""
    data = fixture(name)
    cutting = importer_of(data).cutting
    told = [each for post in read(name)[0] for each in post.comments if each.source_id]
    for comment in told if cutting else ():
        spans = list(cutting.fragments(data, {comment.source_id}))
        assert any(start <= comment.byte < end for start, end in spans), comment


@every_fixture
@settings(
    max_examples=int(os.environ.get("FUZZ", "30")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_damage_is_refused_or_named_and_never_ends_in_an_error(name, data):
    """Replaced, doubled and missing stretches, and bytes that mean something."""
    raw = bytearray(fixture(name))
    for _turn in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(raw)))
        end = min(len(raw), start + data.draw(st.integers(0, 60)))
        raw[start:end] = data.draw(
            st.one_of(
                st.binary(max_size=12),
                st.sampled_from([b"<", b"]]>", b"&", b"{", b'"', b"\0", b"-----\n"]),
            )
        )
    importer = next(each for each in IMPORTERS if each.name == name.partition("/")[0])
    reading = Reading()
    try:
        posts = list(importer.open(io.BytesIO(bytes(raw)), reading).posts())
    except Unreadable:
        return
    for note in [*reading.problems, *reading.repairs]:
        assert note.place.startswith("byte ")
    for post in posts:
        for each in post.comments:
            each.raw.encode()
            each.name.encode()


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda each: each.name)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 100,
        b"<html><body>hello",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"<a>" * 10_000,
        b"SQLite format 3\0" + b"\xff" * 4096,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_what_is_another_kind_of_file_is_refused_or_empty(importer, data):
    reading = Reading()
    try:
        posts = list(importer.open(io.BytesIO(data), reading).posts())
    except Unreadable:
        return
    assert not [each for post in posts for each in post.comments]


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda each: each.name)
def test_a_doctype_is_refused_with_its_line(importer, tmp_path):
    bomb = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>\n'
    for name in NAMES:
        data = fixture(name)
        if not name.startswith(f"{importer.name}/") or b"<?xml" not in data[:100]:
            continue
        end = data.index(b"?>") + 2
        with pytest.raises(Unreadable, match=r"line \d, byte \d+: a DOCTYPE"):
            importer.open(io.BytesIO(data[:end] + b"\n" + bomb + data[end:]), Reading())
