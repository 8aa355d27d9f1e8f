import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentarchive.actions.crossposts import (
    confirm_cross_post,
    withdraw_cross_post,
)
from commentarchive.discussion import joined
from commentarchive.erasure.erase import erase
from commentarchive.intake.cross_post_search import search_all
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Comment, CrossPost, Post
from commentarchive.storage.write_locks import short_write
from tests.cross_posts import LINE, WORDS, blog, confirm, lantern_and_quay
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
SAID = "The sum was read aloud, twice, and I wrote it on my hand."
OTHER = "Nobody has ever asked the two firms up the coast for a price."


def get(tie, query=""):
    answer = Client().get(f"/cross-posts/{tie.ref}/{query}")
    return answer.status_code, " ".join(answer.text.split())


def made(folder, theirs=(), ours=(), **options):
    tie = lantern_and_quay(folder, theirs, ours, **options)
    confirm(tie)
    return tie


def places_of(body):
    """Return the id and the places of each row of the joined discussion."""
    rows = re.split(r'<li id="(c[a-z2-7]{26})">', body)[1:]
    found = []
    for ref, row in zip(rows[::2], rows[1::2], strict=True):
        label = re.search(r'<span class="place">(.*?)</span>', row)[1]
        found.append((ref, re.sub("<[^>]+>", "", label)))
    return found


def test_it_shows_places_evidence_and_differences(tmp_path):
    tie = made(tmp_path, body=LINE + "A preface of mine. " + WORDS)
    status, body = get(tie)
    assert status == 200
    assert body.index("the original, 31 March 2012") < body.index(
        "a copy, 2 April 2012"
    )
    assert f"/ledger/entries/{tie.findings.get().entry_index}/" in body
    assert "A preface of mine." in re.search(r"<ins>(.*?)</ins>", body)[1]
    assert "of the words are the same at" in body
    assert 'name="robots" content="noindex"' in body
    assert (
        f'href="/cross-posts/{tie.ref}/"'
        in Client().get(tie.post.get_absolute_url()).text
    )
    assert (
        f'href="/cross-posts/{tie.ref}/"'
        in Client().get(tie.other_post.get_absolute_url()).text
    )


def test_each_comment_says_where_it_stands_and_time_orders_them(tmp_path):
    theirs = [
        comment(1, SAID, gmt="2012-04-01 09:00:00"),
        comment(2, OTHER, gmt="2012-04-05 09:00:00"),
    ]
    ours = [comment(3, "Mine is between them, in time.", gmt="2012-04-03 09:00:00")]
    _status, body = get(made(tmp_path, theirs, ours))
    ids = dict(Comment.objects.values_list("ref", "source_id"))
    found = [(ids[ref], place) for ref, place in places_of(body)]
    assert [source for source, _place in found] == ["1", "3", "2"]
    assert all(place.startswith("at ") for _source, place in found)
    assert "lantern" in found[0][1]


def test_the_same_comment_is_shown_once_with_both_places(tmp_path):
    tie = made(tmp_path, [comment(1, SAID)], [comment(2, SAID)])
    _status, body = get(tie)
    assert body.count(SAID) == 1
    [(_ref, label)] = places_of(body)
    assert label.count(",") == 1
    for each in Comment.objects.all():
        assert f'href="/comments/{each.ref}/in-thread/"' in body
        page = Client().get(each.get_absolute_url()).text
        assert f'href="/cross-posts/{tie.ref}/"' in page


@pytest.mark.parametrize(
    ("approved", "fate"),
    [
        ("0", "waiting at"),
        ("trash", "in the trash at"),
        ("spam", "not published, as spam, at"),
    ],
)
def test_published_here_and_not_there_is_a_notice_without_words(
    tmp_path, approved, fate
):
    ours = [comment(2, SAID, approved=approved, author="Wanda Thorne")]
    tie = made(tmp_path, [comment(1, SAID, author="Wanda Thorne")], ours)
    _status, body = get(tie)
    assert SAID not in body
    assert "Wanda" not in body
    [(ref, label)] = places_of(body)
    assert label.startswith("published at ")
    assert fate in label
    assert ref == Comment.objects.get(source_id="2").ref


