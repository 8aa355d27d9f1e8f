import pytest

from tests.importers.reading import comments_of, read

pytestmark = pytest.mark.pure


def test_threads_of_one_address_are_one_article_and_missing_ones_are_said():
    posts, reading = read("disqus/forum.xml")
    assert [(post.source_id, post.is_live, len(post.comments)) for post in posts] == [
        ("501", True, 4),
        ("503", False, 0),
        ("504", True, 1),
        ("777", True, 1),
    ]
    assert posts[0].title == "The weir & the mill"
    assert len(posts[0].addresses) == 2
    assert [each.state for each in posts[3].comments] == ["unknown"]
    said = [each.reason for each in reading.problems]
    assert said == [
        "thread 777 is not in the file; its comments are kept for staff only",
        "2 threads have one address; read as one article",
    ]


def test_states_parents_and_who_is_who():
    comments = comments_of(read("disqus/forum.xml")[0])
    states = {key: each.state for key, each in comments.items()}
    assert states == {
        "9001": "live",
        "9002": "live",
        "9003": "spam",
        "9004": "deleted",
        # Its thread is not in the file.
        "9005": "unknown",
        # Its whole thread was deleted.
        "9006": "deleted",
    }
    answer = comments["9002"]
    assert (answer.parent_id, answer.person, answer.ip) == (
        "9001",
        "orlaf",
        "192.0.2.44",
    )
    assert 'href="http://minutes.example/7"' in answer.html
    assert str(answer.when.utc) == "2012-05-01 10:30:00+00:00"
    assert answer.when.offset is None


def test_an_attribute_without_quotes_is_repaired_and_odd_marks_are_hidden():
    data = b"""`<?xml version="1.0"?><disqus xmlns="http://disqus.com"
      xmlns:dsq="http://disqus.com/disqus-internals">
      <thread dsq:id="1"><link>http://a.example/1</link></thread>
      <post dsq:id="5"><message>m</message><isSpam>123</isSpam>
      <thread dsq:id=1/></post></disqus>"""
    posts, reading = read(data)
    assert [each.reason for each in reading.repairs] == [
        "text before the first element; left out",
        "an attribute's value without quotes; quoted",
    ]
    assert posts[0].comments[0].state == "unknown"
    assert reading.is_whole


FORUM = """<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<thread dsq:id="1"><link>https://a.example/</link><title>A <i>b</i> &amp; c</title>
<createdAt>2012-05-01T09:00:00Z</createdAt><isDeleted>{hides}</isDeleted></thread>
<post dsq:id="2"><message>{text}</message><createdAt>2012-05-02T09:00:00Z</createdAt>
<author><name>{name}</name><isAnonymous>{nobody}</isAnonymous></author>
<isDeleted>false</isDeleted><isSpam>false</isSpam><thread dsq:id="1"/>
<parent dsq:id="{parent}"/></post></disqus>"""


def forum(*, hides="false", text="x", name="Ada", nobody="true", parent="0"):
    facts = {"hides": hides, "text": text, "name": name}
    data = FORUM.format(**facts, nobody=nobody, parent=parent).encode()
    [post], reading = read(data)
    return post, post.comments[0], reading


def test_markup_that_nobody_escaped_is_text_to_its_end():
    post, one, reading = forum(text='<p>One.</p><p>Two <a href="/x">link</a>.</p> End')
    assert one.raw == '<p>One.</p><p>Two <a href="/x">link</a>.</p> End'
    assert one.plain.split() == ["One.", "Two", "link.", "End"]
    assert post.title == "A <i>b</i> &amp; c"
    assert reading.is_whole


def test_a_guest_keeps_the_name_that_was_given():
    assert forum()[1].name == "Ada"
    assert forum(name="Anonymous")[1].name == ""
    assert forum(name="Anonymous", nobody="false")[1].name == "Anonymous"


def test_no_parent_and_marks_that_are_not_known():
    for parent in ("0", "2", "", "null"):
        assert forum(parent=parent)[1].parent_id == ""
    assert forum(hides="true")[1].state == "deleted"
    _post, one, reading = forum(hides="perhaps")
    assert one.state == "unknown"
    assert "for staff only" in reading.problems[0].reason


@pytest.mark.parametrize(("mark", "is_reported"), [("true", True), ("false", False)])
def test_what_readers_reported_is_told_and_changes_no_state(mark, is_reported):
    data = b"""<?xml version="1.0"?><disqus xmlns="http://disqus.com"
      xmlns:dsq="http://disqus.com/disqus-internals">
      <thread dsq:id="1"><link>http://a.example/1</link></thread>
      <post dsq:id="5"><message>m</message><isDeleted>false</isDeleted>
      <isSpam>false</isSpam><isFlagged>%s</isFlagged><thread dsq:id="1"/></post>
      </disqus>"""
    [post], _reading = read(data % mark.encode())
    assert post.comments[0].is_reported is is_reported
    assert post.comments[0].state == "live"
