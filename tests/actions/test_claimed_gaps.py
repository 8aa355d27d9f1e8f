from datetime import UTC, datetime

import pytest
from django.db import transaction

from commentarchive.actions.blogs import add_known_blog, save_blog
from commentarchive.actions.claimed_gaps import (
    NoSuchClaim,
    answer_claim,
    claim_gap,
    end_claim,
    prove_claim,
)
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Answer, Capture, Comment, Gap, Post, Tombstone
from tests.report_numbers import numbers_of
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
DAYS = ("2012-04-01 09:00:00", "2012-04-02 09:00:00", "2012-04-03 09:00:00")


@pytest.fixture
def thread(tmp_path):
    dated = [comment(n, local=day, gmt=day) for n, day in enumerate(DAYS, 1)]
    load(tmp_path, item(*dated), item(comment(8, gmt=DAYS[1]), number=2))
    return Post.objects.get(source_id="1")


def sound():
    return [str(each) for each in reconcile()] == []


def the(source_id):
    return Comment.objects.get(source_id=source_id)


def test_a_claim_stands_after_the_last_comment_made_before_it(thread):
    gap = claim_gap(thread, number=2, said_in=the("8"), by=SYSTEM)
    assert gap.after == the("2")
    assert (gap.grade, gap.kind, gap.at_least, gap.at_most) == ("claimed", "said", 2, 2)
    entry = Entry.objects.get(event="gap.claimed")
    assert (entry.subject, entry.index) == (gap.ref, gap.entry_index)


def test_the_same_claim_again_changes_nothing(thread):
    gap = claim_gap(thread, number=2, said_in=the("8"), by=SYSTEM)
    assert claim_gap(thread, number=2, said_in=the("8"), by=SYSTEM) == gap
    assert Entry.objects.filter(event="gap.claimed").count() == 1


def test_refuses_another_number_and_none_at_all(thread):
    claim_gap(thread, number=2, said_in=the("8"), by=SYSTEM)
    with pytest.raises(ValueError, match="on record already that it says 2"):
        claim_gap(thread, number=3, said_in=the("8"), by=SYSTEM)
    with pytest.raises(ValueError, match="at least one"):
        claim_gap(thread, number=0, said_in=the("1"), by=SYSTEM)
    assert Gap.objects.count() == 1


@pytest.fixture
def watch():
    """A blog of which nothing was ever read."""
    return add_known_blog("https://watch.example/", title="The Watch", by=SYSTEM)


def margin(client, thread):
    page = client.get(thread.get_absolute_url()).text
    return page[page.index('class="gap"') :].partition("</aside>")[0]


def test_a_blog_that_is_only_known_can_be_claimed_against(thread, watch, client):
    gap = claim_gap(watch, number=2, said_in=the("8"), by=SYSTEM)
    assert (gap.post, gap.blog, gap.after) == (None, watch, None)
    assert claim_gap(watch, number=2, said_in=the("8"), by=SYSTEM) == gap
    page = client.get(watch.get_absolute_url()).text
    assert "2 comments are said to have been blocked at <bdi>The Watch</bdi>." in page
    assert "on an article that is not named: someone says so" in page
    assert "The blog has not been asked." in page
    log = client.get("/moderation/log/otherwise/?known=claimed").text
    assert "not named, of" in log
    assert f"{watch.get_absolute_url()}#claims" in log
    of_watch = f"/moderation/log/otherwise/?known=claimed&blog={watch.slug}"
    assert "1 place where" in client.get(of_watch).text
    month = gap.recorded_at.strftime("%Y-%m")
    for blog in (None, watch):
        assert numbers_of(month, "gaps-by-grade", blog)["claimed"] == 1
    assert not numbers_of(month, "gaps-by-grade", thread.blog).get("claimed")
    assert sound()


def test_a_blog_is_added_once_and_on_record(thread, watch):
    assert add_known_blog("http://www.watch.example", by=SYSTEM) == watch
    entry = Entry.objects.get(event="blog.new")
    assert entry.subject == watch.ref
    assert b"watch.example" not in bytes(entry.leaf)
    with pytest.raises(ValueError, match="begins with http"):
        add_known_blog("the watch", by=SYSTEM)


def test_a_blog_for_staff_only_keeps_its_claims_to_itself(thread, watch, client):
    claim_gap(watch, number=2, said_in=the("8"), by=SYSTEM)
    watch.visibility = "staff"
    save_blog(watch, by=SYSTEM)
    assert list(Gap.objects.public()) == []
    assert client.get(watch.get_absolute_url()).status_code == 404


def test_a_claim_said_where_readers_cannot_look_has_no_link(thread):
    note = the("8")
    Comment.objects.filter(pk=note.pk).update(visibility="internal")
    gap = claim_gap(thread, number=2, said_in=note, by=SYSTEM)
    assert gap.said_in is None
    Comment.objects.filter(pk=note.pk).update(visibility="published")


