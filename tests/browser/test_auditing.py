"""An auditor's way from an issued report to proven words, without JavaScript."""

import io
import json
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.merkle import verify
from moderation.reports.issuing import issue_report
from moderation.reports.periods import parse_period
from tests.browser.looks import assert_readable
from tests.old_pythons import oldest_python

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def site(settings, tmp_path, demo, live_server):
    """Issue April's report, as the first day of May would have done."""
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "archive.example/ledger"
    call_command("sign_checkpoint", stdout=io.StringIO())
    issue_report(parse_period("2012-04"), None, now=timezone.now(), by=SYSTEM)
    call_command("sign_checkpoint", stdout=io.StringIO())
    return live_server.url


@pytest.fixture
def page(browser):
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def assert_everybody_can_read(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    assert_readable(page, name="issued-report")
    context.close()


def take(page, link, folder):
    """Follow a link that is a file, and keep it by its name."""
    with page.expect_download() as loaded:
        page.click(f"main a:text-is('{link}')")
    path = folder / loaded.value.suggested_filename
    loaded.value.save_as(path)
    return path


def test_a_figure_leads_to_its_list_a_statement_and_proven_words(
    site, browser, page, tmp_path
):
    alone = tmp_path / "alone"
    alone.mkdir()
    page.goto(f"{site}/moderation/reports/issued/")
    page.click("main a:text-is('2012-04')")
    assert_everybody_can_read(browser, page.url)
    assert take(page, "PDF", alone).read_bytes().startswith(b"%PDF-1.7")
    report, verifier = (take(page, link, alone) for link in ("JSON", "the verifier"))
    key = take(page, "key of the record", alone)
    page.click("main a:text-is('the report of this period')")
    rows = page.locator("tbody:has(#decisions-reversed) tr")
    put_back = rows.filter(has_text="put back later").locator("a")
    assert put_back.inner_text() == "1"
    put_back.click()
    assert page.locator("main tbody tr").count() == 1
    page.click("main tbody a")
    words = take(page, "Proof of these words", alone)

    def ask(what, file):
        # On a machine that has Python and the verifier alone.
        done = subprocess.run(
            [
                *(oldest_python(), "-I", "-S", verifier, what, file.name),
                *(f"{site}/ledger/", "--vkey-file", key.name),
            ],
            cwd=alone,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    assert verifier.read_bytes() == Path(verify.__file__).read_bytes()
    code, said = ask("open", words)
    assert (code, "It was read as a taunt." in said) == (0, True), said
    code, said = ask("report", report)
    assert (code, "true: decisions-by-action" in said) == (0, True), said
    told = json.loads(report.read_text())
    figure = next(each for each in told["figures"] if each["key"] == "decisions")
    figure["lines"][0]["year_to_date"] += 1
    report.write_text(json.dumps(told))
    code, said = ask("report", report)
    assert code == 1
    assert "FALSE: decisions: the whole in the year so far is" in said
