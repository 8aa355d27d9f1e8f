"""What `assert_readable` finds on a page that is loaded once."""

import pytest

from tests.browser.looks import assert_readable

PAGE = """<!DOCTYPE html><html lang="en"><title>A page</title><style>
html {{ background: #fff; color: #111; }}
@media (prefers-color-scheme: dark) {{ html {{ background: #111; color: #eee; }} }}
{style}
</style><main><h1>A page</h1><p>The ferry is late.</p><p>It sails at noon.</p></main></html>"""


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 320, "height": 900})
    yield context.new_page()
    context.close()


def test_a_sound_page_is_left_as_it_was(page):
    page.set_content(PAGE.format(style=""))
    assert_readable(page)
    assert page.viewport_size == {"width": 320, "height": 900}


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("p { color: #222; }", "dark.*color-contrast"),
        ("p + p { color: #ccc; }", "light.*color-contrast"),
        ("p + p { background: #333; }", "light.*color-contrast"),
        ("p + p { opacity: 0.3; }", "color-contrast"),
        ("@media (min-width: 40rem) { p { color: #ccc; } }", "light.*color-contrast"),
        ("@media (max-width: 40rem) { p { color: #ccc; } }", "light.*color-contrast"),
        ("@media (max-width: 40rem) { p { width: 40rem; } }", "about:blank.*6.."),
    ],
)
def test_what_is_wrong_in_one_way_alone_is_found(page, style, said):
    page.set_content(PAGE.format(style=style))
    with pytest.raises(AssertionError, match=said):
        assert_readable(page)
