"""What is probably missing: only from what can tell, and withdrawn when it is not so."""

from datetime import UTC, datetime

import pytest

from commentarchive.captures.gaps import infer_gaps
from commentarchive.intake.session import import_files
from commentarchive.ledger.models import Entry
from commentarchive.models import Capture, Comment, Gap, Manifest, Post
from tests.importers.reading import FIXTURES
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db


def gaps():
    found = Gap.objects.filter(withdrawn_entry=None).order_by("pk")
    return [(gap.kind, gap.at_least, gap.at_most, gap.grade) for gap in found]


def test_a_parent_that_is_missing_and_then_found(tmp_path):
    load(tmp_path, item(comment(1), comment(3, parent=2), comment(4, parent=2)))
    assert gaps() == [("missing_parent", 1, 1, "inferred")]
    [entry] = Entry.objects.filter(event="gap.found")
    assert Gap.objects.get().entry_index == entry.index
    load(tmp_path, item(comment(1), comment(2), comment(3, parent=2)), name="b.xml")
    assert gaps() == []
    assert Entry.objects.filter(event="gap.withdrawn").count() == 1


def test_a_copy_of_a_part_proves_nothing_missing(tmp_path):
    data = export(item(comment(1), comment(3, parent=2)))
    import_files([write(tmp_path, data[:-20], "cut.xml")])
    import_files([FIXTURES / "feed/comments.rss"])
    assert gaps() == []


def test_numbers_that_are_left_out_between_comments_of_one_article(tmp_path):
    load(
        tmp_path,
        item(comment(1), comment(2), comment(5), comment(6)),
        item(comment(9), comment(10), number=2),
        # Hundreds of numbers are missing here: they say nothing.
        item(comment(20), comment(900), number=3),
    )
    [gap] = Gap.objects.all()
    assert (gap.kind, gap.at_least, gap.at_most) == ("id_range", 0, 2)
    assert gap.after.source_id == "2"
    assert gap.post == Post.objects.get(source_id="1")
    later = item(*[comment(number) for number in (1, 2, 3, 4, 5, 6)])
    load(tmp_path, later, name="b.xml")
    assert gaps() == []


def test_a_printed_count_above_what_is_known():
    import_files([FIXTURES / "web_page/html5.html"])
    # It prints 5; three and a link from another blog are shown, one of them waits.
    assert gaps() == [("printed_count", 2, 2, "inferred")]


@pytest.mark.parametrize(
    ("heading", "at_least"),
    [
        ("5 comments", 2),
        ("5 Kommentare zu", 2),
        ("5 commentaires", 2),
        # These may count likes, shares and links from other blogs.
        ("5 responses to Ferry", None),
        ("5 Likes", None),
        ("5 shares, 3 comments", None),
        ("5", None),
    ],
)
def test_a_number_of_other_things_than_comments_says_nothing(
    tmp_path, heading, at_least
):
    page = (FIXTURES / "web_page/html5.html").read_bytes()
    page = page.replace(b">5 comments<", f">{heading}<".encode())
    import_files([write(tmp_path, page, "page.html")])
    assert [least for _kind, least, *_rest in gaps()] == (
        [at_least] if at_least else []
    )


def test_links_that_a_theme_does_not_show_may_be_all_that_is_missing(tmp_path):
    page = (FIXTURES / "web_page/html5.html").read_text()
    start = page.index('<li id="comment-74" class="pingback')
    page = page[:start] + page[page.index("</li>", start) + len("</li>") :]
    import_files([write(tmp_path, page.encode(), "page.html")])
    assert gaps() == [("printed_count", 0, 3, "inferred")]


WORDS = "nothing at all will ever be built on that field"
ZARA = f"Zara wrote:\n<blockquote>{WORDS}</blockquote>You are wrong."


