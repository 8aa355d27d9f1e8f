import importlib

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from commentarchive.actions.crossposts import (
    CannotTie,
    confirm_cross_post,
    correct_cross_post,
    normal_addresses,
    record_cross_posts,
    tie_cross_posts,
    withdraw_cross_post,
)
from commentarchive.ledger import triggers
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, CrossPost, CrossPostFinding, Post
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def test_addresses_are_one_in_any_form_and_others_are_left_out():
    forms = ["https://www.Quay.example/a/", "http://quay.example/a", "mailto:x"]
    assert normal_addresses(forms) == {"quay.example/a": "https://www.Quay.example/a/"}


@pytest.fixture
def posts(tmp_path):
    load(tmp_path, item(comment(1)), item(number=2))
    return Post.objects.order_by("source_id")


def test_an_article_is_tied_to_one_that_is_here_and_never_to_itself(posts):
    one, two = posts
    addresses = ["https://test.example/1/", "https://test.example/2/"]
    record_cross_posts(one.pk, addresses)
    record_cross_posts(one.pk, addresses)
    found = CrossPost.objects.order_by("normal_address")
    assert [tie.other_post for tie in found] == [None, two]


def test_a_tie_waits_until_the_other_article_comes(posts, tmp_path):
    one = posts.first()
    record_cross_posts(one.pk, ["https://quay.example/9/"])
    tie = CrossPost.objects.get()
    assert tie.other_post is None
    tie_cross_posts(one.blog_id, ["quay.example/9"])
    tie.refresh_from_db()
    assert tie.other_post is None
    load(
        tmp_path,
        item(number=9, link="https://quay.example/9/"),
        name="quay.xml",
        blog_slug="quay",
    )
    tie.refresh_from_db()
    assert tie.other_post == Post.objects.get(blog=Blog.objects.get(slug="quay"))


QUAY = "https://quay.example/9/"
SAYS = "This is a cross-post from the Quay."
WHY = "The Quay never had it."


def confirm(post, address=QUAY, attribution=SAYS, **more):
    return confirm_cross_post(post, address, attribution=attribution, by=SYSTEM, **more)


def correct(tie, address=QUAY, attribution=SAYS):
    tie.refresh_from_db()
    return correct_cross_post(
        tie, address, attribution=attribution, reason=WHY, by=SYSTEM
    )


def withdraw(tie):
    withdraw_cross_post(tie, reason=WHY, by=SYSTEM)


def text_of(post):
    return " ".join(Client().get(post.get_absolute_url()).text.split())


def events():
    found = Entry.objects.filter(event__startswith="crosspost").order_by("index")
    return [event.partition(".")[2] for event in found.values_list("event", flat=True)]


def test_readers_see_how_the_article_says_so(posts):
    one, two = posts
    confirm(one)
    confirm(one, "https://test.example/2/", "From the second.")
    for words in (SAYS, "From the second.", QUAY, "this program recorded on"):
        assert words in text_of(one)
    assert "From the second." in text_of(two)
    assert SAYS not in text_of(two)
    assert list(reconcile()) == []


def test_a_withdrawn_cross_post_stays_so(posts, tmp_path):
    one, two = posts
    record_cross_posts(one.pk, ["https://test.example/2/"])
    tie = CrossPost.objects.get()
    withdraw(tie)
    record_cross_posts(one.pk, ["https://test.example/2/"])
    tie_cross_posts(one.blog_id, ["test.example/2"])
    assert CrossPost.objects.get().is_withdrawn
    assert "Not so, as this program found on" in text_of(one)
    assert WHY in text_of(one)
    assert "more than one place" not in text_of(one)
    assert "more than one place" not in text_of(two)
    with pytest.raises(CannotTie, match="withdrawn before"):
        withdraw(tie)
    confirm(one, "https://test.example/2/")
    assert not CrossPost.objects.get().is_withdrawn
    assert "more than one place" in text_of(two)
    assert events() == ["refuse", "confirm"]
    assert list(reconcile()) == []


