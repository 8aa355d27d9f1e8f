"""A blog's comments that its plugin mirrored in Disqus: both exports, in any order."""

from itertools import permutations

import pytest

from commentarchive.intake.session import import_files
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment, OtherNumber, Post, RevisionText
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db
LINK = "https://test.example/1/"


def mirrored(plain, disqus_id):
    """Add the id at Disqus as the plugin leaves it."""
    meta = (
        "<wp:commentmeta><wp:meta_key>dsq_post_id</wp:meta_key>"
        f"<wp:meta_value><![CDATA[{disqus_id}]]></wp:meta_value></wp:commentmeta>"
    )
    return plain.replace("</wp:comment>", meta + "</wp:comment>")


def post(number, text, *, name, at, wp_id="", parent="", thread=77):
    own = f"<id>wp_id={wp_id}</id>" if wp_id else "<id />"
    above = f'<parent dsq:id="{parent}" />' if parent else ""
    return (
        f'<post dsq:id="{number}">{own}<message><![CDATA[<p>{text}</p>]]></message>'
        f"<createdAt>{at}</createdAt><isDeleted>false</isDeleted>"
        f"<isSpam>false</isSpam><author><name>{name}</name>"
        f"<isAnonymous>true</isAnonymous></author>"
        f'<thread dsq:id="{thread}" />{above}</post>'
    )


def forum(*posts, link=LINK):
    return (
        '<?xml version="1.0" encoding="utf-8"?><disqus xmlns="http://disqus.com" '
        'xmlns:dsq="http://disqus.com/disqus-internals"><thread dsq:id="77"><id />'
        f"<forum>t</forum><link>{link}</link><title>An article</title>"
        "<createdAt>2012-03-31T11:00:00Z</createdAt><isClosed>false</isClosed>"
        f"<isDeleted>false</isDeleted></thread>{''.join(posts)}</disqus>"
    ).encode()


def wp(number, text, *, name, hour, parent=0):
    at = f"2012-04-01 {hour:02}:00:00"
    return comment(number, text, author=name, email="", parent=parent, local=at, gmt=at)


# 11 was sent to Disqus (which names it), 12 and 13 were fetched from there (the blog
# names them), 14 is the blog's alone; 905 and 906 are Disqus's alone.
BLOG = export(
    item(
        wp(11, "The first of all remarks.", name="Ann", hour=1),
        mirrored(wp(12, "A reply to it.", name="Bob", hour=2, parent=11), 902),
        mirrored(wp(13, "Another reply.", name="Eve", hour=3, parent=12), 903),
        wp(14, "Only at the blog.", name="Meg", hour=4, parent=13),
    )
)
DISQUS = forum(
    post(
        "901",
        "The first of all remarks.",
        name="Ann",
        at="2012-04-01T01:00:00Z",
        wp_id=11,
    ),
    post("902", "A reply to it.", name="Bob", at="2012-04-01T02:00:00Z", parent="901"),
    post("903", "Another reply.", name="Eve", at="2012-04-01T03:00:00Z", parent="902"),
    post("905", "Only at Disqus.", name="Kit", at="2012-04-01T05:00:00Z", parent="903"),
    post(
        "906", "Also there only.", name="Kit", at="2012-04-01T06:00:00Z", parent="905"
    ),
)
# The same exports again, of another day.
BLOG_LATER = BLOG.replace(b"Test blog", b"Test  blog")
DISQUS_LATER = DISQUS.replace(b"<forum>t<", b"<forum>T<")


def read(folder, *files):
    return [
        import_files([write(folder, data, f"{n}.xml")], blog_slug="b")[0]
        for n, data in enumerate(files)
    ]


def thread():
    """Return what stands, whichever number a comment had first."""
    found = Comment.objects.select_related(
        "commenter__name", "parent__current_revision__text", "current_revision__text"
    )
    return [
        (
            each.current_revision.text.plain,
            each.commenter.name.name,
            str(each.posted_at),
            each.visibility,
            each.depth,
            each.parent and each.parent.current_revision.text.plain,
        )
        for each in found.order_by("position")
    ]


def numbers():
    own = Comment.objects.values_list(
        "current_revision__text__plain", "scheme", "source_id"
    )
    more = OtherNumber.objects.values_list(
        "comment__current_revision__text__plain", "scheme", "source_id"
    )
    return sorted({*own, *more})