@pytest.mark.parametrize("answer", Answer)
def test_an_answer_stands_beside_the_claim(thread, client, answer):
    gap = claim_gap(thread, number=2, said_in=the("8"), by=SYSTEM)
    assert "blog" not in margin(client, thread)
    answer_claim(gap, Answer.NONE, answered_at=None, text="", by=SYSTEM)
    at = datetime(2012, 5, 3, 12, tzinfo=UTC)
    answer_claim(gap, answer, answered_at=at, text="Never a word of it.", by=SYSTEM)
    words = f"{answer.label} (3 May 2012)."
    assert words in margin(client, thread)
    assert words in client.get(thread.blog.get_absolute_url()).text
    assert words in client.get("/moderation/log/otherwise/?known=claimed").text
    entry = Entry.objects.filter(event="gap.answered").last()
    assert (entry.subject, entry.subject_number) == (gap.ref, 3)
    assert b"Never a word" not in bytes(entry.leaf)
    assert sound()


def test_a_copy_proves_a_claim_which_counts_as_seen(thread, client):
    gap = claim_gap(thread, number=2, said_in=the("8"), by=SYSTEM)
    prove_claim(gap, thread.capture, evidence="It is in its trash.", by=SYSTEM)
    gap.refresh_from_db()
    assert (gap.grade, gap.proof, gap.said_in) == ("observed", thread.capture, the("8"))
    shown = margin(client, thread)
    assert "someone said so, and a copy proves it. Known: seen to vanish." in shown
    assert thread.capture.get_absolute_url() in shown
    page = client.get(thread.blog.get_absolute_url()).text
    assert "A copy proves it of 2." in page
    log = client.get("/moderation/log/otherwise/").text
    assert "seen to vanish (1)" in log
    assert "1 claim that a copy proves" in log
    found = numbers_of("2012", "gaps-by-grade")
    assert found["observed"] == 1
    assert not found.get("claimed")
    with pytest.raises(NoSuchClaim, match="proves it already"):
        prove_claim(gap, thread.capture, evidence="", by=SYSTEM)
    assert sound()


def test_what_is_counted_as_a_notice_is_not_counted_as_a_claim_too(thread):
    gap = claim_gap(thread, number=1, said_in=the("8"), by=SYSTEM)
    prove_claim(gap, thread.capture, evidence="", by=SYSTEM)
    assert Gap.objects.counted().get() == gap
    with transaction.atomic():
        Tombstone.objects.create(
            comment=the("2"),
            kind="trashed",
            grade="imported",
            opened_capture=thread.capture,
        )
        assert not Gap.objects.counted().exists()
        transaction.set_rollback(True)


def test_a_copy_of_another_blog_or_article_proves_nothing(thread, watch, tmp_path):
    gap = claim_gap(thread, number=2, said_in=the("8"), by=SYSTEM)
    other = claim_gap(watch, number=2, said_in=the("8"), by=SYSTEM)
    copy = thread.capture
    with pytest.raises(NoSuchClaim, match="one of the blog"):
        prove_claim(other, copy, evidence="", by=SYSTEM)
    load(tmp_path, item(comment(90), number=3), name="later.xml")
    with pytest.raises(NoSuchClaim, match="nothing of this article"):
        later = Capture.objects.exclude(pk=copy.pk).get()
        prove_claim(gap, later, evidence="", by=SYSTEM)
    gap.refresh_from_db()
    assert gap.grade == "claimed"
    assert sound()


@pytest.mark.parametrize(
    ("is_refused", "event"), [(True, "gap.refused"), (False, "gap.withdrawn")]
)
def test_a_claim_that_ended_is_seen_no_more_and_both_stay_on_record(
    thread, client, is_refused, event
):
    gap = claim_gap(thread, number=2, said_in=the("8"), by=SYSTEM)
    end_claim(gap, is_refused=is_refused, reason="He took it back.", by=SYSTEM)
    assert 'class="gap"' not in client.get(thread.get_absolute_url()).text
    page = client.get(thread.blog.get_absolute_url()).text
    assert "said to have been blocked" not in page
    entry = Entry.objects.get(event=event)
    assert entry.subject == gap.ref
    assert b"took it back" not in bytes(entry.leaf)
    for again in (
        lambda: end_claim(gap, is_refused=False, reason="", by=SYSTEM),
        lambda: prove_claim(gap, thread.capture, evidence="", by=SYSTEM),
        lambda: answer_claim(gap, Answer.NONE, answered_at=None, text="", by=SYSTEM),
    ):
        with pytest.raises(NoSuchClaim, match="no claim that stands"):
            again()
    # Said once more, it is a claim of its own.
    assert claim_gap(thread, number=3, said_in=the("8"), by=SYSTEM) != gap
    assert sound()


def test_what_the_archive_inferred_is_no_claim(tmp_path):
    load(tmp_path, item(comment(1), comment(3, parent=2)))
    gap = Gap.objects.get(kind="missing_parent")
    with pytest.raises(NoSuchClaim, match="no claim"):
        end_claim(gap, is_refused=True, reason="", by=SYSTEM)