def test_its_attribution_is_corrected_and_both_are_shown(posts):
    one = posts.first()
    tie = confirm(one)
    assert correct(tie, attribution="From the Quay, with thanks.") == tie
    body = text_of(one)
    assert SAYS in body
    assert "From the Quay, with thanks." in body
    assert WHY in body
    assert events() == ["confirm", "confirm"]
    with pytest.raises(CannotTie, match="on record already"):
        correct(tie, attribution="From the Quay, with thanks.")
    assert list(reconcile()) == []


def test_another_address_is_another_tie(posts):
    one, two = posts
    tie = confirm(one)
    other = correct(tie, "https://test.example/2/")
    tie.refresh_from_db()
    assert (tie.is_withdrawn, other.other_post) == (True, two)
    assert events() == ["confirm", "refuse", "confirm"]
    assert correct(other, QUAY) == tie
    tie.refresh_from_db()
    assert not tie.is_withdrawn
    assert list(reconcile()) == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://test.example/1/", "of this article itself"),
        ("mailto:x", "Neither the address"),
    ],
)
def test_what_is_no_other_place_changes_nothing(posts, address, words):
    tie = confirm(posts.first())
    with pytest.raises(CannotTie, match=words):
        correct(tie, address)
    tie.refresh_from_db()
    assert not tie.is_withdrawn
    assert events() == ["confirm"]
    with pytest.raises(CannotTie, match="how the article says so"):
        confirm(posts.first(), attribution=" ")


def test_nothing_is_told_of_an_article_that_readers_do_not_see(posts):
    one, two = posts
    confirm(one, "https://test.example/2/", "From the second.")
    Post.objects.filter(pk=one.pk).update(is_public=False)
    assert "From the second." not in text_of(two)
    Post.objects.filter(pk=one.pk).update(is_public=True)


def test_what_was_on_record_before_gets_its_rows(posts):
    tie = confirm(posts.first())
    triggers.remove()
    with connection.cursor() as cursor:
        for table in ("crosspostwords", "crosspostfinding"):
            cursor.execute(f"DELETE FROM commentarchive_{table}")
    triggers.install()
    name = "commentarchive.migrations.0029_more_corrections"
    importlib.import_module(name).take_over(apps, None)
    [found] = CrossPostFinding.objects.all()
    assert (found.tie, found.words.attribution) == (tie, SAYS)
    assert list(reconcile()) == []
    # Whoever wrote it was told that it is for the record.
    assert SAYS not in text_of(posts.first())
    confirm(posts.first())
    assert SAYS in text_of(posts.first())


@pytest.mark.unreconciled
@pytest.mark.every_case
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE {0}crosspostwords SET attribution = 'x'", "not those on record"),
        ("UPDATE {0}crosspostwords SET reason = 'x'", "not those on record"),
        ("UPDATE {0}crosspost SET is_withdrawn = TRUE", "stands otherwise"),
        ("UPDATE {0}crosspostfinding SET is_withdrawal = TRUE", "not what the record"),
        ("DELETE FROM {0}crosspostwords", "not those on record"),
    ],
)
def test_reconcile_names_what_was_tampered_with(posts, change, words):
    confirm(posts.first())
    assert list(reconcile()) == []
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(change.format("commentarchive_"))
    found = [difference.reason for difference in reconcile()]
    triggers.install()
    assert any(words in reason for reason in found), found


@pytest.mark.unreconciled
def test_reconcile_names_a_finding_that_is_gone(posts):
    confirm(posts.first())
    triggers.remove()
    with connection.cursor() as cursor:
        for table in ("crosspostwords", "crosspostfinding"):
            cursor.execute(f"DELETE FROM commentarchive_{table}")
    found = [difference.reason for difference in reconcile()]
    triggers.install()
    assert any("is missing" in reason for reason in found), found
