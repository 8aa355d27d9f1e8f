"""A record that somebody entered: read as it was written, or refused."""

import pytest

from commentarchive.importers.formats.by_hand import Evidence, as_html, evidence_in
from commentarchive.importers.parsed import Unreadable
from tests.importers.reading import fixture, read

pytestmark = pytest.mark.pure
MAIL = fixture("mail/one.json")


def test_one_comment_is_read_with_all_that_was_typed():
    [post], reading = read(MAIL)
    [one] = post.comments
    assert (one.source_id, one.state, one.name) == ("41", "pending", "Ada Reed")
    assert (one.email, one.ip, one.form) == ("ada@mail.example", "192.0.2.7", "page")
    assert one.plain == "The ferry is late <again>.\nTwice."
    assert (one.when.utc.isoformat(), one.when.offset) == ("2012-05-12T14:32:00", None)
    assert (post.is_live, post.is_whole, post.has_text) == (False, False, False)
    assert reading.how == ["Entered by hand, from an e-mail."]
    assert evidence_in(MAIL) == Evidence("mail.eml", b'Subject: x\n\n"comment":{')


def test_one_article_was_seen_by_whoever_entered_it():
    [post], _reading = read("document/article.json")
    assert (post.title, post.is_live, post.comments) == ("Kept", True, [])
    assert evidence_in(fixture("document/article.json")) is None


@pytest.mark.parametrize(
    "changed",
    [
        MAIL + MAIL,
        MAIL[:-3],
        MAIL.replace(b'"ip":', b'"mood":"glad","ip":'),
        MAIL.replace(b'"how":"email"', b'"how":"by pigeon"'),
        MAIL.replace(b'"version":1', b'"version":2'),
        MAIL.replace(b'"comment":{', b'"comment":[{').replace(b'},\n"ev', b'}],\n"ev'),
        b'{"by hand":"mail"}',
    ],
)
def test_what_was_not_written_here_is_refused(changed):
    with pytest.raises(Unreadable):
        read(changed)


def test_typed_words_are_never_markup():
    assert (
        as_html("a <b>\r\nb & c\n \n\nd")
        == "<p>a &lt;b&gt;<br>\nb &amp; c</p>\n<p>d</p>"
    )
