from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.importers.registry import facts_of
from commentarchive.threads.notice_words import interval, notice_words
from commentarchive.threads.render import join, render_gaps, render_window
from commentarchive.threads.thread_rows import GapRow, NoticeRow, ThreadRow

pytestmark = pytest.mark.pure


def row(position, depth, visibility="published", **values):
    notice = None
    if visibility not in {"published", "unknown"}:
        notice = NoticeRow(visibility, "decided", None, None, "a moderator", "", "", "")
    return ThreadRow(
        **{
            "ref": f"c{position:026}",
            "position": position,
            "depth": depth,
            "kind": "comment",
            "visibility": visibility,
            "parent_ref": "",
            "parent_name": "",
            "when": None,
            "printed": "",
            "name": "Nell" if visibility == "published" else "",
            "name_ref": "n" * 27,
            "html": "<p>Words</p>" if visibility == "published" else "",
            "notice": notice,
            **values,
        }
    )


class Balance(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.stack, self.deepest = [], 0
        self.feed(html)
        assert self.stack == []

    def handle_starttag(self, tag, attrs):
        self.stack.append(tag)
        self.deepest = max(self.deepest, self.stack.count("ol"))
        if tag == "li":
            assert self.stack[-2] in {"ol", "ul"}
        if tag == "ol" and len(self.stack) > 1:
            assert self.stack[-2] == "details"

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag


STATES = st.sampled_from(["published", "held", "spam", "removed", "unknown"])


@given(
    st.lists(st.tuples(st.integers(0, 3), STATES), min_size=1, max_size=60), st.data()
)
def test_pages_and_whole_threads_are_well_formed_and_complete(shape, data):
    rows, depth = [], 0
    for position, (climb, state) in enumerate(shape):
        depth = max(0, depth + 1 - climb) if rows else 0
        rows.append(row(position, depth, state))
    cut = data.draw(st.integers(0, len(rows)))
    pages = [page for page in (rows[:cut], rows[cut:]) if page]
    segments = [
        render_window(
            page,
            after=pages[1][0] if page is pages[0] and len(pages) > 1 else None,
        )
        for page in pages
    ]
    whole = join(segments).decode()
    Balance(whole)
    for segment in segments:
        Balance(join([segment]).decode())
    assert Balance(whole).deepest <= 5
    for each in rows:
        assert whole.count(f'id="{each.ref}"') == 1


def test_a_chain_of_ten_thousand_is_shown_flat_after_five_levels():
    rows = [row(n, n, parent_ref=f"c{n - 1:026}" if n else "") for n in range(10_000)]
    html = join([render_window(rows)]).decode()
    assert Balance(html).deepest == 5
    assert html.count("<i>answers </i>the comment above") == 9_999


def test_names_are_escaped():
    html = join([render_window([row(0, 0, name='<img src=x onerror="a">')])]).decode()
    assert "<img" not in html


def test_neighbours_that_were_never_public_fold_into_one_line():
    rows = [row(0, 0), row(1, 0, "spam"), row(2, 0, "held"), row(3, 0, "removed")]
    html = join([render_window(rows)]).decode()
    assert "2 comments here were never published: 1 spam, 1 waiting" in html
    assert "Comment taken down" in html


def test_a_notice_with_a_shown_reply_is_not_folded():
    rows = [row(0, 0, "spam"), row(1, 0, "spam"), row(2, 1)]
    html = join([render_window(rows)]).decode()
    assert "never published" not in html


MORNING, EVENING = (datetime(2012, 5, 3, hour, tzinfo=UTC) for hour in (8, 20))
JUNE = datetime(2012, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("early", "late", "words"),
    [
        (MORNING, EVENING, "on 3 May 2012"),
        (MORNING, JUNE, "between 3 May 2012 and 1 June 2012"),
        (None, JUNE, "before 1 June 2012"),
        (MORNING, None, "some time after 3 May 2012"),
        (None, None, "at a time not known"),
    ],
)
def test_says_when_as_exactly_as_it_is_known(early, late, words):
    assert interval(early, late) == words


def notice(kind="removed", **values):
    told = NoticeRow(kind, "decided", MORNING, EVENING, "a moderator", "", "", "")
    return told._replace(**values)


def test_spam_that_readers_saw_was_taken_down_and_other_spam_was_not_published():
    assert "Comment taken down: spam" in notice_words(notice("spam", was_public=True))
    assert "Comment not published: spam" in notice_words(notice("spam"))


@pytest.mark.parametrize(
    ("importer", "words"),
    [
        ("wordpress", "deleted or marked as spam, the export cannot tell"),
        ("blogger", "deleted or marked as spam, the export cannot tell"),
        ("disqus", "It is no longer in the export."),
        ("web_page", "It is no longer on the page."),
        ("warc", "It is no longer on the page."),
        ("gone_reader", "A later copy does not hold it."),
    ],
)
def test_a_notice_says_what_the_later_copy_cannot_tell(importer, words):
    missing_from = facts_of(importer).missing_from
    one = notice(
        *("gone_at_source",),
        seen_ref="k1",
        capture_ref="k2",
        missing_from=missing_from,
    )
    assert words in notice_words(one)


def test_a_notice_of_what_readers_saw_is_not_folded():
    seen = row(1, 0, "spam", notice=notice("spam", was_public=True))
    html = join([render_window([row(0, 0, "spam"), seen, row(2, 0, "spam")])]).decode()
    assert "never published" not in html
    assert html.count('<article class="notice') == 3


def test_a_notice_whose_reply_may_be_shown_on_the_next_page_is_not_folded():
    rows = [row(0, 0, "spam"), row(1, 0, "spam"), row(2, 0, "spam")]
    assert b"3 comments here" in join([render_window(rows, after=row(3, 0))])
    html = join([render_window(rows, after=row(3, 1))]).decode()
    assert "2 comments here were never published" in html
    assert html.count('<article class="notice') == 1


@pytest.mark.parametrize(
    ("at_least", "at_most", "words"),
    [
        (1, 1, "1 comment;"),
        (2, 2, "2 comments;"),
        (2, 4, "2 to 4 comments;"),
        (0, 1, "at most 1 comment;"),
        (0, 3, "at most 3 comments;"),
        (2, None, "2 or more comments;"),
        (0, None, "some or more comments;"),
    ],
)
def test_a_gap_says_how_many_may_be_missing(at_least, at_most, words):
    gap = GapRow("g1", 3, at_least, at_most, "inferred", "id_range", "")
    assert f"Something may be missing here: {words}" in render_gaps([gap])


def test_a_deletion_that_nobody_is_named_for_says_so():
    def words(kind, grade, actor=""):
        return notice_words(NoticeRow(kind, grade, None, EVENING, actor, "", "", ""))

    assert "by whom is not known" in words("gone_at_source", "imported")
    assert "by the blog" in words("removed", "imported", "the blog")
    for kind, grade in (("gone_at_source", "observed"), ("spam", "imported")):
        assert "by whom" not in words(kind, grade)
    # As notices were worded that older imports opened.
    assert "by whom" not in words("gone_at_source", "imported", "the blog")
