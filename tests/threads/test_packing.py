import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.threads.packing import (
    Packed,
    gzip_body,
    literal,
    pack,
    plain_body,
    unpack,
)

pytestmark = pytest.mark.pure
PIECES = st.lists(st.tuples(st.sampled_from([pack, literal]), st.binary(max_size=500)))


@given(PIECES)
def test_pieces_make_one_gzip_member_that_others_read(pieces):
    packed = [how(data) for how, data in pieces]
    body = gzip_body(packed)
    whole = b"".join(data for _how, data in pieces)
    assert gzip.decompress(body) == whole
    reader = zlib.decompressobj(31)
    assert reader.decompress(body) == whole
    assert reader.eof
    assert reader.unused_data == b""
    assert plain_body(packed) == whole
    assert [unpack(each) for each in packed] == [data for _how, data in pieces]


def test_a_piece_that_was_changed_is_not_unpacked():
    deflated, crc, size = pack(b"one thing")
    other = pack(b"the other")
    with pytest.raises(ValueError, match="does not hold"):
        unpack(Packed(other.deflated, crc, size))
    with pytest.raises(ValueError, match="does not hold"):
        unpack(Packed(deflated, crc, size + 1))


@pytest.mark.parametrize("which", [0, 1])
def test_a_page_with_a_changed_piece_is_not_sent(which):
    pieces = [pack(b"one thing"), pack(b"the other")]
    pieces[which] = pieces[which]._replace(deflated=pack(b"whatever!").deflated)
    with pytest.raises(ValueError, match="do not hold"):
        plain_body(pieces)


def test_a_long_block_has_to_be_compressed():
    assert unpack(literal(b"x" * 65_535)) == b"x" * 65_535
    with pytest.raises(ValueError, match="Too long"):
        literal(b"x" * 65_536)
