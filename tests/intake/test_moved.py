"""A blog that has moved numbers everything anew: the same things are the same here."""

import pytest

from commentarchive.captures.files import opened
from commentarchive.erasure.erase import erase
from commentarchive.intake.dry_run import dry_run
from commentarchive.intake.session import import_files
from commentarchive.models import (
    Capture,
    Comment,
    OtherNumber,
    PossibleMove,
    Post,
)
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db
LONG = "The ferry went at nine and never came back to the old pier."


def one(number, text, *, author="Ada", minute=0, **facts):
    local, gmt = (f"2012-04-01 {hour}:{minute:02}:00" for hour in ("10", "09"))
    return comment(number, text, author=author, local=local, gmt=gmt, **facts)


def article(number, *comments, title="Ferry", body=LONG, path="ferry", **facts):
    host = facts.pop("host", "https://test.example")
    day = facts.pop("day", "2012-03-31")
    made = item(
        *comments,
        number=number,
        title=title,
        body=body,
        link=f"{host}/{path}/",
        **facts,
    )
    return made.replace("2012-03-31", day)


ADA, BEN = ("One.", {"minute": 1}), ("Two.", {"author": "Ben", "minute": 2})
BEFORE = article(1, one(1, ADA[0], **ADA[1]), one(2, BEN[0], parent=1, **BEN[1]))


def moved(number=501, *more, first=901, **facts):
    """Return the same article under other numbers."""
    ada, ben = (
        one(first, ADA[0], **ADA[1]),
        one(first + 1, BEN[0], parent=first, **BEN[1]),
    )
    return article(number, ada, ben, *more, **facts)


def load(folder, *items, address="https://test.example", **options):
    name = f"{len(list(folder.glob('*.xml')))}.xml"
    path = write(folder, export(*items, address=address), name)
    return import_files([path], **options)[0]


def threads():
    """Return every thread: its article's number, and its comments' texts in order."""
    return {
        post.source_id: [
            (each.source_id, each.current_revision.text.plain, each.depth)
            for each in post.comments.order_by("position").select_related(
                "current_revision__text"
            )
        ]
        for post in Post.objects.all()
    }


@pytest.mark.parametrize(
    "facts",
    [
        # The address is enough, whatever was edited.
        {},
        {"title": "The ferry"},
        {"body": "Other words."},
        # Another domain with the same paths; from http to https.
        {"host": "https://new.example"},
        {"host": "http://test.example"},
        # Title, time and text are enough, whatever the address.
        {"path": "2012/03/ferry-2"},
    ],
)
def test_the_same_article_and_comments_under_other_numbers(tmp_path, client, facts):
    load(tmp_path, BEFORE, blog_slug="blog")
    new = one(903, "Three.", minute=3)
    report = load(tmp_path, moved(501, new, **facts), blog_slug="blog")
    assert threads() == {
        "1": [("1", "One.", 0), ("2", "Two.", 1), ("903", "Three.", 0)]
    }
    assert (report.counts.comments.new, report.counts.posts.new) == (1, 0)
    assert any("501 is 1 here" in each.reason for each in report.problems)
    numbers = OtherNumber.objects.order_by("pk").values_list(
        "source_id", "comment__source_id"
    )
    assert set(numbers) == {("501", None), ("901", "1"), ("902", "2")}
    post = Post.objects.get()
    for number, place in (("902", "2"), ("2", "2"), ("903", "903")):
        answer = client.get(post.get_absolute_url(), {"source": number})
        found = Comment.objects.get(source_id=place)
        assert answer.url == found.in_thread_url


def test_the_order_of_reading_changes_no_thread(tmp_path):
    load(tmp_path, moved(501, one(903, "Three.", minute=3)))
    load(tmp_path, BEFORE)
    [texts] = threads().values()
    assert [(text, depth) for _number, text, depth in texts] == [
        *(("One.", 0), ("Two.", 1), ("Three.", 0))
    ]


