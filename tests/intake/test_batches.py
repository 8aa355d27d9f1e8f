"""How many plans one batch takes, and what decisions make of those that wait."""

from collections import deque
from types import SimpleNamespace

import pytest

from commentarchive.intake import batches
from commentarchive.intake.batches import BATCH_COMMENTS, BatchWriter
from commentarchive.intake.new_articles import plan_new_article
from commentarchive.intake.plan import DecisionSnapshot, plan_article
from tests.intake.made import article, comment

pytestmark = pytest.mark.pure
NOBODY = DecisionSnapshot()
NOBODY_WAITS = SimpleNamespace(may_be_awaited=True, is_awaited=lambda: False)
SOMEBODY_WAITS = SimpleNamespace(may_be_awaited=True, is_awaited=lambda: True)


def new(number, *ids):
    read = article(source_id=str(number), comments=[comment(each) for each in ids])
    return plan_new_article(
        read, decisions=NOBODY, zone="Europe/London", ordinal=number
    )


def planned(number, *ids):
    return plan_article(
        article(source_id=str(number), comments=[comment(each) for each in ids]),
        post=None, stored={}, decisions=NOBODY, zone="Europe/London", ordinal=number,
    )  # fmt: skip


@pytest.fixture
def writer(monkeypatch):
    """A writer of which each batch takes all that waits, and counts it."""
    monkeypatch.setattr(batches, "NewArticleWriter", lambda *_all: None)
    monkeypatch.setattr(batches, "articles_with_moves", frozenset)
    monkeypatch.setattr(batches, "judges", lambda _blog: [])
    monkeypatch.setattr(batches, "ARTICLE_COST", 10)
    counts = SimpleNamespace(
        count_article=lambda plan: made.counted.append(plan.ordinal),
        comments=SimpleNamespace(count=lambda *_all: None),
        quoted=[],
    )
    made = BatchWriter(
        SimpleNamespace(),
        SimpleNamespace(capture=None),
        counts=counts,
        decisions=SimpleNamespace(snapshot=NOBODY),
        replan=lambda parsed, ordinal: (parsed.source_id, ordinal),
        before_insert=lambda: None,
    )
    made.counted, made.flushed = [], []
    return made


def test_an_article_costs_as_much_as_ten_comments(writer, monkeypatch):
    monkeypatch.setattr(batches, "BATCH_COMMENTS", 30)

    def flush():
        writer.flushed.append([plan.ordinal for plan in writer._waiting])
        writer._waiting.clear()
        writer._cost_waiting = 0

    monkeypatch.setattr(writer, "flush", flush)
    writer.add(new(1, "1", "2", "3", "4"))
    writer.add(planned(2, *map(str, range(6))))
    assert writer.flushed == []
    assert writer._cost_waiting == 30
    writer.add(new(3))
    assert writer.flushed == [[1, 2]]
    assert (writer._cost_waiting, len(writer._waiting)) == (10, 1)


