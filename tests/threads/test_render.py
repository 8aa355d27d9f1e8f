from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.threads.render import join, render_window
from commentarchive.threads.thread_rows import NoticeRow, ThreadRow

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
            depth_after=pages[1][0].depth
            if page is pages[0] and len(pages) > 1
            else None,
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
    assert html.count("in reply to") == 9_995


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
