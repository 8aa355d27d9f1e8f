"""A copy of the archive, opened from disk in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from commentarchive.export.word_index import words_of
from commentarchive.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WORDS = ("Café STRASSE Straße naïve", "İstanbul ǅ ﬁsh 42nd_x", "Ж ёлка 漢字 한국어 ñ")


@pytest.fixture
def copy(demo, demo_copy):
    return demo_copy.folder


def test_a_copy_is_read_and_searched_from_disk(browser, copy):
    context = browser.new_context(viewport={"width": 320, "height": 700})
    page = context.new_page()
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto((copy / "index.html").as_uri())
    post = Post.objects.get(source_id="11")
    page.click(f"text={post.blog.title} >> nth=0")
    page.click(f"text={post.title} >> nth=0")
    assert page.url == (copy / "posts" / post.ref / "index.html").as_uri()
    assert page.is_visible("ol.thread article >> nth=0")
    assert "Notices after this date" in page.inner_text(".copy-note")
    assert page.locator("html").evaluate("html => html.scrollWidth") <= 320
    page.goto((copy / "index.html").as_uri())
    page.fill("#q", "lamps harbour")
    page.press("#q", "Enter")
    page.wait_for_selector("#copy-hits li")
    assert problems == []
    # It would ask for style sheets, which a page from disk may not, and the browser
    # would tell of that some time later.
    assert Axe().run(page, options={"preload": False}).violations_count == 0
    page.click("#copy-hits a >> nth=0")
    assert page.is_visible("h1")
    for text in WORDS:
        page.goto((copy / "search" / "index.html").as_uri())
        assert page.evaluate("(text) => wordsOf(text)", text) == words_of(text)
    assert problems == []
    context.close()


def test_a_copy_is_read_without_javascript(browser, copy):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((copy / "search" / "index.html").as_uri())
    assert page.is_visible("noscript p")
    assert not page.is_visible("#q")
    page.click("main li a >> nth=0")
    assert page.is_visible("h1")
    assert "/posts/" in page.url
    context.close()