def test_erased_words_are_not_shown_of_the_other_place_and_nobody_is_led_there(
    tmp_path,
):
    tie = made(tmp_path, [comment(1, SAID)], [comment(2, SAID)])
    gone = Comment.objects.get(source_id="2")
    erase(gone, basis="subject_request")
    _status, body = get(tie)
    assert SAID not in body
    [(ref, label)] = places_of(body)
    assert "erased at" in label
    assert ref == gone.ref
    stays = Comment.objects.get(source_id="1")
    assert f"/comments/{stays.ref}/" not in body


def test_words_that_were_changed_at_one_place_are_shown_of_neither(tmp_path):
    tie = made(tmp_path, [comment(1, SAID)], [comment(2, SAID)])
    blog(
        tmp_path,
        "quay",
        comment(2, "The sum was read aloud."),
        body=LINE + WORDS,
        day="2012-04-02",
    )
    search_all()
    _status, body = get(tie)
    assert "wrote it on my hand" not in body
    assert "not the same everywhere" in body


def test_a_note_for_staff_at_one_place_is_shown_at_none(tmp_path):
    tie = made(tmp_path, [comment(1, SAID)], [comment(2, SAID, kind="note")])
    _status, body = get(tie)
    assert SAID not in body
    assert places_of(body) == []


def hide_blog(_tie):
    Blog.objects.filter(slug="lantern").update(visibility="staff")


def hide_article(tie):
    Post.objects.filter(pk=tie.other_post_id).update(is_public=False)


@pytest.mark.parametrize("hide", [hide_blog, hide_article])
def test_a_place_that_readers_do_not_see_is_in_no_byte(tmp_path, hide):
    """Where nothing but the likeness, which readers cannot see, tells of it."""
    theirs = [comment(1, SAID), comment(2, OTHER)]
    tie = made(tmp_path, theirs, [comment(3, SAID)], body="A preface. " + WORDS)
    hide(tie)
    assert get(tie)[0] == 404
    client = Client()
    for address in (
        *("/", "/sitemap.xml", "/api/v1/cross-posts/", tie.post.get_absolute_url()),
        Comment.objects.get(source_id="3").get_absolute_url(),
        f"/api/v1/cross-posts/{tie.ref}/",
    ):
        body = client.get(address).text
        assert "lantern.example" not in body, address
        assert tie.ref not in body.replace(address, "")
        assert OTHER not in body


def test_an_address_that_the_article_itself_names_stays_without_its_place(tmp_path):
    tie = made(tmp_path, [comment(1, OTHER)], [comment(3, SAID)])
    title = "An article that is hidden"
    hide_blog(tie)
    status, body = get(tie)
    assert status == 200
    assert OTHER not in body
    assert title not in body
    assert tie.other_post.get_absolute_url() not in body
    assert "not archived here" in body


def test_the_copy_itself_hidden_takes_the_page_away(tmp_path):
    tie = made(tmp_path)
    Post.objects.filter(pk=tie.post_id).update(is_public=False)
    assert get(tie)[0] == 404


def test_an_original_that_is_not_archived_has_its_page(tmp_path):
    blog(tmp_path, "quay", comment(1, SAID), body="x " + WORDS)
    tie = confirm_cross_post(
        Post.objects.get(),
        "https://faraway.example/first/",
        attribution="First seen far away.",
        by=SYSTEM,
    )
    status, body = get(tie)
    assert status == 200
    assert body.count("https://faraway.example/first/") >= 2
    assert "the original, not archived here" in body
    assert "First seen far away." in body
    assert SAID in body


