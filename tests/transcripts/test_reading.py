import pytest

from commentarchive.transcripts.marks import Role, split, with_lost_quotation, with_role
from commentarchive.transcripts.paragraphs import Place, paragraphs
from commentarchive.transcripts.reading import LostQuotation, discussion, html_of
from tests.transcripts.texts import decided

pytestmark = pytest.mark.pure

TEXT = "Menu\nThe fence is up.\n\nIt is <green>.\n“Quoted\nand more.”\nAnn\nReply\nIs it? It is.\n"


def test_a_text_is_divided_as_it_was_decided():
    lines, marks = decided(TEXT, "xasqqnxs")
    read = discussion(lines, marks)
    assert [each.paragraph.text for each in read.article] == ["The fence is up."]
    assert [each.lines for each in read.comments] == ["L4-7", "L9-9"]
    assert html_of(read.comments[0].parts) == (
        "<p>It is &lt;green&gt;.</p>\n<blockquote>\n<p>“Quoted</p>\n<p>and more.”</p>\n"
        "</blockquote>\n<p>Ann</p>"
    )


def test_a_divided_line_is_of_two_comments():
    lines, marks = decided(TEXT, "xasqqnxs")
    block = paragraphs(lines, marks.places, marks.width)[-1]
    marks = with_role(split(marks, block, 6), Place(9, 7), Role.START)
    read = discussion(lines, marks)
    assert [each.lines for each in read.comments] == ["L4-7", "L9-9", "L9.7-9"]
    assert [each.parts[0].paragraph.text for each in read.comments[1:]] == [
        "Is it?",
        "It is.",
    ]


def test_quotations_that_are_missing_name_line_and_comment():
    lines, marks = decided(TEXT, "xasqqnxs")
    for place in (Place(2), Place(5)):
        marks = with_lost_quotation(marks, place, is_lost=True)
    read = discussion(lines, marks)
    assert read.lost_quotations == (LostQuotation(2, None), LostQuotation(5, Place(4)))


def test_what_is_undecided_is_left_out_of_a_preview():
    lines, marks = decided(TEXT, "-as-m-x-")
    read = discussion(lines, marks)
    assert [len(each.parts) for each in read.comments] == [2]
    # What goes on before anything has begun is of nobody.
    lines, marks = decided(TEXT, "mqns-x--")
    read = discussion(lines, marks)
    assert not read.article
    assert len(read.comments) == 1


def test_marks_of_another_text_are_refused():
    _lines, marks = decided(TEXT, "xasqqnxs")
    with pytest.raises(ValueError, match="another number of lines"):
        discussion(["one"], marks)
