from io import BytesIO

import pytest

from commentarchive.importers.formats.wordpress.export import WordPressExport
from commentarchive.importers.origins import is_elsewhere, origins_in_item
from commentarchive.importers.page_source import read_page
from commentarchive.importers.parsed import Reading
from tests.wxr import comment, export, item

pytestmark = pytest.mark.pure


def meta(key, value, kind="post"):
    return (
        f"<wp:{kind}meta><wp:meta_key><![CDATA[{key}]]></wp:meta_key>"
        f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:{kind}meta>"
    )


QUAY = "https://quay.example/9/?a=1&b=2"


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("_yoast_wpseo_canonical", "canonical"),
        ("rank_math_canonical_url", "canonical"),
        ("syndication_permalink", "syndication"),
    ],
)
def test_what_plugins_keep_with_an_article_is_found(key, kind):
    made = item(comment(1)).replace("<wp:post_id>", meta(key, QUAY) + "<wp:post_id>")
    [post] = WordPressExport(BytesIO(export(made)), Reading()).posts()
    assert post.origins == ((kind, QUAY),)
    assert len(post.comments) == 1


def test_other_metas_and_those_of_comments_are_left_alone():
    hostile = meta("syndication_permalink", "javascript:alert(1)")
    for each in (meta("_edit_last", QUAY), meta("my_canonical_thing", QUAY), hostile):
        assert origins_in_item(each.encode()) == ()
    of_comment = "<wp:comment>" + meta("syndication_permalink", QUAY, "comment")
    assert origins_in_item(of_comment.encode()) == ()


def test_an_escaped_address_is_read():
    plain = meta("syndication_permalink", QUAY).replace("<![CDATA[", "")
    plain = plain.replace("]]>", "").replace("&b", "&amp;b")
    assert origins_in_item(plain.encode()) == (("syndication", QUAY),)


@pytest.mark.parametrize(
    ("address", "own", "expected"),
    [
        ("https://quay.example/9/", "https://lantern.example/1/", True),
        ("https://www.lantern.example/1/", "http://lantern.example/1/", False),
        ("https://lantern.example/1/", "https://m.lantern.example/1/", False),
        ("https://blog.lantern.example/1/", "https://lantern.example/1/", False),
        ("http://quay.blogspot.com/1", "http://quay.blogspot.co.uk/1", False),
        ("http://lamp.blogspot.com/1", "http://quay.blogspot.co.uk/1", True),
        ("https://quay.example/9/", "", False),
        ("", "https://lantern.example/1/", False),
    ],
)
def test_another_site_is_told_from_another_face_of_one(address, own, expected):
    assert is_elsewhere(address, own) is expected


def page(canonical, og="", own="https://lantern.example/1/"):
    head = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    head += f'<meta property="og:url" content="{og}">' if og else ""
    html = f"<html><head>{head}</head><body>x</body></html>"
    return read_page(html.encode(), Reading(), address=own)


def test_a_canonical_tag_of_another_site_is_no_address_of_the_page():
    found = page("https://quay.example/9/")
    assert found.address == "https://lantern.example/1/"
    assert found.original == "https://quay.example/9/"
    found = page("https://lantern.example/one/", og="https://quay.example/9/")
    assert found.address == "https://lantern.example/one/"
    assert found.original == "https://quay.example/9/"


def test_a_canonical_tag_of_its_own_site_is_its_address():
    found = page("https://www.lantern.example/one/")
    assert (found.address, found.original) == ("https://www.lantern.example/one/", "")
    found = page("https://quay.example/9/", own="")
    assert (found.address, found.original) == ("https://quay.example/9/", "")