@pytest.mark.parametrize(
    ("text", "is_missing"),
    [
        (ZARA, True),
        # A name by itself is no evidence, and code has names of its own.
        ("@Zara: you are wrong.", False),
        ("Try this:\n@author: me\nprint(1)", False),
        # Fewer than eight words occur by chance.
        ("Zara wrote:\n<blockquote>one two three four five six 7</blockquote>", False),
        (
            "Nell wrote:\n<blockquote>the wall has leaned over since the month of May"
            "</blockquote>",
            False,
        ),
        # What is left out does not make the rest another text.
        (
            "Nell wrote:\n<blockquote>the wall has leaned over since the month [...] "
            "and that is all that I have to say</blockquote>",
            False,
        ),
        # The words of the article.
        (
            "Ed wrote:\n<blockquote>its text goes on and on until it ends</blockquote>",
            False,
        ),
        # A quotation inside a quotation is not part of what is quoted around it.
        (
            "Nell wrote:\n<blockquote>Ed wrote:\n<blockquote>its text goes on and on "
            "until it ends</blockquote>the wall has leaned over since the month of May"
            "</blockquote>",
            False,
        ),
        # From a notice, or from another place, perhaps.
        (ZARA.partition("\n")[2], False),
        (ZARA.replace("Zara", '<a href="https://z.example/">Zara</a>'), False),
    ],
)
def test_words_of_somebody_who_is_quoted_and_not_there(tmp_path, text, is_missing):
    load(
        tmp_path,
        item(
            comment(1, "The wall has leaned over since the month of May.", author="N"),
            comment(2, text, author="Tom"),
            body="Its text goes on and on until it ends.",
        ),
    )
    expected = [("quoted", 1, 1, "inferred")] if is_missing else []
    assert gaps() == expected
    if is_missing:
        assert Gap.objects.get().said_in == Comment.objects.get(source_id="2")


def test_words_of_an_earlier_version_are_there(tmp_path):
    load(tmp_path, item(comment(1, WORDS), comment(2)))
    load(tmp_path, item(comment(1, "I take it back."), comment(2, ZARA)), name="b.xml")
    assert gaps() == []


def test_the_same_again_adds_nothing(tmp_path):
    load(tmp_path, item(comment(1), comment(3, parent=2)))
    load(tmp_path, item(comment(1), comment(3, parent=2)))
    load(tmp_path, item(comment(1), comment(3, parent=2)), item(number=2), name="b.xml")
    assert Gap.objects.count() == 1


def test_the_margin_the_log_and_the_report_say_it_under_its_grade(
    client, tmp_path, django_assert_num_queries
):
    load(
        tmp_path,
        item(comment(1), comment(3, ZARA, parent=2), comment(5)),
        item(comment(90), number=2),
    )
    page = client.get(Post.objects.get(source_id="1").get_absolute_url())
    body = page.content.decode()
    assert "1 comment; somebody is quoted with words that are not there" in body
    assert "at most 1 comment; numbers are left out" in body
    assert "Known: probably missing" in body
    # A place of its own says so already.
    assert body.count("A comment that was never seen here") == 1
    assert "a reply answers" not in body
    client.get("/moderation/log/otherwise/?known=inferred")
    # Counted once for each state of the record.
    with django_assert_num_queries(6):
        log = client.get("/moderation/log/otherwise/?known=inferred").content.decode()
    assert "probably missing (3)" in log
    assert "a reply to a comment that is not there" in log
    assert (
        "Nothing was seen to vanish"
        in client.get("/moderation/log/otherwise/").content.decode()
    )
    assert client.get("/moderation/log/otherwise/?blog=none").status_code == 404
    report = client.get("/moderation/reports/2012/").content.decode()
    assert "Missing without a decision" in report
    csv = client.get("/moderation/reports/2012.csv").content
    assert b"Missing without a decision,gaps-by-grade" in csv


def test_a_gap_of_an_article_that_was_not_read_again_stands(tmp_path):
    load(tmp_path, item(comment(1), comment(3, ZARA, parent=2)))
    found = gaps()
    assert [kind for kind, *_rest in found] == ["missing_parent", "quoted"]
    load(tmp_path, item(comment(90), number=2), name="b.xml")
    assert gaps() == found


def test_what_is_quoted_is_found_by_a_later_copy(tmp_path):
    load(tmp_path, item(comment(1), comment(2, ZARA)))
    assert [kind for kind, *_rest in gaps()] == ["quoted"]
    later = (comment(1), comment(2, ZARA), comment(3, WORDS))
    load(tmp_path, item(*later), name="b.xml")
    assert gaps() == []


