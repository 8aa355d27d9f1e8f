"""Rows of a window lead to what they quote in it."""

import re

import pytest

from commentarchive.discussion.quotations import with_quotations
from commentarchive.threads.render import render_window
from tests.threads.test_render import row

pytestmark = pytest.mark.pure
SAID = "The pier was closed on Monday because nobody had paid the lamp oil."
OTHER = "Every boat in this harbour has a number painted on its own side."


def links(*htmls, **values):
    """Return where the last of some rows leads for what it quotes."""
    rows = [
        row(n, 0, html=html, name=f"Ann {n}", **(values if n == len(htmls) - 1 else {}))
        for n, html in enumerate(htmls)
    ]
    last = render_window(with_quotations(rows)).html.decode().split("<li ")[-1]
    return re.findall(r'<a class="quotes" href="([^"]*)">(.*?)</a>', last)


def place(n):
    return f"#c{n:026}"


ELSEWHERE = "what it quotes"


@pytest.mark.parametrize(
    "quoting",
    [
        f"<blockquote>{SAID}</blockquote>So what?",
        f"<p>You say “{SAID[:-1]}”.</p>",
        f"<p>&gt; {SAID}</p>",
        f"<blockquote>{SAID.upper()}</blockquote>",
        f"<blockquote>{SAID.replace(' ', '<br>')}</blockquote>",
        f"<blockquote>{SAID.replace('-', '–')}</blockquote>",
    ],
)
def test_a_quotation_leads_to_the_nearest_who_said_it(quoting):
    found = links(SAID, OTHER, SAID, OTHER, quoting)
    assert found == [(place(2), "<i>quotes </i><bdi>Ann 2</bdi>")]


def test_who_only_quotes_it_is_not_meant():
    quoting = f"<blockquote>{SAID}</blockquote>"
    assert links(SAID, f"{quoting}Yes.", quoting)[0][0] == place(0)
    assert links(f"{quoting}Yes.", quoting) == [
        (f"/comments/c{1:026}/#quoted", ELSEWHERE)
    ]


@pytest.mark.parametrize("cut", [" ".join(SAID.split()[:7]), "The pier"])
def test_a_few_words_lead_nowhere(cut):
    assert links(SAID, f"<blockquote>{cut}</blockquote>") == []


def test_what_is_answered_is_not_linked_twice():
    quoting = f"<blockquote>{SAID}</blockquote><blockquote>{OTHER}</blockquote>"
    found = links(OTHER, SAID, quoting, parent_ref=place(1)[1:])
    assert [href for href, _words in found] == [place(0)]


def test_what_is_hidden_in_the_window_is_looked_for_elsewhere():
    rows = [row(0, 0, "removed"), row(1, 0, html=f"<blockquote>{SAID}</blockquote>")]
    html = render_window(with_quotations(rows)).html.decode()
    assert f'href="/comments/{rows[1].ref}/#quoted">{ELSEWHERE}<' in html
    assert "quotes </i>" not in html


def test_of_many_the_nearest_are_linked():
    said = [f"{SAID} {'again ' * n}and {n}" for n in range(5)]
    quoted = "".join(f"<blockquote>{each}</blockquote>" for each in said)
    found = links(*said, quoted)
    assert [href for href, _words in found[:3]] == [place(4), place(3), place(2)]
    assert found[3][1] == ELSEWHERE


def test_a_name_that_is_not_known_is_not_made_up():
    rows = [
        row(0, 0, html=SAID, name="", name_ref=""),
        row(1, 0, html=f"<blockquote>{SAID}</blockquote>"),
    ]
    html = render_window(with_quotations(rows)).html.decode()
    assert "<i>quotes </i>an earlier comment</a>" in html
