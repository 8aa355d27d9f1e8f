"""A way back to WordPress: read by our own importer, and by the rules of theirs."""

from io import StringIO

import pytest
from django.core.management import call_command
from lxml import etree

from commentarchive.export.wordpress_text import cdata, comment_text
from commentarchive.export.wxr import Numbers
from commentarchive.importers.formats.wordpress.export import IMPORTER
from commentarchive.importers.parsed import Reading
from commentarchive.models import Comment, Post
from commentarchive.text.clean_html import clean
from tests.wxr import comment, item, load

WP = "{http://wordpress.org/export/1.2/}"


def exported(tmp_path, name, *arguments):
    path, said = tmp_path / "out.xml", StringIO()
    call_command(name, *arguments, output=path, format="wxr", stderr=said)
    return path, said.getvalue()


def read(path):
    reading = Reading()
    with path.open("rb") as stream:
        posts = list(IMPORTER.open(stream, reading).posts())
    assert [*reading.problems, *reading.repairs] == []
    return posts


@pytest.mark.django_db
def test_a_discussion_comes_back_as_it_was(tmp_path):
    load(
        tmp_path,
        item(
            comment(11, "Otters & <b>weirs</b>.\n\nTwo ]]]]><![CDATA[> paragraphs."),
            comment(12, 'See <a href="http://a.example/?a&amp;b">this</a>.', parent=11),
            comment(
                13, "A pun: 3 < 4", parent=12, url="http://wren.example/?a=1&amp;b=2"
            ),
            comment(14, "", kind="pingback", author="Tom &amp; Co"),
            number=77,
            title="Otters &amp; others",
        ),
    )
    post = Post.objects.get()
    path, said = exported(tmp_path, "export_thread", post.ref)
    assert "1 articles and 4 comments" in said
    [found] = read(path)
    [original] = read(tmp_path / "export.xml")
    for name in ("source_id", "title", "raw", "when", "status", "kind"):
        assert getattr(found, name) == getattr(original, name), name
    for one, other in zip(found.comments, original.comments, strict=True):
        for name in ("source_id", "parent_id", "kind", "state", "name", "link", "when"):
            assert getattr(one, name) == getattr(other, name), name
        assert one.plain == other.plain
        assert one.email == one.ip == ""


@pytest.mark.django_db
def test_it_keeps_to_the_rules_of_wordpress_importer(tmp_path):
    """Numbers positive and once each, parents before replies, no DOCTYPE, version."""
    load(
        tmp_path,
        item(
            comment(30, "A reply to a later number.", parent=40),
            comment(40, "It came late."),
            comment(50, "A reply to the trash.", parent=60),
            comment(60, "In the trash: haddock.", approved="trash", parent=40),
            comment(61, "A reply to the unknown.", parent=999),
            comment("abc", "No number."),
            comment(40, "The same number again."),
        ),
        item(comment(40, "Below another article."), number=2),
    )
    path, said = exported(tmp_path, "export_blog", Post.objects.first().blog.slug)
    data = path.read_bytes()
    assert b"haddock" not in data
    assert b"<!DOCTYPE" not in data
    root = etree.fromstring(data)
    assert root.findtext(f"channel/{WP}wxr_version") == "1.2"
    seen = {}
    for each in root.iter(f"{WP}comment"):
        number = int(each.findtext(f"{WP}comment_id"))
        assert number > 0
        assert number not in seen
        seen[number] = (
            each.findtext(f"{WP}comment_content"),
            int(each.findtext(f"{WP}comment_parent")),
        )
        assert each.findtext(f"{WP}comment_approved") == "1"
    for _text, parent in seen.values():
        assert parent == 0 or parent in seen
    for number, (_text, parent) in seen.items():
        assert parent < number
    by_text = {text: (number, parent) for number, (text, parent) in seen.items()}
    assert by_text["It came late."] == (40, 0)
    assert by_text["A reply to a later number."][1] == 40
    # What the trashed comment answered is the nearest that readers see.
    assert by_text["A reply to the trash."][1] == 40
    assert by_text["A reply to the unknown."][1] == 0
    assert "1 that readers do not see are left out" in said
    assert "2 replies" in said
    assert len(seen) == Comment.objects.shown().count()


@pytest.mark.pure
def test_a_section_is_cut_where_a_text_would_end_it_and_holds_no_control_character():
    for text in ("a]]>b", "]]>", "]]]>", "]]>]]>", "]]", ">"):
        root = etree.fromstring(f"<a>{cdata(text)}</a>")
        assert root.text == text
    odd = "a\0b\x0bc\ud800d\uffff"
    assert etree.fromstring(f"<a>{cdata(odd)}</a>".encode()).text.isprintable()


@pytest.mark.pure
@pytest.mark.parametrize(
    ("raw", "form", "stored"),
    [
        ("Plain & simple.\n\nTwo.", "wp-autop", "Plain & simple.\n\nTwo."),
        ("<b>Bold</b>", "wp-autop", "<b>Bold</b>"),
        ("a <script>alert(1)</script> b", "wp-autop", "a\n\nb"),
        ('<b onclick="x()">Bold</b>', "wp-autop", "<b>Bold</b>"),
        ('<a href="javascript:x()">a</a>', "wp-autop", "<a>a</a>"),
        ("<p>One<br>two</p>\n<p>Three</p>", "page", "One\ntwo\n\nThree"),
        ("<ul><li>One</li><li>Two</li></ul>", "html", "- One\n- Two"),
        ("a < b", "text", "a &lt; b"),
        ("*so* it is", "markdown", "<em>so</em> it is"),
    ],
)
def test_texts_are_as_wordpress_filter_leaves_them(raw, form, stored):
    assert comment_text(raw, form, clean(raw, form).html).replace("  ", " ") == stored


@pytest.mark.pure
def test_numbers_are_taken_once_and_rise():
    numbers = Numbers(100)
    assert numbers.take("wordpress", "7") == (7, True)
    assert numbers.take("wordpress", "7") == (101, False)
    assert numbers.take("disqus", "8") == (102, False)
    assert numbers.take("wordpress", "50", above=102) == (103, False)
    for word in ("0", "-1", "٣", "1e3", "9" * 30, "", "007"):
        assert numbers.take("wordpress", word)[1] is False
