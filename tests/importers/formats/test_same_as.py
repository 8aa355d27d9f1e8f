"""Which comment of another system a source's own field says that one is."""

import pytest

from tests.importers.reading import comments_of, read
from tests.wxr import comment, export, item

pytestmark = pytest.mark.pure
FEED = "/feeds/417730/8397846992/comments/default/7732208643735403000"
# An item that is not as WordPress writes it is read by the XML parser.
SPELLINGS = {
    "as WordPress writes it": "<wp:meta_key>{}</wp:meta_key>",
    "otherwise": "<!-- --><wp:meta_key>{}</wp:meta_key>",
}


def with_meta(spelling, *pairs):
    meta = "".join(
        f"<wp:commentmeta>{SPELLINGS[spelling].format(name)}"
        f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:commentmeta>"
        for name, value in pairs
    )
    one = comment(1).replace("</wp:comment>", meta + "</wp:comment>")
    return comments_of(read(export(item(one)))[0])["1"]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(
    ("pairs", "same_as"),
    [
        ([("dsq_post_id", "902")], (("disqus", "902"),)),
        ([("dsq_parent_post_id", ""), ("dsq_post_id", " 902 ")], (("disqus", "902"),)),
        ([("dsq_post_id", "902"), ("dsq_post_id", "902")], (("disqus", "902"),)),
        ([("dsq_post_id", "902"), ("dsq_post_id", "903")], ()),
        ([("dsq_post_id", "0")], ()),
        ([("dsq_post_id", "")], ()),
        ([("dsq_post_id", "wp_id=9")], ()),
        ([("dsq_parent_post_id", "902")], ()),
        ([("my_dsq_post_id", "902")], ()),
        ([("blogger_internal", FEED)], (("blogger", "7732208643735403000"),)),
        ([("blogger_internal", FEED), ("blogger_internal", f"{FEED}1")], ()),
        ([("blogger_internal", FEED.replace("default", "full"))], ()),
        ([("blogger_internal", "/feeds/1/posts/default/2")], ()),
        ([("blogger_permalink", FEED)], ()),
        (
            [("blogger_internal", FEED), ("dsq_post_id", "902")],
            (("disqus", "902"), ("blogger", "7732208643735403000")),
        ),
    ],
)
def test_a_comment_that_a_blog_fetched_from_disqus(spelling, pairs, same_as):
    one = with_meta(spelling, *pairs)
    assert one.same_as == same_as
    assert one.scheme == ""


@pytest.mark.parametrize(
    ("told", "same_as"),
    [
        ("<id>wp_id=11</id>", (("wordpress", "11"),)),
        ("<id />", ()),
        ("<id>11</id>", ()),
        ("<id>wp_id=0</id>", ()),
        ("<id>wp_id=</id>", ()),
        ("<id>wp_id=11;wp_id=12</id>", ()),
        ("", ()),
    ],
)
def test_a_comment_that_disqus_was_sent_by_a_blog(told, same_as):
    data = (
        '<?xml version="1.0"?><disqus xmlns="http://disqus.com" '
        'xmlns:dsq="http://disqus.com/disqus-internals"><thread dsq:id="7"><id />'
        "<link>https://test.example/1/</link><isDeleted>false</isDeleted></thread>"
        f'<post dsq:id="9">{told}<message>A remark.</message>'
        "<createdAt>2012-04-01T01:00:00Z</createdAt><isDeleted>false</isDeleted>"
        "<isSpam>false</isSpam><author><name>Ann</name></author>"
        '<thread dsq:id="7" /></post></disqus>'
    )
    assert comments_of(read(data.encode())[0])["9"].same_as == same_as


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(
    ("pairs", "address"),
    [
        (
            [
                ("blogger_blog", "deich.blogspot.example"),
                ("blogger_permalink", "/2012/05/x.html"),
            ],
            ["http://deich.blogspot.example/2012/05/x.html"],
        ),
        ([("blogger_permalink", "/2012/05/x.html")], []),
        ([("blogger_blog", "a b.example"), ("blogger_permalink", "/x.html")], []),
        ([("blogger_blog", "a.example"), ("blogger_permalink", "x.html")], []),
        (
            [
                ("blogger_blog", "a.example"),
                ("blogger_permalink", "/x.html"),
                ("blogger_permalink", "/y.html"),
            ],
            [],
        ),
    ],
)
def test_where_an_article_stood_at_blogger(spelling, pairs, address):
    meta = "".join(
        f"<wp:postmeta>{SPELLINGS[spelling].format(name)}"
        f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
        for name, value in pairs
    )
    made = item(comment(1)).replace("<wp:comment>", f"{meta}<wp:comment>", 1)
    [post] = read(export(made))[0]
    assert list(post.addresses) == ["https://test.example/1/", *address]
