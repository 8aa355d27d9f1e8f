import gzip
import zlib

import brotli
import pytest
from backports import zstd

from commentarchive.importers.http_payload import NotDecoded, TooLarge, payload

PAGE = b"<!DOCTYPE html><p>" + b"Reeds bend. " * 400
LIMIT = 1 << 20


def bare(data):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:]),
    "deflate": zlib.compress(PAGE),
    "x-deflate": bare(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstd.compress(PAGE[:50]) + zstd.compress(PAGE[50:]),
    "identity": PAGE,
    "": PAGE,
}


def read(data, encodings, *, is_chunked=False, limit=LIMIT):
    return payload(data, encodings=encodings, is_chunked=is_chunked, limit=limit)


@pytest.mark.parametrize("name", PACKED)
def test_every_encoding_that_browsers_accept_is_undone(name):
    assert read(PACKED[name], name) == (PAGE, "")
    assert read(PACKED[name], f" {name.upper()} ") == (PAGE, "")


def test_several_on_top_of_each_other_are_undone_from_the_last():
    data = brotli.compress(gzip.compress(zstd.compress(PAGE)))
    assert read(data, "zstd, gzip,br") == (PAGE, "")


def test_chunks_are_put_together_before_they_are_unpacked():
    packed = gzip.compress(PAGE)
    data = b"".join(
        b"%x\r\n%s\r\n" % (len(part), part) for part in (packed[:40], packed[40:], b"")
    )
    assert read(data, "gzip", is_chunked=True) == (PAGE, "")


@pytest.mark.parametrize("name", ["compress", "dcb", "exi", "sdch"])
def test_an_encoding_that_is_not_known_is_named(name):
    with pytest.raises(NotDecoded, match=f"{name}' is not known here"):
        read(PAGE, name)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_what_is_not_packed_as_it_says_is_read_if_it_is_a_page(name):
    data, remark = read(PAGE, name)
    assert data == PAGE
    assert f"not packed as its Content-Encoding '{name}' says" in remark
    with pytest.raises(NotDecoded, match="not what its Content-Encoding"):
        read(b"\xff\xfe\x00\x01 nothing of the kind" * 9, name)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_what_is_cut_is_read_as_far_as_it_goes_and_said(name):
    data, remark = read(PACKED[name][:-3], name)
    assert PAGE.startswith(data)
    assert "is cut inside" in remark


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_refused_before_it_is_unpacked(name):
    pack = {"gzip": gzip.compress, "deflate": zlib.compress}
    pack |= {"br": brotli.compress, "zstd": zstd.compress}
    with pytest.raises(TooLarge):
        read(pack[name](bytes(50 << 20)), name)