def test_later_exports_go_by_the_numbers_that_are_remembered(tmp_path):
    load(tmp_path, BEFORE)
    load(tmp_path, moved(501, one(903, "Three.", minute=3)))
    edited = moved(501, one(903, "Three.", minute=3), one(904, "Four.", minute=4))
    edited = edited.replace("One.", "One, edited.").replace("/ferry/", "/boat/")
    load(tmp_path, edited.replace("2012-03-31", "2012-03-30").replace("Ferry", "Boat"))
    [texts] = threads().values()
    assert [text for _number, text, _depth in texts] == [
        *("One, edited.", "Two.", "Three.", "Four.")
    ]


def test_comments_numbered_anew_below_an_article_that_kept_its_number(tmp_path):
    load(tmp_path, BEFORE)
    load(tmp_path, moved(1, one(903, "Three.", minute=3)))
    assert len(threads()["1"]) == 3


def test_numbers_that_are_somebody_elses_now(tmp_path):
    """After the move, article 1 is another one, and so are comments 1 and 2."""
    load(tmp_path, BEFORE)
    other = article(
        1,
        one(7, "Seven.", minute=7),
        title="Pier",
        body="Nothing about boats here, only about wood and nails and tar.",
        path="pier",
        day="2012-04-05",
    )
    swapped = article(
        2,
        one(1, "New.", author="Cem", minute=9),
        one(2, ADA[0], **ADA[1]),
        one(3, BEN[0], parent=2, **BEN[1]),
    )
    for _again in range(2):
        load(tmp_path, other, swapped)
        found = threads()
        assert found.keys() == {"1", "1@2"}
        assert found["1@2"] == [("7", "Seven.", 0)]
        assert [(text, depth) for _number, text, depth in found["1"]] == [
            *(("One.", 0), ("Two.", 1), ("New.", 0))
        ]
        other += " "


def test_two_articles_that_read_alike_are_two_in_one_numbering(tmp_path):
    load(tmp_path, article(1, path="a"), article(2, path="b"))
    assert threads().keys() == {"1", "2"}
    load(tmp_path, article(1, path="a"), article(2, path="b"), article(3, path="c"))
    load(tmp_path, article(4, path="d"), article(1, path="a"))
    assert threads().keys() == {"1", "2", "3", "4"}


def test_the_same_person_may_say_the_same_again(tmp_path):
    load(tmp_path, article(1, one(1, "Yes."), one(2, "No.")))
    load(tmp_path, article(1, one(1, "Yes."), one(3, "No.")))
    assert [number for number, *_rest in threads()["1"]] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "facts",
    [
        {"title": "Boat", "body": ""},
        {"title": "Boat", "path": "boat"},
        {"day": "2012-05-01", "path": "boat"},
    ],
)
def test_what_is_only_likely_is_a_question_and_out_of_sight(tmp_path, client, facts):
    load(tmp_path, BEFORE)
    made = moved(501, **facts)
    if not facts.get("body", LONG):
        # Only the title is known of it, and differs.
        made = made.replace("<wp:post_date", "<wp:nothing").replace(
            "</wp:post_date", "</wp:nothing"
        )
        made = made.replace("<content:encoded>", "<!--").replace(
            "</content:encoded>", "-->"
        )
    for _again in range(2):
        report = load(tmp_path, made)
        made += " "
        question = PossibleMove.objects.get()
        assert (question.post.source_id, question.other.source_id) == ("501", "1")
        assert not question.post.is_public
        assert client.get(question.post.get_absolute_url()).status_code == 404
    assert report.counts.posts.new == 0


def test_an_erased_comment_does_not_come_back_under_another_number(tmp_path):
    load(tmp_path, BEFORE)
    ada = Comment.objects.get(source_id="1")
    erase(ada, basis="subject_request")
    load(tmp_path, moved())
    ada.refresh_from_db()
    assert ada.visibility == "erased"
    assert not Comment.objects.filter(source_id="901").exists()
    for capture in Capture.objects.all():
        with opened(capture.digest_of_bytes) as stream:
            kept = stream.read()
        assert b"One." not in kept
        assert b"Two." in kept


