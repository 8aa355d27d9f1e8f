"""Zones that pages name behind an hour: believed where the name has one meaning."""

import pytest

from commentarchive.importers.page_times import printed
from commentarchive.importers.zone_names import not_believed
from tests.importers.formats.pages.test_families import _WP, WORDPRESS, page, read

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "language", "utc"),
    [
        ("January 12, 2011 at 5:14 pm EST", "en", "2011-01-12 22:14"),
        ("July 12, 2011 at 5:14 pm EDT", "en-us", "2011-07-12 21:14"),
        ("July 12, 2011 at 5:14 pm ET", "en-us", "2011-07-12 21:14"),
        ("5:14 pm PDT on July 12, 2011", "en", "2011-07-13 00:14"),
        ("12. Januar 2011 um 17:14 Uhr MEZ", "de", "2011-01-12 16:14"),
        ("12. Juli 2011, 17.14 Uhr (MESZ)", "de", "2011-07-12 15:14"),
        ("12 July 2011 17:14 CEST", "en", "2011-07-12 15:14"),
        ("12 July 2011 17:14 BST", "en-gb", "2011-07-12 16:14"),
        ("12 July 2011 17:14 GMT", "en-gb", "2011-07-12 17:14"),
        ("12 July 2011 17:14 IST", "en-in", "2011-07-12 11:44"),
        ("12 July 2011 17:14 IST", "en-ie", "2011-07-12 16:14"),
        ("12 July 2011 17:14 JST", "ja", "2011-07-12 08:14"),
        ("12 January 2011 17:14 AEDT", "en-au", "2011-01-12 06:14"),
        # Moscow was four hours east of UTC in these years.
        ("12 July 2011 17:14 MSK", "en", "2011-07-12 13:14"),
    ],
)
def test_a_name_with_one_meaning_is_read(text, language, utc):
    when = printed(text, language)
    assert str(when.utc) == f"{utc}:00+00:00"
    assert not_believed(when) == ""


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("July 12, 2011 5:14 pm IST", "en", "IST"),
        ("July 12, 2011 5:14 pm BST", "en-us", "BST"),
        ("January 12, 2011 5:14 pm CST", "en-us", "CST"),
        ("January 12, 2011 5:14 pm AST", "en", "AST"),
        ("January 12, 2011 5:14 pm (EST)", "en-au", "EST"),
        # Its place had another clock on that day: a theme's word for all of the year.
        ("12. Juli 2011 um 17:14 Uhr MEZ", "de", "MEZ"),
        ("July 12, 2011 5:14 pm PST", "en-us", "PST"),
    ],
)
def test_any_other_leaves_the_time_on_its_blog_s_clock(text, language, name):
    when = printed(text, language)
    assert (str(when.utc)[5:], when.offset) == (f"{str(when.utc)[5:10]} 17:14:00", None)
    assert not_believed(when) == name


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("12 July 2011 17:14 Reply", "en"),
        ("12 July 2011 17:14 ESTATE", "en"),
        ("12 July 2011 17:14 est", "en"),
        ("12 July 2011 CST", "en"),
    ],
)
def test_other_words_are_no_zones(text, language):
    when = printed(text, language)
    assert when.utc.tzinfo is None
    assert not_believed(when) == ""


@pytest.mark.parametrize(
    ("host", "utc"),
    [
        ("reed.example.au", "2012-01-03 17:14:00"),
        ("reed.example", "2012-01-03 22:14:00+00:00"),
    ],
)
def test_a_host_says_in_which_country_a_page_is(host, utc):
    """Themes leave the language at American English."""
    inner = f'<ol class="comment-list">{WORDPRESS["twenty ten"]}</ol>'
    inner = inner.replace("3. Mai 2012 um 17:14", "January 3, 2012 at 5:14 pm EST")
    data = page(inner, _WP).replace(b'lang="de"', b'lang="en-US"')
    [post], reading = read(data.replace(b"reed.example", host.encode()))
    assert str(post.comments[0].when.utc) == utc
    remark = "1 of its times name the zone EST, which is not sure"
    is_told = any(remark in each.reason for each in reading.problems)
    assert is_told == host.endswith(".au")
    assert reading.is_whole
