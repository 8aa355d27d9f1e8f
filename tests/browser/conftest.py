"""A real Chromium."""

import os
from functools import wraps
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, sync_playwright

ARGUMENTS = [
    *("--disable-dev-shm-usage", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Begin with these tests, the longest, and with others of the copied demo.

    No worker waits for another's last one, and one worker alone starts a browser and
    copies the demo.
    """
    items.sort(
        key=lambda item: (
            Path(__file__).parent not in item.path.parents,
            "demo_copy" not in item.fixturenames,
        )
    )


def and_load(act):
    """Return the act so that it ends when the page it leads to is loaded.

    Playwright's own acts end when the next page is begun; on a slow machine a test
    would then look at a page that is half there.
    """

    @wraps(act)
    def act_and_load(target, *arguments, **options):
        result = act(target, *arguments, **options)
        page = target.page if isinstance(target, Locator) else target
        page.wait_for_load_state()
        return result

    return act_and_load


@pytest.fixture(scope="package")
def browser():
    """Start it once for all these tests, which are run one after another."""
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        for kind in (Page, Locator):
            for name in ("click", "press"):
                patch.setattr(kind, name, and_load(getattr(kind, name)))
        path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
