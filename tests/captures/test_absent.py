"""Articles that a later whole export lacks: seen where it is sure, and only there."""

import itertools
from datetime import UTC, datetime

import pytest

from commentarchive.intake.session import import_files
from commentarchive.models import Capture, Comment, Post
from tests.captures.test_vanished import DAYS
from tests.importers.reading import FIXTURES
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db
SAYS = "gone from a later export"


def article(number, *, author="ed", topics=(), day="2012-03-31", **facts):
    """Make an item of an export, with a comment on it."""
    text = item(
        comment(number * 10, f"On number {number}."),
        number=number,
        title=f"Article {number}",
        **facts,
    )
    marks = "".join(
        f'<category domain="category" nicename="x"><![CDATA[{each}]]></category>'
        for each in topics
    )
    text = text.replace("2012-03-31", day).replace(">ed<", f">{author}<")
    return text.replace("<wp:post_id>", f"{marks}<wp:post_id>")


def dated(month, *items, date=""):
    """Return an export that says when it was written."""
    written = f"</title><pubDate>{date or DAYS[month]}</pubDate>"
    return export(*items).replace(b"</title>", written.encode(), 1)


def read(folder, month, *items, **facts):
    name = f"{month}{len(list(folder.glob('*.xml')))}.xml"
    return import_files([write(folder, dated(month, *items, **facts), name)])[0]


def gone():
    """Return what is gone now: article, copy that holds it, copy that does not."""
    months = {
        capture.pk: f"{capture.written_at:%b}"
        for capture in Capture.objects.exclude(written_at=None)
    }
    return {
        (post.source_id, months[absence["seen"]], months[absence["missed"]])
        for post in Post.objects.all()
        for absence in post.absences
        if not absence["back"]
    }


def test_the_article_stays_and_its_page_names_both_copies(client, tmp_path):
    read(tmp_path, "Jan", article(1), article(2))
    report = read(tmp_path, "Feb", article(1))
    assert gone() == {("2", "Jan", "Feb")}
    first, second = Post.objects.order_by("source_id")
    page = client.get(second.get_absolute_url()).text
    assert SAYS in page
    assert "On number 2." in page
    assert "Between 1 January 2012 and 1 February 2012" in page
    assert "deleted by" not in page
    for capture in Capture.objects.all():
        assert capture.get_absolute_url() in page.partition("</aside>")[0]
    assert SAYS not in client.get(first.get_absolute_url()).text
    assert "Article 2" in client.get(f"/captures/{report.capture}/").text
    log = client.get("/moderation/log/otherwise/").text
    assert "1 article or discussion that" in log
    assert "Article 2" in log
    assert "was gone from an export" in client.get(f"/posts/{second.ref}/copies/").text
    assert Comment.objects.filter(visibility="published").count() == 2


def test_a_page_of_an_article_that_is_not_gone_costs_no_query_more(
    client, tmp_path, django_assert_num_queries
):
    read(tmp_path, "Jan", article(1), article(2))
    address = Post.objects.get(source_id="2").get_absolute_url()
    with django_assert_num_queries(8):
        client.get(address)
    read(tmp_path, "Feb", article(1))
    with django_assert_num_queries(10):
        client.get(address)


@pytest.mark.parametrize("order", list(itertools.permutations(["Jan", "Feb", "Mar"])))
def test_the_order_of_reading_changes_nothing(tmp_path, order, client):
    held = {"Jan": (1, 2, 3), "Feb": (1, 3), "Mar": (1, 2)}
    for month in order:
        read(tmp_path, month, *map(article, held[month]))
    assert gone() == {("3", "Feb", "Mar")}
    second = Post.objects.get(source_id="2")
    [absence] = second.absences
    assert absence["back"] == Capture.objects.get(written_at__month=3).pk
    assert SAYS not in client.get(second.get_absolute_url()).text
    assert "It is back in" in client.get(f"/posts/{second.ref}/copies/").text


