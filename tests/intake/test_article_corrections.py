"""An article's date is put right over every copy, on record, and back again."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.db import connection
from django.test import Client

from commentarchive import models
from commentarchive.intake.article_corrections import (
    correct_article,
    undo_article_correction,
)
from commentarchive.intake.corrections import correct_comment, undo_correction
from commentarchive.intake.kept_corrections import CannotCorrect
from commentarchive.intake.session import import_files
from commentarchive.ledger import triggers
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Aspect, Comment, Correction, Post
from commentarchive.search.index import catch_up
from commentarchive.storage.write_locks import ImportRunning, import_lock
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db
WHY = "The paper of that week says so."
BEFORE = datetime(2012, 3, 30, 10, tzinfo=UTC)
AFTER = BEFORE.isoformat()


def pier(*, day="2012-03-31", **changes):
    told = item(comment(1, "The pier is closed.", author="Ada"), **changes)
    return told.replace("2012-03-31", day)


@pytest.fixture
def post(tmp_path):
    load(tmp_path, pier())
    return the_post()


def the_post():
    return Post.objects.titled().get()


def correct(post, after=AFTER, reason=WHY, aspect=Aspect.TIME):
    return correct_article(post, aspect, after, reason=reason, by=SYSTEM)


def take_back(made):
    return undo_article_correction(
        Correction.objects.get(pk=made.pk), reason="It was right.", by=SYSTEM
    )


def text_of(post):
    return " ".join(Client().get(post.get_absolute_url()).text.split())


def facts():
    post = the_post()
    return post.published_at, post.printed_at, post.utc_offset


def test_a_date_is_corrected_and_taken_back(post):
    stood = facts()
    made = correct(post)
    assert facts() == (BEFORE, "", None)
    body = text_of(post)
    assert "The time was corrected on" in body
    assert "30 March 2012, 11:00" in body
    assert WHY in body
    blog = Client().get(post.blog.get_absolute_url()).text
    assert "30 March 2012" in blog
    [told] = models.Testimony.objects.filter(post=post)
    assert told.posted_at == stood[0]
    take_back(made)
    assert facts() == stood
    assert "reads again as the copies tell it" in text_of(post)
    entries = Entry.objects.filter(event="post.correct").order_by("index")
    assert [entry.subject for entry in entries] == [post.ref] * 2
    assert list(reconcile()) == []


def test_no_later_import_undoes_or_repeats_it(post, tmp_path):
    made = correct(post)
    settled = the_post().settlings
    for name, changes in (("a.xml", {}), ("b.xml", {"day": "2012-05-01"})):
        import_files([write(tmp_path, export(pier(**changes)), name)])
        assert facts() == (BEFORE, "", None)
        assert the_post().settlings == settled
        assert list(reconcile()) == []
    assert Correction.objects.count() == 1
    take_back(made)
    # Of two exports of one date the one with the greater digest is believed.
    files = {day: export(pier(day=day)) for day in ("2012-03-31", "2012-05-01")}
    best = max(files, key=lambda day: sha256(files[day]).hexdigest())
    assert f"{the_post().published_at:%Y-%m-%d}" == best
    assert list(reconcile()) == []


def test_it_stands_whichever_copy_tells_more_afterwards(post, tmp_path):
    correct(post)
    later = pier(day="2012-05-01", title="The pier, again")
    import_files([write(tmp_path, export(later), "later.xml")])
    assert the_post().title == "The pier, again"
    assert facts()[0] == BEFORE
    assert list(reconcile()) == []


def test_not_known_is_a_date_too(post):
    made = correct(post, "")
    assert facts() == (None, "", None)
    assert "date not known" in text_of(post)
    take_back(made)
    assert facts()[0] is not None


def test_of_two_corrections_the_later_one_stands(post):
    stood = facts()
    first = correct(post)
    second = correct(post, "2012-03-29T10:00:00+00:00")
    take_back(first)
    assert facts()[0].day == 29
    take_back(second)
    assert facts() == stood
    with pytest.raises(CannotCorrect, match="taken back before"):
        take_back(second)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ("30 February", "no date"),
        ("2012-02-30T10:00:00+00:00", "no date"),
        ("2112-02-03T10:00:00+00:00", "in the future"),
        ("0012-02-03T10:00:00+00:00", "no time at which"),
        ("2012-02-03T10:00:00", "no time at which"),
    ],
)
def test_what_cannot_be_changes_nothing(post, after, words):
    stood = facts(), Entry.objects.count()
    with pytest.raises(CannotCorrect, match=words):
        correct(post, after)
    assert (facts(), Entry.objects.count()) == stood


def test_what_reads_so_already_is_refused(post):
    with pytest.raises(CannotCorrect, match="reads already"):
        correct(post, the_post().published_at.isoformat())


def test_it_waits_for_no_import(post):
    with import_lock(), pytest.raises(ImportRunning):
        correct(post)


def test_readers_see_corrections_of_public_articles_alone(tmp_path):
    load(tmp_path, pier(status="draft"))
    post = the_post()
    correct(post)
    assert Client().get(post.get_absolute_url()).status_code == 404
    assert not Correction.objects.public().exists()


def test_each_subject_has_its_own_way_back(post):
    one = Comment.objects.get()
    of_comment = correct_comment(one, Aspect.NAME, "Bo", reason=WHY, by=SYSTEM)
    of_post = correct(post)
    with pytest.raises(CannotCorrect, match="of an article"):
        take_back(of_comment)
    with pytest.raises(CannotCorrect, match="of a comment"):
        undo_correction(of_post, reason=WHY, by=SYSTEM)


def test_a_title_and_an_author_are_corrected_and_taken_back(post, tmp_path):
    title = correct(post, "The pier, at last", aspect=Aspect.TITLE)
    author = correct(post, "Ada Quill", aspect=Aspect.AUTHOR)
    for _again in range(2):
        assert (the_post().title, the_post().author) == (
            *("The pier, at last", "Ada Quill"),
        )
        body = text_of(post)
        assert "The title was corrected on" in body
        assert "before that <bdi>An article" in body
        assert "before that <bdi>ed" in body
        assert list(reconcile()) == []
        # The same copy again, and one that tells yet another title.
        load(tmp_path, pier())
        load(tmp_path, pier(title="The pier, once more"), name="later.xml")
    catch_up()
    for page in (post.blog.get_absolute_url(), "/search/?q=at+last"):
        assert "The pier, at last" in Client().get(page).text
    assert Correction.objects.count() == 2
    assert {each.title for each in models.Testimony.objects.filter(post=post)} == {
        *("An article", "The pier, once more")
    }
    take_back(title)
    take_back(author)
    assert the_post().title == "The pier, once more"
    assert the_post().author == "ed"
    assert not models.CorrectedWords.objects.exists()
    assert list(reconcile()) == []


def test_a_copy_says_what_title_it_told(post):
    correct(post, "The pier, at last", aspect=Aspect.TITLE)
    body = Client().get(f"/captures/{post.capture.ref}/").text
    assert "An article" in body
    assert "The pier, at last" in body


def test_an_author_who_is_not_known(post):
    made = correct(post, "", aspect=Aspect.AUTHOR)
    assert the_post().author == ""
    assert "was corrected" in text_of(post)
    with pytest.raises(CannotCorrect, match="reads already"):
        correct(post, " ", aspect=Aspect.AUTHOR)
    take_back(made)
    assert the_post().author == "ed"


def test_of_several_titles_the_later_one_stands(post):
    first = correct(post, "One", aspect=Aspect.TITLE)
    second = correct(post, "Two", aspect=Aspect.TITLE)
    take_back(first)
    assert the_post().title == "Two"
    correct(post, aspect=Aspect.TIME)
    take_back(second)
    assert the_post().title == "An article"
    assert facts()[0] == BEFORE
    assert list(reconcile()) == []


@pytest.mark.parametrize(
    ("aspect", "after", "words"),
    [
        (Aspect.TITLE, "  ", "say which"),
        (Aspect.TITLE, "x" * 501, "at most 500"),
        (Aspect.TITLE, "An  article\n", "reads already"),
        (Aspect.AUTHOR, "x" * 201, "at most 200"),
        (Aspect.PARENT, "1", "no fact of an article"),
        (Aspect.NAME, "Ada", "no fact of an article"),
    ],
)
def test_words_that_cannot_be_change_nothing(post, aspect, after, words):
    entries = Entry.objects.count()
    with pytest.raises(CannotCorrect, match=words):
        correct(post, after, aspect=aspect)
    assert Entry.objects.count() == entries


def test_a_hidden_title_stays_hidden(tmp_path):
    load(tmp_path, pier(status="draft", title="Zebra"))
    correct(the_post(), "Quagga", aspect=Aspect.TITLE)
    catch_up()
    for page in ("/", the_post().blog.get_absolute_url(), "/search/?q=Quagga"):
        body = Client().get(page).text
        assert "Zebra" not in body
        assert ">Quagga" not in body


@pytest.mark.unreconciled
@pytest.mark.every_case
@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("post", "published_at = NULL", "does not read as it was corrected"),
        ("post", "is_put_right = TRUE", "does not read as it was corrected"),
        ("correction", "undoes_id = id", "is not what the record says"),
        ("correction", "post_id = NULL, comment_id = 1", "is not what the record says"),
        ("correctionwords", "reason = 'x'", "not those on record"),
        ("correctionwords", "after = 'x'", "not those on record"),
    ],
)
def test_reconcile_names_what_was_tampered_with(post, table, change, words):
    correct(post)
    assert list(reconcile()) == []
    change = change.replace("= 1", f"= {Comment.objects.get().pk}")
    change = change.replace("after", '"after"')
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE commentarchive_{table} SET {change}")
    found = [difference.reason for difference in reconcile()]
    triggers.install()
    assert any(words in reason for reason in found), found


@pytest.mark.unreconciled
def test_reconcile_names_a_correction_that_is_gone(post):
    correct(post)
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM commentarchive_correctionwords")
        cursor.execute("DELETE FROM commentarchive_correction")
    found = [difference.reason for difference in reconcile()]
    triggers.install()
    assert any("is missing" in reason for reason in found), found


def test_only_a_corrected_page_asks_for_corrections(post, django_assert_num_queries):
    address = post.get_absolute_url()
    with django_assert_num_queries(8):
        Client().get(address)
    correct(post)
    with django_assert_num_queries(9):
        Client().get(address)


@pytest.mark.unreconciled
@pytest.mark.every_case
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {0}correctedwords SET title = 'x'",
        "UPDATE {0}correctedwords SET author = 'x'",
        "DELETE FROM {0}correctedwords",
        "UPDATE {0}post SET is_put_right = FALSE",
    ],
)
def test_reconcile_names_a_title_that_nobody_corrected(post, change):
    correct(post, "One", aspect=Aspect.TITLE)
    assert list(reconcile()) == []
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(change.format("commentarchive_"))
    found = [difference.reason for difference in reconcile()]
    triggers.install()
    assert any("as it was corrected" in reason for reason in found), found
