"""What becomes of a claim is held against the record, column by column."""

import pytest

from commentarchive.actions.blogs import add_known_blog
from commentarchive.actions.claimed_gaps import (
    answer_claim,
    claim_gap,
    end_claim,
    prove_claim,
)
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Answer, Comment
from tests.databases import past_the_triggers
from tests.reading_orders import undone
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def claims(tmp_path):
    """Make four claims: one stands, one is proven, one is over, one is of a blog."""
    load(tmp_path, item(*(comment(n) for n in (1, 2, 3, 4))), item(number=2))
    said = list(Comment.objects.order_by("source_id"))
    post = said[0].post
    claim_gap(post, number=1, said_in=said[0], by=SYSTEM)
    proven = claim_gap(post, number=2, said_in=said[1], by=SYSTEM)
    prove_claim(proven, post.capture, evidence="In the trash.", by=SYSTEM)
    answer_claim(proven, Answer.DENIED, answered_at=None, text="No.", by=SYSTEM)
    over = claim_gap(post, number=3, said_in=said[2], by=SYSTEM)
    end_claim(over, is_refused=False, reason="Taken back.", by=SYSTEM)
    watch = add_known_blog("https://watch.example/", by=SYSTEM)
    claim_gap(watch, number=4, said_in=said[3], by=SYSTEM)


CLAIMS = (
    ("at_least = 9 WHERE at_least = 1", "the at_least of g"),
    ("at_most = NULL WHERE at_least = 1", "the at_most of g"),
    (
        "kind = 'quoted', said_below_id = NULL WHERE at_least = 1",
        "the kind of g",
    ),
    (
        "said_below_id = (SELECT MAX(id) FROM commentarchive_post) WHERE at_least = 1",
        "the article of the comment that claims it of g",
    ),
    ("grade = 'observed' WHERE at_least = 1", "the grade of g"),
    ("grade = 'claimed' WHERE at_least = 2", "the grade of g"),
    ("proof_id = NULL WHERE at_least = 2", "the proof of g"),
    ("proven_entry = NULL WHERE at_least = 2", "the proven_entry of g"),
    ("proven_entry = 1 WHERE at_least = 1", "says nothing of the gap of g"),
    ("withdrawn_entry = NULL WHERE at_least = 3", "the withdrawn_entry of g"),
    ("withdrawn_entry = 1 WHERE at_least = 1", "says nothing of the gap of g"),
    (
        "blog_id = (SELECT MIN(id) FROM commentarchive_blog) WHERE at_least = 4",
        "the blog of g",
    ),
)


def test_a_changed_claim_is_named(claims):
    assert differences() == []
    for change, told in CLAIMS:
        with undone():
            edit(f"UPDATE commentarchive_gap SET {change}")
            found = differences()
        assert any(told in each for each in found), (change, found)
    assert differences() == []


ANSWERS = (
    ("UPDATE commentarchive_gapanswer SET answer = 'none'", "the answer to g"),
    (
        "UPDATE commentarchive_gapanswer SET answered_at = recorded_at",
        "answer to g",
    ),
    ("UPDATE commentarchive_gapanswer SET entry_index = 1", "the answer of g"),
    ("DELETE FROM commentarchive_gapanswer", "the answer it speaks of"),
    (
        "UPDATE commentarchive_blog SET ref = 'baaaaaaaaaaaaaaaaaaaaaaaaaa' "
        "WHERE address LIKE '%watch%'",
        "the blog it speaks of is not there",
    ),
)


def test_a_changed_answer_or_blog_is_named(claims):
    for sql, told in ANSWERS:
        with undone():
            edit(sql)
            found = differences()
        assert any(told in each for each in found), (sql, found)


def edit(sql):
    with past_the_triggers() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount


def differences():
    return [str(each) for each in reconcile()]