@pytest.mark.parametrize("approved", ["0", "trash", "spam"])
def test_what_a_hidden_comment_says_is_not_repeated_as_a_gap(tmp_path, approved):
    load(
        tmp_path,
        item(comment(1), comment(2, ZARA, approved=approved)),
    )
    assert gaps() == []


@pytest.mark.parametrize(
    ("numbers", "after", "at_most"),
    [
        # As many missing as there are comments; one more would say nothing.
        ((1, 4), "1", 2),
        ((1, 5), None, 0),
        # After the comment before the largest hole, with the sum of all.
        ((1, 3, 6, 7, 8, 9), "3", 3),
        ((1, 4, 5, 7, 8, 9), "1", 3),
        # As numbers, not as words: 10 comes after 9.
        ((8, 9, 12, 13), "9", 2),
    ],
)
def test_the_numbers_that_are_left_out(tmp_path, numbers, after, at_most):
    load(tmp_path, item(*map(comment, numbers)))
    found = Gap.objects.values_list("kind", "after__source_id", "at_most")
    assert list(found) == ([("id_range", after, at_most)] if after else [])


def test_numbers_of_a_copy_that_was_cut_short_prove_nothing(tmp_path):
    data = export(item(*map(comment, (1, 2, 5, 6))), item(number=2))
    import_files([write(tmp_path, data[:-40], "cut.xml")])
    assert Comment.objects.count() == 4
    assert gaps() == []


def test_the_last_page_that_counts_is_believed(tmp_path):
    """It counts again what it shows: the ones that were missing are not any more."""
    page = (FIXTURES / "web_page/html5.html").read_bytes()
    fewer = page.replace(b">5 comments<", b">3 comments<")
    for number, (data, gap) in enumerate([(page, [2]), (fewer, [])], 1):
        path = write(tmp_path, data, f"{number}.html")
        import_files([path], saved_at=datetime(2014, 3 + number, 1, tzinfo=UTC))
        assert [at_most for _kind, _least, at_most, _grade in gaps()] == gap


def test_the_pages_of_a_thread_show_what_was_found_and_withdrawn_since(
    client, tmp_path
):
    load(tmp_path, item(comment(1), comment(2, ZARA)))
    post = Post.objects.get()
    words = "somebody is quoted with words that are not there"
    assert words in client.get(post.get_absolute_url()).content.decode()
    later = (comment(1), comment(2, ZARA), comment(3, WORDS))
    load(tmp_path, item(*later), name="b.xml")
    assert words not in client.get(post.get_absolute_url()).content.decode()


@pytest.mark.unreconciled
@pytest.mark.parametrize(
    ("is_whole", "tells_parents"),
    [(True, True), (False, True), (True, False)],
)
def test_a_parent_is_missed_by_a_whole_copy_that_tells_parents_only(
    tmp_path, is_whole, tells_parents
):
    data = export(item(comment(1), comment(3, parent=2)))
    import_files([write(tmp_path, data[:-20], "cut.xml")])
    assert gaps() == []
    post = Post.objects.get()
    report = load(tmp_path, item(number=2), name="b.xml")
    Manifest.objects.create(
        capture=Capture.objects.get(ref=report.capture),
        post=post,
        ordinal=99,
        part=0,
        post_status="publish",
        packed=b"",
        is_whole=is_whole,
        tells_parents=tells_parents,
    )
    infer_gaps([report.capture])
    missed = [("missing_parent", 1, 1, "inferred")]
    assert gaps() == (missed if is_whole and tells_parents else [])


def test_a_gap_is_withdrawn_when_the_comment_that_spoke_of_it_is_hidden(tmp_path):
    said = ZARA
    load(tmp_path, item(comment(1), comment(2, said)))
    assert [kind for kind, *_rest in gaps()] == ["quoted"]
    load(tmp_path, item(comment(1), comment(2, said, approved="trash")), name="b.xml")
    assert gaps() == []