@pytest.mark.parametrize(
    ("whole", "later"),
    [
        # Of one author.
        ([article(1), article(2, author="al")], [article(1)]),
        # Of one category, or tag.
        ([article(1, topics=["News"]), article(2)], [article(1, topics=["News"])]),
        (
            [article(1, topics=["A", "B"]), article(2, topics=["A"])],
            [article(1, topics=["A", "B"])],
        ),
        # Of one type.
        ([article(1), article(2, kind="page")], [article(1)]),
        ([article(1), article(2, kind="page")], [article(2, kind="page")]),
        # Of one state.
        ([article(1), article(2, status="draft")], [article(2, status="draft")]),
        ([article(1), article(2, status="draft")], [article(1)]),
        # Of a span of time.
        ([article(1), article(2, day="2012-04-01")], [article(1)]),
        ([article(1), article(2, day="2012-03-01")], [article(1)]),
        # Of another blog, under the same name here.
        ([article(1), article(2), article(3)], [article(1)]),
        ([article(1)], [article(2)]),
    ],
)
def test_an_export_that_may_be_one_of_a_part_is_not_judged_as_whole(
    tmp_path, whole, later
):
    read(tmp_path, "Jan", *whole)
    read(tmp_path, "Feb", *later)
    assert gone() == set()


def test_whatever_cannot_have_been_left_out_by_choice_is_gone(tmp_path):
    """Of several authors, categories, types and days, the one in the middle is gone."""
    others = (
        article(1, topics=["A"], day="2012-03-01"),
        article(2, author="al", topics=["B"], day="2012-05-01"),
        article(3, kind="page", author="cy", day="2012-04-02"),
    )
    middle = article(4, author="di", topics=["C"], day="2012-04-01")
    read(tmp_path, "Jan", *others, middle)
    read(tmp_path, "Feb", *others)
    assert gone() == {("4", "Jan", "Feb")}


def test_a_cut_export_lacks_nothing(tmp_path):
    read(tmp_path, "Jan", article(1), article(2))
    data = dated("Feb", article(1), article(2))
    cut = data[: data.index(b"<item>", data.index(b"<item>") + 1)]
    import_files([write(tmp_path, cut, "cut.xml")])
    assert gone() == set()


def test_the_parts_of_one_export_lack_nothing_of_one_another(tmp_path):
    read(tmp_path, "Jan", article(1), article(2))
    # One after the other, within an hour.
    read(tmp_path, "Feb", article(1))
    assert gone() == {("2", "Jan", "Feb")}
    read(tmp_path, "Feb", article(2), date="Wed, 01 Feb 2012 00:20:00 +0000")
    assert gone() == set()


def test_parts_that_overlap_lack_nothing_of_one_another(tmp_path):
    read(tmp_path, "Jan", *map(article, (1, 2, 3, 4)))
    read(tmp_path, "Feb", article(1), article(2))
    later = "Wed, 01 Feb 2012 00:20:00 +0000"
    read(tmp_path, "Feb", *map(article, (2, 3, 4)), date=later)
    assert "1" not in {number for number, *_copies in gone()}


def test_files_that_were_given_together_are_whole_together(tmp_path):
    read(tmp_path, "Jan", article(1), article(2), article(3))
    parts = [dated("Feb", article(1)), dated("Feb", article(2))]
    import_files([write(tmp_path, data, f"{n}") for n, data in enumerate(parts)])
    assert gone() == {("3", "Jan", "Feb")}


def test_a_copy_without_a_date_proves_nothing(tmp_path):
    for name, items in (("a", (article(1), article(2))), ("b", (article(1),))):
        import_files([write(tmp_path, export(*items), name)])
    assert gone() == set()


def test_a_page_that_was_saved_between_is_the_last_to_hold_it(tmp_path, client):
    read(tmp_path, "Jan", article(1), article(2))
    page = (
        (FIXTURES / "web_page/html5.html")
        .read_text()
        .replace("https://weir.example/2014/03/the-sluice/", "https://test.example/2/")
        .replace("612", "2")
    )
    saved = datetime(2012, 1, 20, tzinfo=UTC)
    import_files([write(tmp_path, page.encode(), "2.html")], saved_at=saved)
    read(tmp_path, "Feb", article(1))
    [post] = [each for each in Post.objects.all() if each.absences]
    assert SAYS in client.get(post.get_absolute_url()).text
    assert Capture.objects.get(pk=post.absences[0]["seen"]).importer == "web_page"


@pytest.mark.unreconciled
def test_reconcile_works_it_out_again(tmp_path):
    from commentarchive.ledger.reconciliation import reconcile

    read(tmp_path, "Jan", article(1), article(2))
    read(tmp_path, "Feb", article(1))
    assert list(reconcile()) == []
    Post.objects.update(absences=[])
    assert "is gone from other exports" in str(next(iter(reconcile())))
