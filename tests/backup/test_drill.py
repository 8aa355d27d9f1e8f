"""A backup under write load, put back elsewhere: all pages equal, the record whole."""

import tarfile
from contextlib import suppress
from threading import Thread

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import connection

from commentarchive import factor_key
from commentarchive.backup import writing
from commentarchive.backup.parts import zstd
from commentarchive.backup.restoring import restore
from commentarchive.backup.writing import back_up
from commentarchive.captures import files as capture_files
from commentarchive.erasure.erase import erase
from commentarchive.erasure.freed_pages import SweepUnfinished
from commentarchive.ledger import held, triggers
from commentarchive.ledger.models import Entry, Head
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.ledger.signer import RefusedToSign, signing
from commentarchive.ledger.verification import verify
from commentarchive.models import Comment, RevisionText
from commentarchive.search import triggers as search_triggers
from commentarchive.search.index import catch_up
from tests.backup.places import differences, public_pages
from tests.factors import SECRET, with_app
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_thread(work):
    """Run something with a connection of its own; raise what it raises."""
    failures = []

    def run():
        try:
            work()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


@pytest.fixture
def meanwhile(monkeypatch):
    """Return a function: let something happen after the first table was read."""

    def happen(work):
        left, read_rows = [work], writing.read_rows

        def read(table):
            yield from read_rows(table)
            if left:
                in_a_thread(left.pop())

        monkeypatch.setattr(writing, "read_rows", read)

    return happen


def signed(settings):
    with signing(settings.LEDGER_KEY_FILE) as signer:
        return signer.sign()


def test_everything_comes_back_as_of_one_moment(
    demo, tmp_path, settings, meanwhile, elsewhere
):
    catch_up()
    settings.LEDGER_KEY_FILE = tmp_path / "own" / "ledger"
    signed(settings)
    with_app(User.objects.earliest("pk"))
    before, size = public_pages(), Head.objects.get().size
    named = {path.name for path in capture_files.folder().glob("*/*.zst")}

    def write():
        load(tmp_path, item(comment(1, "While it runs."), number=77))

    meanwhile(write)
    made = back_up(tmp_path / "one.tar", with_keys=True)
    assert made.entries == size < Head.objects.get().size
    assert made.missing == ()
    with elsewhere:
        done = restore(made.path)
        assert [str(each) for each in reconcile()] == []
        [app] = Authenticator.objects.filter(type="totp")
        assert factor_key.open_sealed(app.data["secret"]) == SECRET
        verdict = verify()
        assert (verdict.size, verdict.faults) == (size, ())
        assert triggers.missing() == []
        assert search_triggers.WHAT_IS_SEARCHED.missing() == []
        assert {p.name for p in capture_files.folder().glob("*/*.zst")} == named
        # As `serve` does; until then reports say "at least".
        catch_up()
        assert differences(before, public_pages()) == []
        # What was put back neither grows nor is signed until it is known what followed.
        assert "recover_record" in done.held
        with pytest.raises(RefusedToSign, match="put back from a backup"):
            signed(settings)
        with pytest.raises(held.RecordHeld):
            load(tmp_path, item(comment(2, "Too early."), number=78))
        held.let_go()
        # Keys go on where they had come to.
        load(tmp_path, item(comment(3, "A new one."), number=79))
        assert [str(each) for each in reconcile()] == []


def test_what_is_erased_while_it_runs_is_not_in_it(demo, tmp_path, meanwhile):
    """The first turn read the words before they were erased; it is thrown away."""
    text = next(
        text
        for text in RevisionText.objects.select_related("revision__comment")
        if text.revision.comment in Comment.objects.shown() and len(text.plain) > 60
    )
    words, subject = text.plain[:60].encode(), text.revision.comment
    with_app(User.objects.earliest("pk"))

    def write():
        # The backup reads what SQLite's log still holds; replay_erasures finishes it.
        # Until that has ended it would be waited for in vain.
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 100")
        with suppress(SweepUnfinished):
            erase(subject, basis="subject_request")

    meanwhile(write)
    made = back_up(tmp_path / "one.tar")
    connection.close()
    assert made.entries == Head.objects.get().size
    assert Entry.objects.last().event == "erase.done"
    unpacked = everything_in(made.path)
    assert words not in unpacked
    # A backup without keys makes no codes, either.
    assert SECRET.encode() not in unpacked
    assert factor_key.key_file().read_bytes() not in unpacked
    assert Comment.objects.get(pk=subject.pk).ref.encode() in unpacked


def everything_in(path):
    with tarfile.open(path) as archive:
        found = []
        for member in archive:
            data = archive.extractfile(member).read()
            is_packed = member.name.startswith("tables/")
            found.append(zstd.decompress(data) if is_packed else data)
    return b"".join(found)
