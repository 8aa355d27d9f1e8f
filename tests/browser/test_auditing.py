"""An auditor's way from an issued report to proven words, without JavaScript."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from commentarchive.ledger.merkle import verify
from tests.browser.looks import assert_readable

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def test_a_figure_leads_to_its_list_a_statement_and_proven_words(
    browser, demo, live_server, settings, tmp_path
):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    call_command("load_demo", stdout=io.StringIO())
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/moderation/reports/issued/")
    page.click("main a:text-is('2012-04')")
    assert_readable(page, name="issued-report")
    taken = {}
    for name, link in (("report.json", "JSON"), ("verify.py", "the verifier")):
        with page.expect_download() as loaded:
            page.click(f"main a:text-is('{link}')")
        loaded.value.save_as(tmp_path / name)
        taken[name] = tmp_path / name
    page.click("main a:text-is('the report of this period')")
    rows = page.locator("tbody:has(#decisions-reversed) tr")
    put_back = rows.filter(has_text="put back later").locator("a")
    assert put_back.inner_text() == "1"
    put_back.click()
    assert page.locator("main tbody tr").count() == 1
    page.click("main tbody a")
    with page.expect_download() as loaded:
        page.click("main a:text-is('Proof of these words')")
    loaded.value.save_as(tmp_path / "words.txt")
    call_command("export_ledger", tmp_path / "record", stdout=io.StringIO())

    def ask(what, file):
        command = [sys.executable, "-I", "-S", taken["verify.py"], what, file]
        key = ["--vkey-file", tmp_path / "record" / "vkey"]
        done = subprocess.run(
            [*command, tmp_path / "record", *key],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    own = Path(verify.__file__)
    assert taken["verify.py"].read_bytes() == own.read_bytes()
    code, said = ask("open", tmp_path / "words.txt")
    assert (code, "It was read as a taunt." in said) == (0, True), said
    assert ask("report", taken["report.json"])[0] == 0
    report = json.loads(taken["report.json"].read_text())
    figure = next(each for each in report["figures"] if each["key"] == "decisions")
    figure["lines"][0]["year_to_date"] += 1
    taken["report.json"].write_text(json.dumps(report))
    code, said = ask("report", taken["report.json"])
    assert code == 1
    assert "FALSE: decisions: the whole in the year so far is" in said
