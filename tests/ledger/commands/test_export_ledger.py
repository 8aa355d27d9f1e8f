"""`export_ledger` writes the signed part of the record as files."""

import io

import pytest
from django.core.management import CommandError, call_command

from commentarchive.ledger import record_export
from commentarchive.ledger.models import Checkpoint, LogKey
from tests.ledger.records import add, sign

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def run(folder):
    out = io.StringIO()
    call_command("export_ledger", folder, stdout=out)
    return out.getvalue()


@pytest.fixture
def signed(key):
    add(298)
    sign(key)
    add(5)


def test_says_how_many_entries_the_folder_holds(signed, tmp_path):
    folder = tmp_path / "deep" / "record"
    assert run(folder) == f"{folder}: 300 entries.\n"
    files = {str(path.relative_to(folder)) for path in folder.rglob("*")}
    assert files >= {"checkpoint", "vkey", "tile/0/000", "tile/0/001.p/44"}
    assert files >= {"tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"}
    assert (folder / "checkpoint").read_text() == Checkpoint.objects.get().published
    assert (folder / "vkey").read_text() == f"{LogKey.objects.get().vkey}\n"
    assert not [name for name in files if name.endswith(".part")]


def test_an_export_cut_short_leaves_no_checkpoint(signed, tmp_path, monkeypatch):
    folder = tmp_path / "record"

    def cut_short(*_):
        message = "No space left on device"
        raise OSError(28, message, "tile")

    with monkeypatch.context() as patch:
        patch.setattr(record_export, "entry_bundle", cut_short)
        with pytest.raises(CommandError, match=r"^tile: No space left on device$"):
            run(folder)
    assert not (folder / "checkpoint").exists()
    run(folder)
    assert (folder / "checkpoint").exists()


def test_full_tiles_stay_and_partial_ones_are_written_again(signed, tmp_path):
    folder = tmp_path / "record"
    run(folder)
    full, partial = folder / "tile/0/000", folder / "tile/0/001.p/44"
    full.write_bytes(b"full")
    partial.write_bytes(b"cut sho")
    run(folder)
    assert full.read_bytes() == b"full"
    assert len(partial.read_bytes()) == 44 * 32


def test_before_the_first_signature_nothing_is_written(tmp_path):
    add()
    with pytest.raises(CommandError, match="nothing has been signed yet: run"):
        run(tmp_path / "record")
    assert not (tmp_path / "record").exists()


def test_a_file_in_place_of_the_folder_is_one_sentence(signed, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match=r"file/tile.*: Not a directory"):
        run(tmp_path / "file")


def test_a_folder_is_needed():
    with pytest.raises(CommandError, match="the following arguments are required: DIR"):
        call_command("export_ledger")