def test_an_erasure_cuts_no_other_comment_that_has_the_number_now(tmp_path):
    load(tmp_path, BEFORE)
    load(tmp_path, article(1, one(2, ADA[0], **ADA[1]), one(3, BEN[0], **BEN[1])))
    assert len(threads()["1"]) == 2
    ben = Comment.objects.get(source_id="2")
    erase(ben, basis="subject_request")
    for capture in Capture.objects.all():
        with opened(capture.digest_of_bytes) as stream:
            kept = stream.read()
        assert b"Two." not in kept
        assert b"One." in kept


def test_one_number_of_three_articles_is_told_apart_again_and_again(tmp_path):
    load(tmp_path, BEFORE)
    others = [
        article(1, title=name, body=f"{name} {name} {name}.", path=name, day=day)
        for name, day in (("Pier", "2015-01-01"), ("Buoy", "2016-01-01"))
    ]
    kept = {"1": "Ferry", "1@2": "Pier", "1@3": "Buoy"}
    [foreseen] = dry_run([write(tmp_path, export(*others), "foreseen.txt")])
    reasons = " ".join(each.reason for each in foreseen.problems)
    assert "kept as 1@2" in reasons
    assert "kept as 1@3" in reasons
    for found_new in (2, 0):
        report = load(tmp_path, *others)
        others.append(" ")
        assert report.counts.posts.new == found_new
        assert {p.source_id: p.title for p in Post.objects.titled()} == kept
        numbers = OtherNumber.objects.filter(comment=None)
        told = numbers.values_list("post__source_id", "source_id")
        assert sorted(told) == [("1@2", "1"), ("1@3", "1")]
    assert not PossibleMove.objects.exists()


def test_a_dry_run_says_the_same(tmp_path):
    load(tmp_path, BEFORE)
    data = export(moved(501, one(903, "Three.", minute=3)))
    path = write(tmp_path, data, "later.xml")
    [said] = dry_run([path])
    [report] = import_files([path])
    assert said.counts.comments.as_dict() == report.counts.comments.as_dict()
    assert said.counts.posts.as_dict() == report.counts.posts.as_dict()
    assert said.problems == report.problems


def test_a_new_domain_that_nobody_spoke_of_is_remarked_on(tmp_path):
    load(tmp_path, BEFORE)
    new = "https://new.example"
    report = load(tmp_path, moved(501, host=new), address=new)
    assert any("--blog test-example" in each.reason for each in report.problems)
    other = article(
        1, title="Pier", body="Words that nobody has ever written before now."
    )
    report = load(tmp_path, other, address="https://third.example")
    assert not any("--blog" in each.reason for each in report.problems)


@pytest.mark.unreconciled
def test_reconcile_knows_which_numbers_copies_told(tmp_path):
    from commentarchive.ledger.reconciliation import reconcile

    load(tmp_path, BEFORE)
    load(tmp_path, moved())
    assert list(reconcile()) == []
    first = Capture.objects.earliest("pk")
    told = OtherNumber.objects.first()
    load(tmp_path, article(7, path="x", title="P", day="2012-01-01", body="Q."))
    OtherNumber.objects.create(
        blog=told.blog,
        post=Post.objects.get(source_id="7"),
        scheme="wordpress",
        source_id="8",
        capture=first,
    )
    assert "it told no other number" in str(next(iter(reconcile())))


@pytest.mark.parametrize(
    "address", ["https://a.example/ferry", "http://b.example/ferry"]
)
def test_a_service_that_names_threads_by_address_knows_them_at_a_new_one(
    tmp_path, address
):
    thread = (
        '{{"version":1,"comments":[{{"commentHex":"c1","domain":"{host}","url":'
        '"/{path}","commenterHex":"anonymous","markdown":"Yes.","html":"","parentHex":'
        '"root","state":"approved","creationDate":"2012-04-01T09:00:00Z"}}],'
        '"commenters":[]}}'
    )
    for number, each in enumerate(("http://a.example/ferry", address)):
        host, _slash, path = each.partition("://")[2].partition("/")
        # The same bytes again would be nothing new.
        data = thread.format(host=host, path=path) + " " * number
        path = write(tmp_path, data.encode(), f"{number}.json")
        import_files([path], blog_slug="blog")
    assert Post.objects.count() == Comment.objects.count() == 1
