import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commentarchive.importers.formats.wordpress.export import WordPressExport
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import Reading, Unreadable
from commentarchive.importers.registry import detect
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.pure


def read(data):
    reading = Reading()
    posts = list(WordPressExport(io.BytesIO(data), reading).posts())
    return posts, reading


def texts(posts):
    return [each.raw for post in posts for each in post.comments]


def test_reads_a_sound_file_without_repairs():
    posts, reading = read(export(item(comment(1), comment(2, parent=1))))
    assert [each.parent_id for each in posts[0].comments] == ["", "1"]
    assert reading.is_whole
    assert reading.repairs == []
    when = posts[0].comments[0].when
    assert (when.utc.hour, when.offset) == (9, 60)


@pytest.mark.parametrize(
    ("approved", "state"),
    [
        ("1", "live"),
        ("0", "pending"),
        ("spam", "spam"),
        ("trash", "trashed"),
        ("post-trashed", "trashed"),
        ("", "unknown"),
        ("yes", "unknown"),
    ],
)
def test_maps_each_status(approved, state):
    posts, _reading = read(export(item(comment(1, approved=approved))))
    assert posts[0].comments[0].state == state


def test_notes_and_contact_forms_are_internal():
    posts, _reading = read(
        export(
            item(comment(1, kind="note")), item(comment(2), number=2, kind="feedback")
        )
    )
    assert {each.state for post in posts for each in post.comments} == {"internal"}


@pytest.mark.parametrize(
    ("broken", "repaired", "words"),
    [
        ("<p>//<![CDATA[ x //]]></p> y", "<p>//<![CDATA[ x //]]></p> y", "]]>"),
        ("a\x08b", "a b", "control"),
    ],
)
def test_repairs_bodies_and_names_the_byte(broken, repaired, words):
    data = export(item(comment(1, "ok"), body=broken))
    posts, reading = read(data)
    assert posts[0].raw == repaired
    assert texts(posts) == ["ok"]
    assert reading.is_whole
    assert any(words in repair.reason for repair in reading.repairs)
    byte = int(reading.repairs[0].place.removeprefix("byte "))
    assert data[byte : byte + 1] in {b"]", b"\x08"}


def test_repairs_a_bare_ampersand_an_html_entity_and_an_undeclared_prefix():
    data = export(item(comment(1, url="http://a.example/?b=1&c=2&nbsp;")))
    data = data.replace(b"<wp:comment><", b"<atom:x/><wp:comment><")
    posts, reading = read(data)
    assert posts[0].comments[0].link == "http://a.example/?b=1&c=2"
    assert len(reading.repairs) == 3
    assert reading.is_whole


def test_a_correctly_split_cdata_end_needs_no_repair():
    posts, reading = read(export(item(body="a ]]]]><![CDATA[> b")))
    assert posts[0].raw == "a ]]> b"
    assert reading.repairs == []


def test_markup_of_exports_inside_texts_is_text():
    body = "How to: &lt;item&gt; </item> <wp:comment_id>9</wp:comment_id> <item>"
    posts, reading = read(export(item(comment(1), body=body), item(number=2)))
    assert len(posts) == 2
    assert reading.is_whole


def test_every_cut_keeps_the_whole_comments_before_it():
    data = export(
        item(comment(1, "first"), comment(2, "second"), comment(3, "third")),
        item(comment(4, "fourth"), number=2),
    )
    ends = [
        found + len("</wp:comment>")
        for found in range(len(data))
        if data.startswith(b"</wp:comment>", found)
    ]
    start = data.index(b"<wp:comment>")
    for cut in range(start, len(data) - 8, 7):
        posts, reading = read(data[:cut])
        assert len(texts(posts)) == sum(end <= cut for end in ends), cut
        assert not reading.is_whole
        assert any(f"byte {cut}" == each.place for each in reading.problems)


def test_a_forbidden_byte_costs_itself_alone_and_is_named():
    data = export(item(comment(1, "good"), comment(2, "b#d"), comment(3, "fine")))
    bad = data.index(b"b#d") + 1
    data = data.replace(b"b#d", b"b\x81d")
    posts, reading = read(data)
    assert texts(posts) == ["good", "b\ufffdd", "fine"]
    assert not reading.is_whole
    assert reading.problems[0].place == f"byte {bad}"


