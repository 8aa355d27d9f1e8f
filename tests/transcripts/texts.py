"""Texts and marks for tests."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from commentarchive.importers.plain_text import plain_text
from commentarchive.transcripts.marks import ArticleFacts, Role, undecided, with_role
from commentarchive.transcripts.paragraphs import paragraphs

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
# A line of a text as hypothesis draws it: words, marks, and what suggestions look for.
_pieces = st.sampled_from(
    [
        *("the", "of", "and", "Ann", "Bob Dale", "you", "says:", "said", "wrote:"),
        *("“", "”", '"', "‘", "’", "„", ">", ">>", "–", "-", "--", "…", "* * *", ":"),
        *("1)", "2)", "3.", "#1", "#2", "(Tide)", "88", "Reply", "Like", "Share", "|"),
        *("3 May 2012", "at 10:15", "on", "30 February 2012", "3 days ago", "@Ann"),
        *("Reposted from Open Quay by Ann", "via", "http://a.example/b", "commenter"),
        *("blocked two of my comments", "on Open Quay", ",", ".", "!", "ß", "İ", "漢"),
    ]
)
line = st.one_of(
    st.just(""),
    st.lists(_pieces, max_size=9).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40),
)
lines = st.lists(line, min_size=1, max_size=30).filter(
    lambda drawn: any(each.strip() for each in drawn)
)


def begun(text):
    """Return the lines, the paragraphs and the marks of a text."""
    read = plain_text(text.encode() if isinstance(text, str) else text)
    marks = undecided(read.sha256, read.lines)
    return read.lines, paragraphs(read.lines, marks.places, marks.width), marks


def decided(text, roles, **article):
    """Return lines and marks with a letter for each paragraph's role."""
    letters = {
        "a": Role.ARTICLE,
        "s": Role.START,
        "m": Role.MORE,
        "q": Role.QUOTATION,
        "n": Role.SIGNATURE,
        "x": Role.NO_PART,
        "-": None,
    }
    read, _blocks, marks = begun(text)
    for place, letter in zip(marks.places, roles, strict=True):
        marks = with_role(marks, place, letters[letter])
    facts = ArticleFacts(**({"title": "The fence"} | article))
    return read, replace(marks, article=facts)
