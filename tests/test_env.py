import pytest
from django.core.exceptions import ImproperlyConfigured

from commentarchive import env


@pytest.mark.parametrize("word", ["127", "-1", "1e3", "512MB", "0x200", "٥١٢", "none"])
def test_a_memory_that_is_no_number_or_too_small_stops_the_start(word, monkeypatch):
    monkeypatch.setenv("READER_MEMORY", word)
    with pytest.raises(ImproperlyConfigured, match="READER_MEMORY="):
        env.mebibytes("READER_MEMORY", default=512, least=128)


@pytest.mark.parametrize(("word", "size"), [("", 512), (" 128 ", 128), ("4096", 4096)])
def test_a_memory_is_read_in_mebibytes(word, size, monkeypatch):
    monkeypatch.setenv("READER_MEMORY", word)
    assert env.mebibytes("READER_MEMORY", default=512, least=128) == size << 20


def test_a_secret_that_cannot_be_kept_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("a file in a folder's place")
    with pytest.raises(ImproperlyConfigured, match="cannot be read or made"):
        env.kept_secret(tmp_path / "file" / "secret_key")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ImproperlyConfigured, match="cannot be read or made"):
        env.kept_secret(tmp_path / "folder")


@pytest.mark.parametrize(
    ("word", "hosts", "wanted"),
    [
        ("", {"example.org"}, True),
        ("on", {"localhost"}, True),
        ("off", {"localhost", "127.0.0.1", "[::1]"}, False),
    ],
)
def test_a_second_factor_is_asked_for(word, hosts, wanted, monkeypatch):
    monkeypatch.setenv("STAFF_SECOND_FACTOR", word)
    assert env.second_factor("STAFF_SECOND_FACTOR", hosts) is wanted


@pytest.mark.parametrize("host", ["example.org", "192.168.0.7", "*", ".localhost"])
def test_no_second_factor_is_for_this_machine_only(host, monkeypatch):
    monkeypatch.setenv("STAFF_SECOND_FACTOR", "off")
    with pytest.raises(ImproperlyConfigured, match="for this machine only"):
        env.second_factor("STAFF_SECOND_FACTOR", {"localhost", host})
