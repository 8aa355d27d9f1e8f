import re

import pytest

from moderation.reports.typesetter import by_number, clusters
from moderation.reports.typesetting import NotTypeset, typeset

TEMPLATE = b"""
#import "style.typ": listing, note-on-signs, sheet
#let data = json("data.json")
#show: sheet.with(title: data.title, dated: "2012-05-01")
= #data.title
#listing((("Name", false), ("Number", true)), data.rows)
#note-on-signs()
"""


def made(rows, title="Report"):
    files = {"probe.typ": TEMPLATE}
    return typeset("probe.typ", {"title": title, "rows": rows}, files)


def test_makes_a_tagged_pdf_of_the_same_bytes_that_says_its_standard():
    rows = [["Käthe #x *b* <c> \\ $y$", "1"], ["Σίσυφος, Сизиф, סיזיפוס", "2"]]
    found = made(rows)
    assert found == made(rows)
    assert found.startswith(b"%PDF-1.7")
    for sign in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid:part", b"/Lang(en)"):
        assert sign in found
    assert re.search(rb"/CreationDate\(D:20120501", found)


def test_prints_what_no_font_has_by_its_number_and_keeps_the_standard():
    found = made([["西西弗 \U0001f600 \u202e", "1"]], title="山")
    assert b"pdfuaid:part" in found
    # A title of a document is its own words, beside the letters that are drawn.
    assert b"[U+5C71]" in found


@pytest.mark.parametrize("file", [b"#panic()", b'#image("gone.svg")'])
def test_a_template_that_fails_is_said(file):
    with pytest.raises(NotTypeset, match="no PDF could be made"):
        typeset("broken.typ", {}, {"broken.typ": file})


def test_reads_the_clusters_that_typst_names():
    said = r'the text `"\u{7}"` could not be displayed with font `"X"`'
    more = r'the text `"e中"` could not be displayed with font `"X"`'
    assert clusters(f"{said}\n{more}\n{more}") == ["e中", "\x07"]
    assert [by_number(each) for each in ("e中", "\x07")] == ["e[U+4E2D]", "[U+0007]"]
