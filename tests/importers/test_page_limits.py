"""What a page may ask of a parser. None of these is parsed at all."""

import pytest

from commentarchive.importers import page_limits
from commentarchive.importers.parsed import Unreadable

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<div>" * 1001, "nests more than 1,000 elements"),
        ("<div></x>" * 1001, "nests more than 1,000 elements"),
        ("<div t='</div>'>" * 1001, "nests more than 1,000 elements"),
        ("<div><!-- </div> -->" * 1001, "nests more than 1,000 elements"),
        ("<li><dd>" * 1001, "nests more than 1,000 elements"),
        (
            "<div " + " ".join(f"a{n}" for n in range(1001)),
            "more than 1,000 attributes",
        ),
        (
            '<div x=">" ' + " ".join(f"a{n}=1" for n in range(1001)),
            "more than 1,000 attributes",
        ),
        (
            "".join(f"<b {n}>" for n in range(900)) + "<p>" * 9000,
            "more formatting than it closes",
        ),
        (
            "".join(f"<b {n}><div></b></div>" for n in range(9000)),
            "more formatting than it closes",
        ),
    ],
)
def test_what_is_made_to_exhaust_a_parser_is_refused(text, words):
    with pytest.raises(Unreadable, match=words):
        page_limits.check(text)


@pytest.mark.parametrize(
    "text",
    [
        "<div><p>x</div>" * 20_000,
        "<ul><li>a<li>b</ul>" * 20_000,
        "<a name=x>" * 20_000,
        "<script>" + "'<div>'" * 20_000 + "</script>",
        "<b>x</b>" * 20_000,
        "<div x" * 300 + "<",
        "<!--" + "<div>" * 20_000,
    ],
)
def test_pages_of_every_age_pass(text):
    page_limits.check(text)
