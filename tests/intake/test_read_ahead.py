"""Articles planned while others are written are those that would be planned then."""

from threading import current_thread, main_thread

import pytest

from commentarchive.actions.staff import acting
from commentarchive.intake import batches, file_session
from commentarchive.intake.batches import BatchWriter
from commentarchive.intake.read_ahead import ReadAhead
from commentarchive.models import Comment
from moderation.actions.decisions import Judgement, decide
from moderation.models import Action
from tests.wxr import comment, item, load


def taken_by(threads, items):
    for each in items:
        threads.append(current_thread() is main_thread())
        yield each


@pytest.mark.pure
@pytest.mark.parametrize("starts", [set(), {0}, {1, 2}, {0, 3, 7}, set(range(9))])
def test_items_come_in_order_whenever_it_reads_on(starts):
    threads = []
    items = taken_by(threads, range(9))
    with ReadAhead(items, size=lambda _n: 1, most=3) as ahead:
        got = []
        for number in ahead:
            got.append(number)
            if number in starts:
                ahead.start()
    assert got == list(range(9))
    assert (False in threads) == any(n < 8 for n in starts)


@pytest.mark.pure
@pytest.mark.parametrize(("most", "taken"), [(1, 1), (5, 2), (100, 4)])
def test_no_more_is_taken_than_was_asked_for(most, taken):
    threads = []
    items = taken_by(threads, [3, 4, 5, 6])
    with ReadAhead(items, size=int, most=most) as ahead:
        ahead.start()
        ahead.start()
    assert threads == [False] * taken


@pytest.mark.pure
@pytest.mark.parametrize(("left", "reads_on"), [(3, False), (2, True), (0, True)])
def test_more_is_taken_once_few_items_are_at_hand(left, reads_on):
    threads = []
    items = taken_by(threads, range(20))
    with ReadAhead(items, size=lambda _n: 1, most=8) as ahead:
        ahead.start()
        got = [next(ahead) for _number in range(8 - left)]
        ahead.start()
        got += [next(ahead) for _number in range(left)]
        assert (len(threads) > 8 or ahead._pending is not None) == reads_on
        assert [*got, *ahead] == list(range(20))
    assert threads.count(False) == (16 if reads_on else 8)


@pytest.mark.pure
def test_what_goes_wrong_in_the_thread_is_raised_where_items_are_wanted():
    def fail():
        yield 1
        raise OSError("gone")

    with ReadAhead(fail(), size=int, most=1) as ahead:
        ahead.start()
        assert next(ahead) == 1
        ahead.start()
        with pytest.raises(OSError, match="gone"):
            next(ahead)


@pytest.mark.django_db
@pytest.mark.parametrize("again_in", [2, 3, 4, 5])
def test_a_decision_after_articles_were_planned_is_heeded(
    tmp_path, alice, monkeypatch, again_in
):
    # Every article is a batch, and all that follow are planned with the first.
    monkeypatch.setattr(batches, "BATCH_COMMENTS", 1)
    monkeypatch.setattr(file_session, "BATCH_COMMENTS", 100)
    start, flush = ReadAhead.start, BatchWriter.flush
    planned = []

    def start_and_wait(ahead):
        start(ahead)
        if ahead._pending:
            planned.extend(ahead._pending.result())

    def decide_after(writer):
        flush(writer)
        first = Comment.objects.filter(source_id="1").first()
        if first and first.decided_entry is None:
            decide(first, Judgement(action=Action.HOLD), by=acting(alice))

    monkeypatch.setattr(ReadAhead, "start", start_and_wait)
    monkeypatch.setattr(BatchWriter, "flush", decide_after)
    items = [
        item(comment(1 if number in {1, again_in} else 10 + number), number=number)
        for number in range(1, 6)
    ]
    load(tmp_path, *items)
    assert [each.ordinal for each in planned] == [2, 3, 4]
    assert all(each.plan for each in planned)
    again = Comment.objects.get(source_id="1", post__source_id=str(again_in))
    assert again.visibility == "held"
