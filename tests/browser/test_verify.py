"""The page that checks a record, served and as a file, against true and false ones."""

import hashlib
import io
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from commentarchive.ledger import triggers
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.merkle.frontier import root_of
from commentarchive.ledger.merkle.hashing import leaf_hash
from commentarchive.ledger.merkle.notes import SigningKey, TreeHead
from commentarchive.ledger.models import Checkpoint, Entry, LogKey
from commentarchive.models import Comment
from moderation.models import Decision
from moderation.reports.issuing import issue_report
from moderation.reports.periods import parse_period

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def site(settings, tmp_path, live_server, demo):
    settings.LEDGER_KEY_FILE = tmp_path / "ledger"
    settings.LEDGER_ORIGIN = "archive.example/ledger"
    call_command("sign_checkpoint", stdout=io.StringIO())
    return live_server.url


@pytest.fixture
def page(browser):
    context = browser.new_context(accept_downloads=True)
    yield context.new_page()
    context.close()


def check(page, **fields):
    """Fill the form in, press the button; give what was found."""
    for name, value in fields.items():
        if name == "file":
            page.set_input_files("#file", value)
        else:
            page.fill(f"#{name}", str(value))
    page.click("button")
    page.wait_for_selector("#results[data-done=yes]", timeout=20_000)
    return [
        (line.get_attribute("class"), line.inner_text())
        for line in page.locator("#results li").all()
    ]


def kinds(found):
    return [kind for kind, _words in found]


def edit(sql, *values):
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    triggers.install()


def test_one_click_leads_from_a_decision_to_its_proof(site, page, tmp_path):
    decision = Decision.objects.public().first()
    page.goto(site + decision.get_absolute_url())
    page.click("dd >> text=record no.")
    with page.expect_download() as download:
        page.click("text=The receipt, to keep")
    receipt = tmp_path / download.value.suggested_filename
    download.value.save_as(receipt)
    assert receipt.name == f"record-{decision.entry_index}.tlog-proof"
    page.click("text=Check the record with this entry")
    assert page.input_value("#number") == str(decision.entry_index)
    found = check(page, key=LogKey.objects.get().vkey, file=receipt)
    assert kinds(found) == ["true"] * 5, found
    size = Checkpoint.objects.get().size
    assert f"all {size} entries are as they were signed" in found[1][1]
    assert f"your receipt: entry {decision.entry_index} stands among" in found[4][1]
    assert decision.ref in page.inner_text("#shown")


def test_a_report_and_the_words_of_a_decision_are_checked_here(site, page, tmp_path):
    report = issue_report(parse_period("2012-04"), None, now=timezone.now(), by=SYSTEM)
    call_command("sign_checkpoint", stdout=io.StringIO())
    decision = next(each for each in Decision.objects.public() if each.facts)
    page.goto(site + decision.get_absolute_url())
    with page.expect_download() as download:
        page.click("text=Proof of these words")
    words = tmp_path / "facts.txt"
    download.value.save_as(words)
    page.click("text=Check the file")
    key = LogKey.objects.get().vkey
    found = check(page, key=key, file=words)
    assert kinds(found) == ["true"] * 4, found
    assert page.inner_text("#shown") == decision.facts
    page.goto(site + report.get_absolute_url())
    with page.expect_download() as download:
        page.click("dd >> text=JSON")
    file = tmp_path / "report.json"
    download.value.save_as(file)
    page.goto(f"{site}/ledger/verify/")
    found = check(page, key=key, file=file)
    assert kinds(found) == [*["true"] * 5, "unknown"], found
    assert f"entry {report.entry_index} of" in found[4][1]
    file.write_bytes(file.read_bytes().replace(b'"now":1', b'"now":2', 1))
    found = check(page, key=key, file=file)
    assert found[-1][0] == "false"
    assert "other bytes on record for this report" in found[-1][1]
    words.write_text("d" + words.read_text())
    assert kinds(check(page, key=key, file=words))[-1] != "true"


def test_the_page_works_as_a_file_and_without_the_policy(site, page, tmp_path):
    page.goto(f"{site}/ledger/verify/")
    with page.expect_download() as download:
        page.click("text=save it as a file")
    path = tmp_path / "verify.html"
    download.value.save_as(path)
    page.goto(f"{site}/ledger/")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest in page.inner_text("main")
    page.goto(path.as_uri())
    found = check(page, address=f"{site}/ledger/", number=0)
    # Whose key it is cannot be told; everything else can.
    assert kinds(found) == ["unknown", *["true"] * 4], found
    assert "log.genesis" in page.inner_text("#shown")


def test_a_tampered_note_shows_as_false(site, page):
    note = Checkpoint.objects.get().note
    lines = note.split("\n")
    for damaged in (
        note.replace(f"\n{lines[1]}\n", f"\n{int(lines[1]) - 1}\n", 1),
        note[:-10] + ("A" if note[-10] != "A" else "B") + note[-9:],
        note.replace(lines[2], "A" * 43 + "="),
    ):
        edit("UPDATE ledger_checkpoint SET note = %s", damaged)
        page.goto(f"{site}/ledger/verify/")
        found = check(page, key=LogKey.objects.get().vkey)
        assert kinds(found) == ["false"], (damaged, found)


