"""A real Chromium."""

import os
import threading
from functools import wraps
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Locator, Page, sync_playwright

ARGUMENTS = [
    *("--disable-dev-shm-usage", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
    # A process shows a few pages: what is compiled with more care is not used for long
    # enough. That takes a tenth of the browser's time otherwise.
    "--js-flags=--no-opt --no-maglev",
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


@pytest.fixture(autouse=True)
def _connections_last_as_pages_do(request, monkeypatch):
    """Let each thread of the server keep its database, until the pages are closed.

    SQLite reads the whole schema again in each connection: as much as a sixth of what
    an answer takes.
    """
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    browser = request.getfixturevalue("browser")
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)
    yield
    for context in browser.contexts:
        context.close()
    # The next test has another database at the same path.
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=10)
            assert not thread.is_alive(), thread
