import pickle

import pytest

from commentarchive.importers import child
from commentarchive.importers.parsed import Reading, Unreadable
from commentarchive.importers.registry import detect
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.pure


def test_the_child_reads_what_the_importer_reads(tmp_path):
    data = export(
        item(comment(1, "Ümläut\x08"), comment(2, parent=1, approved="0")),
        item(comment(3, url="http://a.example/?a&b"), number=2),
    )
    source = detect(write(tmp_path, data[:-20]))
    here, apart = Reading(), Reading()
    assert list(child.read_apart(source, apart)) == list(source.posts(here))
    assert apart == here


def test_a_child_that_dies_is_an_unreadable_file(tmp_path, monkeypatch):
    source = detect(write(tmp_path, export(item(comment(1)))))
    monkeypatch.setattr(child, "__name__", "commentarchive.nowhere")
    with pytest.raises(Unreadable, match="ended with code 1"):
        list(child.read_apart(source, Reading()))


def test_nothing_but_plain_values_is_taken_from_the_child():
    import io
    import os

    data = pickle.dumps(os.getcwd)
    with pytest.raises(pickle.UnpicklingError, match="getcwd"):
        child._Plain(io.BytesIO(data)).load()
