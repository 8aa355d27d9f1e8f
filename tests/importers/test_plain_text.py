import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.importers.parsed import Unreadable
from commentarchive.importers.plain_text import LONGEST_LINE, MOST_LINES, plain_text

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"]
)
def test_lines_are_those_of_the_file_whatever_its_charset(codec, end):
    text = end.join(["“Née”, she said – once.", "", "Then: café.", ""])
    data = text.encode(codec)
    if codec == "utf-16-be":
        data = b"\xfe\xff" + data
    read = plain_text(data)
    assert read.lines == ["“Née”, she said – once.", "", "Then: café."]
    place = read.bytes[2]
    codec = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(codec, codec)
    assert data[place:].decode(codec).startswith("Then")


def test_a_vertical_tab_ends_no_line_of_the_file():
    assert plain_text(b"one\x0btwo\nthree").lines == ["one two", "three"]


def test_a_bad_byte_costs_a_byte_and_is_named():
    read = plain_text("Süß\nna\u0308\n".encode() + b"caf\xc3 \xe2\x82 x\n")
    assert read.lines[0] == "Süß"
    assert [each.is_loss for each in read.faults] == [True]
    assert "\ufffd" in read.lines[2]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b" \r\n\t\n", "it is empty"),
        ("\ufeff \n".encode("utf-16-le"), "it is empty"),
        (b"\x89PNG\r\n\0\0", "zero bytes"),
        (b"PK\x03\x04\x14\x01\x02\x03 text", "control characters"),
        ("\ufeffa\0b".encode("utf-16-le"), "zero bytes"),
        (b"a" * (LONGEST_LINE + 1), "line 1: a line of more than"),
        (b"a" * 2_000_000, "line 1: a line of more than"),
        (b"a\n" * (MOST_LINES + 1), "has more than"),
        (b"a" * (33 << 20), "larger than 32 MiB"),
    ],
    ids=range(10),
)
def test_what_is_no_text_is_refused_in_one_sentence(data, reason):
    with pytest.raises(Unreadable, match=reason):
        plain_text(data)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=80).map(
            lambda text: b"\xff\xfe" + text.encode("utf-16-le", "replace")
        ),
        st.text(max_size=80).map(lambda text: text.encode("cp1252", "replace")),
    )
)
def test_any_bytes_are_lines_or_refused(data):
    try:
        read = plain_text(data)
    except Unreadable:
        return
    assert len(read.lines) == len(read.bytes)
    assert read.bytes == sorted(set(read.bytes))
    assert all("\n" not in line for line in read.lines)
    for line in read.lines:
        line.encode()