def test_a_changed_entry_and_a_changed_history_show_as_false(site, page):
    entry = Entry.objects.get(pk=3)
    page.goto(f"{site}/ledger/verify/")
    key = LogKey.objects.get().vkey
    assert set(kinds(check(page, key=key))) == {"true"}
    leaf = bytes(entry.leaf)
    changed = re.sub(rb'"ts":"2', b'"ts":"3', leaf)
    assert changed != leaf
    edit(
        "UPDATE ledger_entry SET leaf = %s WHERE index = 3".replace("index", '"index"'),
        changed,
    )
    # Signed once more over the changed entries, as an owner with the key could do.
    page.goto(f"{site}/ledger/verify/")
    found = check(page, key=key)
    assert kinds(found) == ["true", "false"], found
    assert "entry 3 " in found[1][1]


def test_another_key_and_a_shorter_record_show_as_false(site, page, settings, tmp_path):
    page.goto(f"{site}/ledger/verify/")
    key = LogKey.objects.get().vkey
    check(page, key=key)
    other = "archive.example/ledger+2db1d0ad+AfFZVgsCNrpRjYFqYXtVJzXpFrlPyC7y"
    assert kinds(check(page, key=other)) == ["unknown"]
    page.evaluate(
        "for (const name of Object.keys(localStorage)) {"
        "const kept = JSON.parse(localStorage[name]); kept.size += 1;"
        "localStorage[name] = JSON.stringify(kept)}"
    )
    found = check(page, key=key)
    assert kinds(found)[-1] == "false"
    assert "and now there are" in found[-1][1]


def test_a_proof_of_a_text_is_checked_and_a_damaged_one_is_false(site, page, tmp_path):
    one = Comment.objects.shown().first()
    page.goto(site + one.get_absolute_url())
    with page.expect_download() as download:
        page.click("a:text('proof of this text')")
    path = tmp_path / "proof.json"
    download.value.save_as(path)
    page.goto(f"{site}/ledger/verify/")
    key = LogKey.objects.get().vkey
    found = check(page, key=key, file=path)
    assert kinds(found) == ["true"] * 4, found
    found = check(page, key=key, address="", file=path)
    assert kinds(found) == ["true"], found
    assert page.inner_text("#shown") == one.current_revision.text.raw
    other = Comment.objects.shown().exclude(pk=one.pk).first()
    path.write_text(path.read_text().replace(one.ref, other.ref))
    assert kinds(check(page, key=key, file=path)) == ["false"]
    path.write_text("{")
    assert kinds(check(page, key=key, file=path)) == ["unknown"]


def test_a_browser_without_ed25519_says_that_it_cannot_tell(site, page):
    page.add_init_script(
        "const real = crypto.subtle.importKey.bind(crypto.subtle);"
        "crypto.subtle.importKey = async (format, key, algorithm, ...rest) => {"
        "if (algorithm.name === 'Ed25519') throw new DOMException('', 'NotSupportedError');"
        "return real(format, key, algorithm, ...rest)}"
    )
    page.goto(f"{site}/ledger/verify/")
    found = check(page, key=LogKey.objects.get().vkey)
    assert kinds(found) == ["unknown"]
    assert "knows no Ed25519 signatures" in found[0][1]
    page.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    page.goto(f"{site}/ledger/verify/")
    assert kinds(check(page, key=LogKey.objects.get().vkey)) == ["unknown"]


def test_a_receipt_unmasks_a_record_that_was_cut_or_rewritten(
    site, page, tmp_path, settings
):
    """The same key signs it, and all of it agrees with itself."""
    key = LogKey.objects.get().vkey
    page.goto(f"{site}/ledger/")
    receipt = tmp_path / "record-1.tlog-proof"
    receipt.write_bytes(page.request.get(f"{site}/ledger/entries/1.tlog-proof").body())
    size = Checkpoint.objects.get().size
    signer = SigningKey.parse(settings.LEDGER_KEY_FILE.read_text())
    hashes = [
        bytes(each)
        for each in Entry.objects.order_by("index").values_list("hash", flat=True)
    ]
    shorter = signer.sign(
        TreeHead(signer.name, size - 1, root_of(hashes[: size - 1])).text
    )
    edit("UPDATE ledger_checkpoint SET note = %s, size = %s", shorter, size - 1)
    page.goto(f"{site}/ledger/verify/")
    found = check(page, key=key, file=receipt)
    assert kinds(found)[-1] == "false", found
    assert f"signed over {size} entries" in found[-1][1]
    leaf = bytes(Entry.objects.get(pk=size - 1).leaf)
    other = re.sub(rb'"id":"e.', b'"id":"eb', leaf)
    if other == leaf:
        other = re.sub(rb'"id":"e.', b'"id":"ec', leaf)
    hashes[-1] = leaf_hash(other)
    edit(
        'UPDATE ledger_entry SET leaf = %s, hash = %s WHERE "index" = %s',
        other,
        hashes[-1],
        size - 1,
    )
    forked = signer.sign(TreeHead(signer.name, size, root_of(hashes)).text)
    edit("UPDATE ledger_checkpoint SET note = %s, size = %s", forked, size)
    page.evaluate("localStorage.clear()")
    page.goto(f"{site}/ledger/verify/")
    found = check(page, key=key, file=receipt)
    assert kinds(found)[-1] == "false", found
    assert "are not those of the receipt" in found[-1][1]