@pytest.mark.parametrize(
    ("cost", "seconds", "fitting"),
    [
        # As much as fits into 70 ms, going by the last batch.
        (1000, 0.14, 500),
        (1000, 0.07, 1000),
        # Neither less nor more than can be right.
        (10, 7.0, BATCH_COMMENTS // 25),
        (2400, 0.06, BATCH_COMMENTS),
        (5, 0.0, 350),
    ],
)
def test_the_next_batch_is_as_large_as_fits_into_its_time(
    writer, cost, seconds, fitting
):
    writer._learn_pace(cost, seconds)
    assert writer._fitting == pytest.approx(fitting, abs=1)


def written(writer, *plans, turn=NOBODY_WAITS):
    """Write new articles; return which ones, and which are left."""
    done = []

    def write(articles):
        done.extend(each.ordinal for each in articles)
        return [(SimpleNamespace(), [], bytes(32)) for _each in articles]

    writer._new_articles = SimpleNamespace(write=write)
    writer._end_article = lambda _leaf, _ordinal: None
    writer._waiting = deque(plans)
    pairs = writer._write_new_articles(turn)
    assert [parsed.source_id for _post, parsed in pairs] == list(map(str, done))
    assert writer.counted == done
    return done, [plan.ordinal for plan in writer._waiting]


def test_new_articles_are_written_as_far_as_they_fit(writer):
    assert writer._fitting == BATCH_COMMENTS // 5
    writer._fitting = 25
    # Twelve, thirteen; the third would be one too many.
    plans = new(1, "1", "2"), new(2, "3", "4", "5"), new(3)
    assert written(writer, *plans) == ([1, 2], [3])
    writer.counted.clear()
    writer._fitting = 24
    assert written(writer, *plans) == ([1], [2, 3])


def test_one_new_article_is_written_however_large(writer):
    writer._fitting = 5
    assert written(writer, new(1, "1"), new(2)) == ([1], [2])


def test_new_articles_are_written_up_to_one_that_is_not(writer):
    assert written(writer, new(1), planned(2), new(3)) == ([1], [2, 3])
    writer.counted.clear()
    assert written(writer, planned(2), new(3)) == ([], [2, 3])
    assert written(writer) == ([], [])


def test_what_waits_is_planned_again_once_a_decision_concerns_it(writer):
    known = planned(1, "1")
    plans = [known, new(2, "2"), new(3, "3")]
    writer._decisions.snapshot = DecisionSnapshot(frozenset(["1", "3"]))
    assert list(map(writer._revised, plans)) == [known, plans[1], ("3", 3)]
    assert known.comments[0].visibility == "held"


@pytest.mark.parametrize(("ordinal", "start"), [(3, 40), (2, 0), (4, 0)])
def test_a_killed_import_goes_on_within_its_article(writer, ordinal, start):
    writer._to.capture = SimpleNamespace(cursor_post=3, cursor_position=40)
    assert writer._start_of(planned(ordinal)) == start


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        # What fits into the comments and into the time of a batch.
        ([0, 0, 0, 0, 0, 0], [(1, 0), (2, 0), (3, 0)]),
        ([0, 0, 1, 1], [(1, 0), (2, 0)]),
        # The first slice is written however late it is.
        ([0, 1, 1], [(1, 0)]),
    ],
)
def test_slices_are_written_until_the_batch_is_full(
    writer, monkeypatch, seconds, expected
):
    monkeypatch.setattr(batches, "BATCH_COMMENTS", 4)
    clock = iter(seconds)
    monkeypatch.setattr(batches, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    writer._to.capture = SimpleNamespace(cursor_post=9, cursor_position=0)
    done = []

    def write(plan, start):
        done.append((plan.ordinal, start))
        writer._waiting.popleft()
        return plan.ordinal

    writer._write_slice = write
    # Two comments; none, which count as one; one more; and one too many.
    writer._waiting = deque(
        [planned(1, "1", "2"), planned(2), planned(3, "3"), planned(4, "4")]
    )
    begun = writer._write_slices(0.0, NOBODY_WAITS)
    assert done == expected
    assert [number for number, _parsed in begun] == [number for number, _ in expected]


def test_a_slice_in_the_midst_of_an_article_begins_none(writer):
    writer._to.capture = SimpleNamespace(cursor_post=1, cursor_position=1)
    done = []

    def write(plan, start):
        done.append((plan.ordinal, start))
        writer._waiting.popleft()

    writer._write_slice = write
    writer._waiting = deque([planned(1, "1", "2"), new(2)])
    assert writer._write_slices(batches.time.monotonic(), NOBODY_WAITS) == []
    assert done == [(1, 1)]
    assert len(writer._waiting) == 1


def test_a_batch_that_somebody_waits_for_ends_after_its_first_part(writer, monkeypatch):
    monkeypatch.setattr(batches, "PART_COMMENTS", 20)
    plans = new(1), new(2), new(3)
    assert written(writer, *plans) == ([1, 2, 3], [])
    writer.counted.clear()
    assert written(writer, *plans, turn=SOMEBODY_WAITS) == ([1, 2], [3])


def test_a_slice_is_the_last_of_a_batch_that_somebody_waits_for(writer):
    writer._to.capture = SimpleNamespace(cursor_post=9, cursor_position=0)
    writer._write_slice = lambda *_all: writer._waiting.popleft()
    writer._waiting = deque([planned(1, "1"), planned(2, "2")])
    writer._write_slices(batches.time.monotonic(), SOMEBODY_WAITS)
    assert [plan.ordinal for plan in writer._waiting] == [2]


def test_batches_are_short_for_a_while_after_somebody_waited(writer, monkeypatch):
    monkeypatch.setattr(batches, "time", SimpleNamespace(monotonic=lambda: 100))
    capture = SimpleNamespace(save=lambda **_all: None)
    writer._to = SimpleNamespace(
        capture=capture, rows=SimpleNamespace(flush=lambda: None)
    )
    writer._counts.pack = dict
    writer._decisions.refresh = lambda: False
    for step in ("_write_new_articles", "_write_slices", "_tie_cross_posts"):
        monkeypatch.setattr(writer, step, lambda *_all: [])
    writer._write_batch(NOBODY_WAITS)
    assert writer._seconds() == batches.BATCH_SECONDS
    writer._write_batch(SOMEBODY_WAITS)
    assert writer._seconds() == batches.AWAITED_SECONDS
    monkeypatch.setattr(batches.time, "monotonic", lambda: 111)
    assert writer._seconds() == batches.BATCH_SECONDS
