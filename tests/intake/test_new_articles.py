"""The short way for new articles writes what the general way writes, to the row."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commentarchive.captures.times import stored_times
from commentarchive.captures.tree import recompute_root
from commentarchive.discussion.windows import pages_in, places_of, render_windows
from commentarchive.importers.parsed import ParsedBlog, ParsedComment, ParsedPost, When
from commentarchive.importers.registry import named
from commentarchive.intake import file_session, new_articles, session
from commentarchive.intake.plan import DecisionSnapshot, plan_article
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import (
    Capture,
    Commenter,
    Manifest,
    Post,
    PostAddress,
    PrivateAddress,
    Revision,
    Segment,
    Tombstone,
)
from tests import databases
from tests.dump import dump
from tests.stored_windows import stored_windows

BEGAN = datetime(2012, 4, 1, 9, tzinfo=UTC)
IDS = ["1", "2", "3", "10", "a", ""]
STATES = ["live", "live", "live", "pending", "spam", "trashed", "deleted", "internal"]
RANDOM = {"id", "ref", "salt", "commitment", "leaf", "packed", "times"}


@st.composite
def comments(draw):
    minutes = draw(st.one_of(st.none(), st.integers(0, 3)))
    moment = None if minutes is None else BEGAN + timedelta(minutes=minutes)
    if moment is not None and draw(st.booleans()):
        moment = moment.replace(tzinfo=None)
    text = draw(st.sampled_from(["", "One.", "Two words.", "@Nell: and you?"]))
    return ParsedComment(
        source_id=draw(st.sampled_from(IDS)),
        parent_id=draw(st.sampled_from(["", "", *IDS, "99"])),
        kind=draw(st.sampled_from(["comment", "pingback"])),
        state=draw(st.sampled_from(STATES)),
        name=draw(st.sampled_from(["", "Ann", "Bo"])),
        link=draw(st.sampled_from(["", "https://ann.example/"])),
        email=draw(st.sampled_from(["", "ann@mail.example"])),
        ip=draw(st.sampled_from(["", "192.0.2.1"])),
        when=When("printed", moment, draw(st.sampled_from([None, 60]))),
        raw=text,
        form=draw(st.sampled_from(["html", "text", "page"])),
        html=f"<p>{text}</p>",
        plain=text,
        byte=draw(st.integers(0, 9)),
        person=draw(st.sampled_from(["", "p1"])),
        is_by_author=draw(st.booleans()),
        is_by_blog=draw(st.booleans()),
        source_type=draw(st.sampled_from(["", "review"])),
        told=draw(st.sampled_from([None, "live", "spam"])),
    )


@st.composite
def articles(draw):
    found = []
    for number in range(draw(st.integers(1, 3))):
        unusual = draw(st.booleans())
        some = draw(st.lists(comments(), max_size=6))
        if not unusual:
            some = _made_usual(some)
        found.append(
            ParsedPost(
                scheme="wordpress",
                source_id=str(number + 1),
                status=draw(st.sampled_from(["publish", "draft", "unknown"])),
                is_live=draw(st.booleans()),
                title="Title",
                raw="Its text.",
                form="html",
                addresses=(f"https://test.example/{number}/",),
                when=When("printed", BEGAN, 0),
                comments=some,
                parents=draw(st.sampled_from(["told", "shown", "untold"])),
                is_whole=draw(st.booleans()),
                printed_count=draw(st.sampled_from([None, 3])),
            )
        )
    return found


def _made_usual(some):
    """Give comments ids of their own, times, texts, and parents that are there."""
    usual = []
    for number, each in enumerate(some, 1):
        parent = (
            each.parent_id
            if each.parent_id in {str(n) for n in range(1, number)}
            else ""
        )
        when = each.when if each.when.utc else each.when._replace(utc=BEGAN)
        usual.append(
            each._replace(
                source_id=str(number),
                parent_id=parent,
                when=when,
                raw=each.raw or "Text.",
            )
        )
    return usual


class Source:
    """Articles in place of a file that a child reads."""

    importer = named("wordpress")
    blog = ParsedBlog(title="Test", address="https://test.example/")
    first_address = "https://test.example/1/"
    is_dated_by_hand = False
    saved_at = None

    def __init__(self, path, posts):
        self.path, self._posts = path, posts

    def posts(self, _notes):
        yield from self._posts

    def read_by_clock(self, _zone):
        pass

    def close(self):
        pass


def _rows(model, *hidden):
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if field.attname not in RANDOM
        and not (field.is_relation and field.attname != "capture_id")
        and field.attname not in hidden
    ]
    return sorted(repr(row) for row in model.objects.values_list(*names))


def _written(path, posts):
    """Import articles, return everything that is stored of them, and undo it."""
    with transaction.atomic():
        facts = session.blog_facts(Source(path, posts), "")
        report = session._import_file(
            Source(path, posts),
            facts,
            reading_ref="",
            is_part=False,
            progress=None,
            by=SYSTEM,
            is_cancelled=lambda: False,
        )
        capture = Capture.objects.get()
        assert recompute_root(capture) == capture.root
        for manifest in Manifest.objects.exclude(times=b""):
            assert bytes(manifest.times) == stored_times(manifest.post_id)
        _assert_pages_are_those_of_the_rows()
        counts = report.counts
        stored = (
            dump(),
            [
                _rows(model, "capture_id", "packed")
                for model in (Revision, Commenter, PrivateAddress, PostAddress)
            ],
            _rows(Tombstone, "since_not_after"),
            _rows(Manifest, "capture_id"),
            sorted(Segment.objects.values_list("post__source_id", "number")),
            (counts.posts, counts.comments, counts.states, counts.max_depth),
            (len(counts.quoted), sorted(counts.orphans.values())),
            sorted(map(str, report.problems)),
        )
        transaction.set_rollback(True)
    return stored


def _assert_pages_are_those_of_the_rows():
    for post in Post.objects.public().select_related("blog"):
        windows = render_windows(post, 0, pages_in(places_of(post)))
        expected = windows if post.stored_places else []
        assert stored_windows(post=post) == expected
        assert post.stored_places is not None


@pytest.mark.django_db
@given(posts=articles())
@settings(
    max_examples=databases.examples(30),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_both_ways_write_the_same_rows(tmp_path, posts):
    path = Path(tmp_path) / "export.xml"
    path.write_bytes(b"bytes")
    short = _written(path, posts)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(file_session, "plan_new_article", lambda *_a, **_k: None)
        assert _written(path, posts) == short


def _planned(*some, decided=()):
    return new_articles.plan_new_article(
        _post(some),
        decisions=DecisionSnapshot(decided=frozenset(decided)),
        zone="Europe/London",
        ordinal=0,
    )


def _post(some):
    return ParsedPost(
        scheme="wordpress",
        source_id="1",
        status="publish",
        is_live=True,
        is_whole=True,
        form="html",
        comments=list(some),
    )


def _comment(source_id, parent_id="", **changes):
    return ParsedComment(
        *(source_id, parent_id, "comment", "live", "Ann", "", "", ""),
        *(When("printed", BEGAN), "Text.", "html", "<p>Text.</p>", "Text.", 0),
    )._replace(**changes)


def test_a_usual_thread_takes_the_short_way():
    plan = _planned(
        _comment("2", "1"), _comment("1"), _comment("10"), _comment("3", "2")
    )
    order = [(p.comment.source_id, p.parent, p.depth) for p in plan.places]
    assert order == [("1", -1, 0), ("2", 0, 1), ("3", 1, 2), ("10", -1, 0)]
    assert plan.max_depth == 3


@pytest.mark.parametrize(
    "unusual",
    [
        pytest.param([_comment("1"), _comment("1", raw="Two.")], id="an id twice"),
        pytest.param([_comment("")], id="no id"),
        pytest.param([_comment("1", when=When("some day"))], id="no time"),
        pytest.param([_comment("1", form="page", raw="")], id="no text"),
        pytest.param([_comment("1", "9")], id="a parent that is missing"),
        pytest.param([_comment("1", "1")], id="its own parent"),
        pytest.param([_comment("1", "2"), _comment("2", "1")], id="a ring of parents"),
    ],
)
def test_what_is_unusual_takes_the_general_way(unusual):
    assert _planned(*unusual) is None


def test_what_was_decided_on_takes_the_general_way():
    assert _planned(_comment("1"), decided=["1"]) is None
    plan = _planned(_comment("1"))
    assert plan.was_decided_on(DecisionSnapshot(decided=frozenset(["1"])))
    assert not plan.was_decided_on(DecisionSnapshot(decided=frozenset(["2"])))


def test_the_newest_time_is_that_of_the_general_plan():
    some = [_comment("1"), _comment("2", when=When("", BEGAN + timedelta(hours=1)))]
    general = plan_article(
        _post(some),
        post=None,
        stored={},
        decisions=DecisionSnapshot(),
        zone="Europe/London",
        ordinal=0,
    )
    assert _planned(*some).newest_at == general.newest_at == some[1].when.utc