def test_reads_other_charsets_that_are_declared():
    text = "žluťoučký"
    data = export(item(comment(1, text)), encoding="windows-1250")
    posts, reading = read(data.decode().encode("windows-1250"))
    assert texts(posts) == [text]
    assert reading.is_whole


def test_a_problem_never_quotes_the_comment():
    data = export(item(comment(1), comment(2)))
    data = data.replace(b"<![CDATA[A remark.]]>", b"<libellous-words x=&", 1)
    _posts, reading = read(data)
    assert not reading.is_whole
    said = " ".join(each.reason for each in reading.problems + reading.repairs)
    assert "libellous" not in said


def test_refuses_a_doctype_with_its_line():
    data = export().replace(b"<rss", b'<!DOCTYPE rss [<!ENTITY a "b">]>\n<rss')
    with pytest.raises(Unreadable, match="line 2, byte 40: a DOCTYPE"):
        read(data)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 10_000))
def test_no_damage_crashes_it(noise, place):
    data = export(item(comment(1), comment(2)), item(comment(3), number=2))
    place %= len(data)
    try:
        posts, reading = read(data[:place] + noise + data[place + len(noise) :])
    except Unreadable:
        return
    assert reading.parsed_comments == len(texts(posts))


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.xml", b"", "the file is empty"),
        ("page.xml", b"<!DOCTYPE html><html><body>x", "no comments are found"),
        ("feed.xml", b"<?xml version='1.0'?><rss version='2.0'>", "it is a feed"),
        ("text.xml", b"hello", "it is not a "),
        ("cut.zip", b"PK\x03\x04hello", "no whole ZIP"),
        ("packed.gz", b"\x1f\x8bhello", "damaged"),
    ],
)
def test_refuses_in_one_sentence(tmp_path, name, data, reason):
    with pytest.raises(Unreadable, match=reason):
        IsolatedSource(write(tmp_path, data, name))