EXPECTED = [
    ("The first of all remarks.", 0, None),
    ("A reply to it.", 1, "The first of all remarks."),
    ("Another reply.", 2, "A reply to it."),
    ("Only at the blog.", 3, "Another reply."),
    ("Only at Disqus.", 3, "Another reply."),
    ("Also there only.", 4, "Only at Disqus."),
]


@pytest.mark.parametrize(
    "order", [*permutations([BLOG, DISQUS, BLOG_LATER, DISQUS_LATER])]
)
def test_mirrored_comments_are_one_in_any_order(tmp_path, order):
    read(tmp_path, *order)
    assert Post.objects.count() == 1
    assert [(text, depth, above) for text, _n, _t, _v, depth, above in thread()] == (
        EXPECTED
    )
    assert numbers() == sorted(
        [
            ("The first of all remarks.", "wordpress", "11"),
            ("The first of all remarks.", "disqus", "901"),
            ("A reply to it.", "wordpress", "12"),
            ("A reply to it.", "disqus", "902"),
            ("Another reply.", "wordpress", "13"),
            ("Another reply.", "disqus", "903"),
            ("Only at the blog.", "wordpress", "14"),
            ("Only at Disqus.", "disqus", "905"),
            ("Also there only.", "disqus", "906"),
        ]
    )
    assert [each.text.plain for each in _shown_texts()] == [e[0] for e in EXPECTED]
    assert list(reconcile()) == []


def _shown_texts():
    return [
        each.current_revision
        for each in Comment.objects.select_related("current_revision__text").order_by(
            "position"
        )
    ]


@pytest.mark.parametrize("order", [(BLOG, DISQUS), (DISQUS, BLOG)])
def test_the_same_exports_again_change_nothing(tmp_path, order):
    read(tmp_path, *order)
    before, texts = thread(), RevisionText.objects.count()
    for report in read(tmp_path, *order, BLOG_LATER, DISQUS_LATER)[2:]:
        assert report.counts.comments.changed == report.counts.comments.new == 0
    assert (thread(), RevisionText.objects.count()) == (before, texts)


@pytest.mark.parametrize("is_first", [True, False])
def test_without_a_field_they_stay_apart_and_the_report_says_so(tmp_path, is_first):
    blog = export(item(wp(11, "The same words here.", name="Ann", hour=1)))
    there = forum(
        post("901", "The same words here.", name="Ann", at="2012-04-01T01:00:00Z")
    )
    _first, last = read(tmp_path, *((blog, there) if is_first else (there, blog)))
    assert Comment.objects.count() == 2
    [said] = [
        each.reason for each in last.counts.remarks if "reads like" in each.reason
    ]
    assert said.startswith("1 comment reads like comments of this blog")


@pytest.mark.parametrize(
    ("name", "text", "hour"),
    [
        ("Ann", "The same words.", 2),
        ("Bob", "The same words.", 1),
        ("Ann", "Other.", 1),
    ],
)
def test_nothing_is_said_of_comments_that_are_not_alike(tmp_path, name, text, hour):
    blog = export(item(wp(11, text, name=name, hour=hour)))
    there = forum(post("901", "The same words.", name="Ann", at="2012-04-01T01:00:00Z"))
    _first, last = read(tmp_path, blog, there)
    assert Comment.objects.count() == 2
    assert not [each for each in last.counts.remarks if "like" in each.reason]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_number_of_another_time_is_another_comments_by_now(tmp_path, is_first):
    blog = export(item(wp(11, "After the move.", name="Ann", hour=1)))
    there = forum(
        post("901", "Before it.", name="Bob", at="2009-04-01T01:00:00Z", wp_id=11)
    )
    read(tmp_path, *((blog, there) if is_first else (there, blog)))
    assert Comment.objects.count() == 2


@pytest.mark.parametrize("is_first", [True, False])
def test_a_number_that_two_comments_claim_is_nobodys(tmp_path, is_first):
    blog = export(
        item(
            mirrored(wp(11, "One and the same.", name="Ann", hour=1), 901),
            mirrored(wp(12, "One and the same.", name="Ann", hour=1), 901),
        )
    )
    there = forum(
        post("901", "One and the same.", name="Ann", at="2012-04-01T01:00:00Z")
    )
    read(tmp_path, *((blog, there) if is_first else (there, blog)))
    assert Comment.objects.count() == 3
    assert list(reconcile()) == []


