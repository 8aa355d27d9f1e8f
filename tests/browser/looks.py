"""Whether a page that is open can be read by everybody: axe, and no scrolling sideways.

A page is loaded once and looked at in each way: no script of ours asks for its width,
and in the dark our style sheets change colours alone (tests/test_architecture.py).
"""

import os
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}


def assert_readable(page, rules=RULES, name=""):
    """Look at a page in the light and in the dark, wide, and on a narrow screen."""
    was = page.viewport_size
    for scheme, width, tried in (
        ("light", 1200, rules),
        ("dark", 1200, COLOURS),
        ("light", 320, rules),
    ):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        assert_accessible(page, tried, scheme)
        assert_fits(page)
        if name:
            shoot(page, f"{name}-{scheme}-{width}")
    page.set_viewport_size(was)


def assert_accessible(page, rules=RULES, scheme=""):
    """Look for what axe finds wrong on a page as it is now."""
    # A page keeps it as long as it is open.
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    # Else it describes every element of which nothing is wrong, too.
    options = {**rules, "resultTypes": ["violations"]}
    found = AxeResults(page.evaluate("options => axe.run(options)", options))
    told = (page.url, scheme, page.viewport_size)
    assert found.violations_count == 0, (*told, found.generate_report())


def assert_fits(page):
    wide = page.locator("html").evaluate("html => html.scrollWidth")
    assert wide <= page.viewport_size["width"], (page.url, wide)


def shoot(page, name):
    """Take a picture of the page where a folder for pictures is named (SHOTS=)."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
