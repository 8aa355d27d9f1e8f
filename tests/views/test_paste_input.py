"""Whatever is pasted that cannot be taken: one sentence, and nothing is kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commentarchive.captures import files as capture_files
from commentarchive.ledger.models import Entry
from commentarchive.models import Capture, TranscriptDraft
from tests.views.pasting import (
    LIST,
    begin,
    confirm,
    decided,
    fields,
    marks_of,
    save,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PARAGRAPH = "The tide of the harbour is in. " * 30 + "\n"


def test_a_long_text_is_taken_as_a_file_and_refused_as_a_field(archivist):
    long = PARAGRAPH * (3_000_000 // len(PARAGRAPH))
    for form in (
        {"data": {"text": long}},
        {"data": f"text={long}", "content_type": "application/x-www-form-urlencoded"},
    ):
        answer = archivist.post(f"{LIST}start/", **form)
        assert answer.status_code == 413
        assert "A form can hold 2.5 MiB of text at most" in answer.text
    assert not TranscriptDraft.objects.exists()
    file = SimpleUploadedFile("pasted.txt", long.encode())
    answer = archivist.post(f"{LIST}start/", {"file": file})
    assert answer.status_code == 302
    assert archivist.get(answer.url).status_code == 200


def test_a_text_that_the_page_made_a_file_of_comes_back(archivist):
    data = b"One line.\n" + b"x" * 2_000_000
    file = SimpleUploadedFile("pasted.txt", data)
    answer = archivist.post(f"{LIST}start/", {"file": file})
    assert answer.status_code == 422
    assert "line 2: a line of more than 1,000,000 characters" in answer.text
    assert data.decode() in answer.text
    assert not capture_files.all_digests()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        *((b"", "it is empty"), (b"\xef\xbb\xbf \r\n\t", "it is empty")),
        *((b"\x89PNG\r\n\x1a\n\0\0", "zero bytes"), (b"%PDF-1.4\n\0", "zero bytes")),
        *((b"\x01\x02\x03 text", "control characters"), (b"\n" * 60_000, "is empty")),
        *((b"a\n" * 60_000, "more than 50,000 lines"), (b"\0" * 9, "zero bytes")),
    ],
)
def test_what_is_no_text_says_why(archivist, data, said):
    file = SimpleUploadedFile("page.bin", data)
    answer = archivist.post(f"{LIST}start/", {"text": "", "file": file})
    assert answer.status_code == 422
    assert answer.text.count("Nothing was kept: ") == 1
    assert said in answer.text
    assert not TranscriptDraft.objects.exists()
    assert not capture_files.all_digests()


def test_lines_of_any_end_are_the_same_paragraphs(archivist):
    lines = ["The ford is shut.", "I don’t believe it.", "Ada"]
    for data in (
        "\r\n".join(lines).encode("cp1252"),
        "\r".join(lines).encode(),
        "\n\n".join(lines).encode("utf-16"),
        b"\xef\xbb\xbf" + "\n".join(lines).encode(),
    ):
        file = SimpleUploadedFile("page.txt", data)
        answer = archivist.post(f"{LIST}start/", {"file": file})
        shown = archivist.get(answer.url).context["shown"]
        assert [row.text for row in shown.rows] == lines


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ({"since-7": "2012-02-30"}, "2012-02-30 is no day"),
        ({"since-7": "30 February 2012"}, "30 February 2012 is no day"),
        ({"since-7": "2999-01-01"}, "is in the future"),
        ({"since-7": "0012-01-01"}, "is before 1900"),
        ({"since-7": "2012-05-03 25:00", "time-7": "exact"}, "is no day"),
        ({"since-7": "2012-05-03", "time-7": "exact"}, "has a day and an hour"),
        ({"since-7": "", "time-7": "between"}, "needs both"),
        ({"time-7": "between", "until-7": "2012-05-01"}, "is after 2012-05-01"),
        ({"time-7": "about", "since-7": ""}, "has to be said in words"),
        ({"time-7": "unknown"}, "has no day"),
    ],
)
def test_a_time_that_cannot_be_is_said_and_kept_in_the_form(archivist, time, said):
    draft = decided(archivist, **time)
    answer = confirm(archivist, draft)
    assert answer.status_code == 422
    assert said in answer.text
    for value in filter(None, time.values()):
        assert f'value="{value}"' in answer.text
    assert not Capture.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["ferry", "ftp://ferry.example/", "javascript:alert(1)", "http://", "http:// a.b/"],
)
@pytest.mark.parametrize("field", ["article_address", "origin_address"])
def test_an_address_that_is_none_is_refused(archivist, field, address):
    draft = decided(archivist, title="The ford", blog_name="Mill", **{field: address})
    answer = confirm(archivist, draft)
    assert answer.status_code == 422
    assert "none that begins with http:// or https://" in answer.text
    assert f'value="{address}"' in answer.text
    assert not Capture.objects.exists()


def test_what_answers_something_later_or_itself_is_refused(archivist):
    for place, said in (
        ("7", "does not come before"),
        ("4", "does not come before"),
        ("5", "no comment starts"),
        ("99", "no comment starts"),
    ):
        draft = begin(archivist)
        save(archivist, draft, **fields(), title="The ford", blog_name="Mill")
        save(archivist, draft, **fields(), **{"name-4": "", "answers-4": place})
        answer = confirm(archivist, draft)
        assert answer.status_code == 422, place
        assert said in answer.text
        assert marks_of(draft).paragraphs[3].facts.answers == (int(place), 0)


def test_two_at_once_confirm_one_draft_once(archivist):
    draft = decided(archivist)
    answers = [confirm(archivist, draft).status_code for _time in range(3)]
    assert answers == [302, 409, 409]
    assert Capture.objects.count() == 1
    assert Entry.objects.filter(event="archive.import").count() == 1