def test_an_equal_number_in_the_other_system_is_another_comment(tmp_path):
    blog = export(item(wp(11, "At the blog.", name="Ann", hour=1)))
    there = forum(post("11", "At Disqus.", name="Bob", at="2012-04-01T02:00:00Z"))
    read(tmp_path, blog, there)
    assert Comment.objects.count() == 2


def moved_from_blogger(plain, number):
    """Add the path of its feed at Blogger as WordPress's importer leaves it."""
    meta = (
        "<wp:commentmeta><wp:meta_key>blogger_internal</wp:meta_key><wp:meta_value>"
        f"<![CDATA[/feeds/1/100/comments/default/{number}]]></wp:meta_value>"
        "</wp:commentmeta>"
    )
    return plain.replace("</wp:comment>", meta + "</wp:comment>")


def blogger_entry(number, text, *, kind="comment", above="", name="Ann", hour=1):
    at = f"2012-04-01T{hour:02}:00:00.000Z"
    ties = '<thr:in-reply-to ref="tag:blogger.com,1999:blog-1.post-100"/>'
    if above:
        ties += f'<link rel="related" href="http://x.example/feeds/1/100/comments/default/{above}"/>'
    title = "An article" if kind == "post" else ""
    link = (
        '<link rel="alternate" href="http://deich.blogspot.example/2012/04/x.html"/>'
        if kind == "post"
        else ties
    )
    return (
        f"<entry><id>tag:blogger.com,1999:blog-1.post-{number}</id>"
        f"<published>{at}</published><updated>{at}</updated>"
        '<category scheme="http://schemas.google.com/g/2005#kind" '
        f'term="http://schemas.google.com/blogger/2008/kind#{kind}"/>'
        f'<title>{title}</title><content type="html">{text}</content>{link}'
        f"<author><name>{name}</name></author></entry>"
    )


BLOGGER = (
    '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:thr="http://purl.org/syndication/thread/1.0">'
    "<id>tag:blogger.com,1999:blog-1.archive</id><title>Deich</title>"
    '<generator version="7.00">Blogger</generator>'
    + blogger_entry(100, "Its text.", kind="post")
    + blogger_entry(201, "The first of all remarks.")
    + blogger_entry(202, "A reply to it.", above="201", name="Bob", hour=2)
    + "</feed>"
).encode()
STOOD_AT = (
    "<wp:postmeta><wp:meta_key>blogger_blog</wp:meta_key>"
    "<wp:meta_value>deich.blogspot.example</wp:meta_value></wp:postmeta>"
    "<wp:postmeta><wp:meta_key>blogger_permalink</wp:meta_key>"
    "<wp:meta_value>/2012/04/x.html</wp:meta_value></wp:postmeta>"
)
AFTER_THE_MOVE = export(
    item(
        moved_from_blogger(
            wp(11, "The first of all remarks.", name="Ann", hour=1), 201
        ),
        moved_from_blogger(
            wp(12, "A reply to it.", name="Bob", hour=2, parent=11), 202
        ),
        wp(13, "After the move.", name="Meg", hour=4, parent=12),
    ).replace("<wp:comment>", f"{STOOD_AT}<wp:comment>", 1)
)


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 2, 3), (1, 0, 3, 2)])
def test_what_a_blog_brought_from_blogger_is_one_in_any_order(tmp_path, order):
    later = AFTER_THE_MOVE.replace(b"Test blog", b"Test  blog")
    files = (BLOGGER, AFTER_THE_MOVE, BLOGGER.replace(b"Deich<", b"Deich <"), later)
    read(tmp_path, *(files[each] for each in order))
    assert Post.objects.count() == 1
    assert [(text, depth) for text, _n, _t, _v, depth, _above in thread()] == [
        ("The first of all remarks.", 0),
        ("A reply to it.", 1),
        ("After the move.", 2),
    ]
    assert {row[1:] for row in numbers()} == {
        *(("wordpress", "11"), ("wordpress", "12"), ("wordpress", "13")),
        *(("blogger", "201"), ("blogger", "202")),
    }
    assert list(reconcile()) == []
