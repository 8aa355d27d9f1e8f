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
