import pytest

from tests.importers.formats.pages.test_families import _WP, WORDPRESS, page
from tests.importers.reading import read

pytestmark = pytest.mark.pure
HOME = '<h1><a href="http://reed.example/">Harbour Gazette</a></h1>'
SITE = '<meta property="og:site_name" content="Harbour Gazette">'


def title_of(body, head=""):
    [post], _reading = read(page(body + WORDPRESS["html5"], _WP + head))
    return post.title


@pytest.mark.parametrize(
    ("body", "head", "title"),
    [
        (
            '<h1 class="wp-block-site-title"><a href="/">Harbour Gazette</a></h1>'
            '<h1 class="wp-block-post-title">On the wall</h1>',
            "",
            "On the wall",
        ),
        (HOME + "<h2>On the wall</h2>", "<title>On the wall</title>", "On the wall"),
        (HOME, "<title>On the wall | Harbour Gazette</title>", "On the wall"),
        (HOME, "<title>Harbour Gazette » On the wall</title>", "On the wall"),
        (
            HOME,
            f'{SITE}<meta property="og:title" content="On the wall">',
            "On the wall",
        ),
        (
            "<h1>Harbour Gazette</h1>",
            f"{SITE}<title>On the wall – Harbour Gazette</title>",
            "On the wall",
        ),
        (
            HOME,
            '<script type="application/ld+json">{"@graph":[{"@type":["WebSite"],'
            '"name":"Harbour Gazette"},{"@type":"BlogPosting","headline":"On the wall"}]}'
            "</script>",
            "On the wall",
        ),
        # Its own heading goes before what was made for search engines.
        (
            '<h1 class="entry-title">On the wall</h1>',
            '<meta property="og:title" content="Ten walls you must see">',
            "On the wall",
        ),
        (
            HOME + '<h2 class="widget">Newest</h2><h3>On the wall</h3>',
            "<title>On the wall</title>",
            "On the wall",
        ),
        (
            '<div class="top"><h1>Reed.example</h1></div>',
            "<title>On the wall | REED.EXAMPLE</title>",
            "On the wall",
        ),
        ("<h1><style>.a{b:c}</style>On the wall</h1>", "", "On the wall"),
        (HOME, SITE + "<title>Harbour Gazette</title>", ""),
    ],
)
def test_the_title_is_the_article_s_and_never_the_blog_s(body, head, title):
    assert title_of(body, head) == title