def test_a_withdrawn_one_joins_nothing(tmp_path):
    tie = made(tmp_path, [comment(1, SAID)], [comment(2, OTHER)])
    withdraw_cross_post(tie, reason="They are two.", by=SYSTEM)
    status, body = get(tie)
    assert status == 200
    assert "They are two." in body
    assert SAID not in body
    assert OTHER not in body
    page = Client().get(Comment.objects.first().get_absolute_url()).text
    assert "/cross-posts/" not in page
    assert get(tie, "?page=2")[0] == 404


def test_a_decision_after_an_etag_is_no_304(tmp_path):
    tie = made(tmp_path, [comment(1, SAID)], [comment(2, OTHER)])
    client, address = Client(), f"/cross-posts/{tie.ref}/"
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    erase(Comment.objects.get(source_id="2"), basis="subject_request")
    answer = client.get(address, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert OTHER not in answer.text


def test_windows_of_200_and_an_unknown_page(tmp_path):
    many = [comment(n, f"Remark number {n} of the lantern.") for n in range(1, 211)]
    tie = made(tmp_path, many, [comment(999, SAID)])
    assert len(places_of(get(tie)[1])) == 200
    status, body = get(tie, "?page=2")
    assert (status, len(places_of(body))) == (200, 11)
    assert "How it is known" not in body
    for query in ("?page=3", "?page=0", "?page=x", "?page=-1"):
        assert get(tie, query)[0] == 404
    assert get(tie, "?order=time")[0] == 400


def test_queries_do_not_grow_with_comments_or_the_archive(tmp_path):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(f"/cross-posts/{tie.ref}/").status_code == 200
        return len(queries)

    tie = made(tmp_path, [comment(1, SAID)], [comment(2, SAID, approved="0")])
    few = count()
    load(tmp_path, *(item(number=n, body=WORDS) for n in range(40)), name="more.xml")
    ours = [comment(n, f"{n} {OTHER}") for n in range(3, 60)]
    blog(
        tmp_path,
        "quay",
        *ours,
        comment(2, SAID, approved="0"),
        body=LINE + WORDS,
        day="2012-04-02",
    )
    assert count() == few <= QUERIES
    # Keys and pairs are kept while nobody writes.
    assert count() == few - 2
    erase(Comment.objects.filter(source_id="3").get(), basis="subject_request")
    assert count() == few


# One for the tag, one for the cross-post, three for its family and cues, four for its
# articles and findings, six for the discussion.
QUERIES = 17


def test_what_is_kept_of_a_discussion_ends_with_the_next_write(tmp_path):
    tie = made(tmp_path, [comment(1, SAID), comment(3, "Later.")], [comment(2, OTHER)])
    assert len(places_of(get(tie)[1])) == 3
    with short_write():
        Comment.objects.filter(source_id="3").update(visibility="internal")
    assert len(places_of(get(tie)[1])) == 2


def test_what_is_hidden_while_its_page_is_read_is_left_out(tmp_path, monkeypatch):
    tie = made(tmp_path, [comment(1, SAID), comment(3, "Later.")], [comment(2, OTHER)])
    read = joined.rows_by_key

    def hide_first(keys):
        Comment.objects.filter(source_id="3").update(visibility="internal")
        return read(keys)

    monkeypatch.setattr(joined, "rows_by_key", hide_first)
    assert len(places_of(get(tie)[1])) == 2


def test_three_places_have_one_page(tmp_path):
    tie = made(tmp_path, [comment(1, SAID)])
    blog(tmp_path, "watch", comment(5, OTHER), body=LINE + WORDS, day="2012-04-09")
    search_all()
    for each in CrossPost.objects.proposed():
        confirm(each)
    bodies = [get(each)[1] for each in CrossPost.objects.all()]
    assert len(bodies) >= 2
    for body in bodies:
        assert (SAID in body, OTHER in body) == (True, True)
        assert (
            f'rel="canonical" href="http://127.0.0.1:8000/cross-posts/{tie.ref}/"'
            in body
        )