def test_reads_a_zip_of_numbered_files_in_order(tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in (10, 2, 1):
            archive.writestr(
                f"blog.{number}.xml", export(item(comment(number), number=number))
            )
        archive.writestr("__MACOSX/x.xml", b"")
        archive.writestr("readme.txt", b"hello")
    source = detect(path)
    reading = Reading()
    ids = [post.source_id for post in source.posts(reading)]
    assert ids == ["1", "2", "10"]
    assert reading.problems[0].reason == "file 4 of the ZIP is no export; left out"
    assert reading.is_whole


def test_refuses_a_zip_without_an_export_and_a_bomb(tmp_path):
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", b"hello")
    with pytest.raises(Unreadable, match="nothing in the ZIP"):
        detect(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        body = "x" * (30 << 20)
        archive.writestr("a.xml", export(item(comment(1, body))))
    with pytest.raises(Unreadable, match="inflates"):
        list(detect(path).posts(Reading()))


@pytest.mark.parametrize(
    "broken",
    [
        "<content:encoded>Never ended",
        "<content:encoded>" + "<br>" * 200_000,
        "<wp:x>" * 100_000,
        "</nothing>",
    ],
)
def test_what_is_lost_of_a_broken_head_is_always_told(broken):
    """However much of it is broken: each time the whole head is gone through once."""
    whole = "<content:encoded><![CDATA[Its text.]]></content:encoded>"
    data = export(item(comment(1), comment(2)).replace(whole, broken))
    posts, reading = read(data)
    assert texts(posts) == ["A remark."] * 2
    assert posts[0].source_id == "1"
    assert not reading.is_whole
    assert 1 <= len(reading.problems) <= 25


@pytest.mark.parametrize("field", ["status", "post_type", "post_password"])
def test_an_article_is_not_live_when_what_would_tell_is_lost(field):
    secret = item(comment(1), kind="feedback" if field == "post_type" else "post")
    data = export(secret).replace(
        f"<wp:{field}>".encode(), f"<wp:{field}>".encode() + b"\x81"
    )
    posts, reading = read(data)
    assert texts(posts) == ["A remark."]
    assert not posts[0].is_live
    assert not reading.is_whole


def test_a_file_made_for_disqus_holds_what_was_live():
    whole = export(item(comment(1)), address="https://test.example").decode()
    head = 'xmlns:dsq="http://www.disqus.com/" xmlns:wp='
    plain = whole.replace("<wp:status>publish</wp:status>", "").replace(
        "<wp:post_type>post</wp:post_type>", ""
    )
    made = plain.replace("xmlns:wp=", head).replace(
        "<wp:post_id>", "<dsq:thread_identifier>t</dsq:thread_identifier><wp:post_id>"
    )
    for text, is_live in ((made, True), (plain, False)):
        reading = Reading()
        [post] = WordPressExport(io.BytesIO(text.encode()), reading).posts()
        assert post.is_live == is_live
        assert bool(reading.problems) != is_live
    # An empty status is none of that format.
    empty = made.replace("<wp:post_id>", "<wp:status></wp:status><wp:post_id>")
    [post] = WordPressExport(io.BytesIO(empty.encode()), Reading()).posts()
    assert not post.is_live


@pytest.mark.parametrize("name", ["comment_content", "comment_author"])
def test_markup_that_nobody_escaped_is_text_in_every_field(name):
    data = export(item(comment(1, "One & two", author="Ada"))).decode()
    start, end = f"<wp:{name}>", f"</wp:{name}>"
    before, rest = data.split(start)
    after = rest.partition(end)[2]
    made = f"{before}{start}Lead <b>bold</b> tail.{end}{after}"
    [post] = WordPressExport(io.BytesIO(made.encode()), Reading()).posts()
    [one] = post.comments
    text = one.raw if name == "comment_content" else one.name
    assert text == "Lead <b>bold</b> tail."


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        *(("", ("comment", "")), ("comment", ("comment", ""))),
        *(("pingback", ("pingback", "")), ("trackback", ("trackback", ""))),
        *(("review", ("other", "review")), ("order_note", ("other", "order_note"))),
        *(("edd_payment_note", ("other", "edd_payment_note")), ("note", ("note", ""))),
        ("Comment", ("other", "Comment")),
    ],
)
def test_comments_that_readers_see_are_of_few_types(kind, kept):
    data = export(item(comment(1, kind=kind)))
    [post] = WordPressExport(io.BytesIO(data), Reading()).posts()
    [one] = post.comments
    assert (one.kind, one.source_type) == kept
    is_shown = kept[0] in {"comment", "pingback", "trackback"}
    assert one.state == ("live" if is_shown else "internal")
    assert one.source_state == ("internal" if kind == "note" else "live")


@pytest.mark.parametrize(
    ("kind", "status", "is_live"),
    [
        *(("post", "publish", True), ("page", "publish", True)),
        *(("attachment", "inherit", True), ("post", "inherit", False)),
        *(("shop_order", "publish", False), ("revision", "inherit", False)),
        *(("feedback", "publish", False), ("post", "wc-completed", False)),
    ],
)
def test_articles_that_readers_see_are_of_few_types(kind, status, is_live):
    data = export(item(comment(1), kind=kind, status=status))
    reading = Reading()
    [post] = WordPressExport(io.BytesIO(data), reading).posts()
    assert post.is_live == is_live
    is_unknown_status = kind == "post" and status == "wc-completed"
    assert ["none that WordPress has" in each.reason for each in reading.problems] == (
        [True] * is_unknown_status
    )
    assert post.told_live == (kind == "shop_order")


def test_items_that_are_not_kept_are_counted_by_type():
    bare = "<item><wp:post_id>9</wp:post_id><wp:post_type>{}</wp:post_type></item>"
    types = ("nav_menu_item", "attachment", "recipe", "nav_menu_item")
    data = export(item(comment(1)), *map(bare.format, types))
    posts, reading = read(data)
    assert [post.source_id for post in posts] == ["1"]
    assert reading.how == [
        "items that are no articles and have no comments are not kept "
        "(nav_menu_item: 2, attachment: 1, recipe: 1)"
    ]
    assert reading.is_whole
