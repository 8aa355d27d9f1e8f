"""What letters say, whatever names and titles others chose."""

import re
from datetime import datetime

import pytest
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.models import Blog
from moderation.letters import texts
from moderation.letters.mail import mail_of
from moderation.letters.texts import (
    Untold,
    Written,
    compose,
    day_at,
    lines,
    one_line,
)
from moderation.models import Letter, LetterKind

HOSTILE = st.text(min_size=1, max_size=300) | st.sampled_from(
    [
        "Zoë’s Blog\r\nBcc: everybody@mail.example",
        "A\nSubject: other\n\nBody",
        "abc\u202ecod.exe",
        "\u202eevil\u202c <owner@bank.example>",
        'x" <owner@bank.example>, "y',
        "é" * 5000,
        "\u2028\u2029\x00\x1b[31m",
        "=?utf-8?q?Bcc:?=",
        "a," * 200,
        "日本語のブログ",
        "{{ contact }} {% now 'Y' %}",
    ]
)
TURNS = re.compile(
    "[\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]"
)


@pytest.fixture(scope="module", autouse=True)
def _sender():
    before = django_settings.CONTACT_EMAIL
    django_settings.CONTACT_EMAIL = "desk@archive.example"
    yield
    django_settings.CONTACT_EMAIL = before


def letter(kind, blog):
    made = Letter(ref="e" + 26 * "a", kind=kind, case="e" + 26 * "b", about="x")
    made.blog = Blog(title=blog)
    return made


@given(title=HOSTILE)
def test_no_name_breaks_a_header_or_turns_a_line(title):
    written = compose(letter(LetterKind.COMPLAINT_RECEIPT, title))
    assert written.subject == one_line(written.subject)
    assert not TURNS.search(written.subject + written.body.replace("\n", " "))
    assert len(written.body) < 2000
    made = letter(LetterKind.COMPLAINT_RECEIPT, title)
    made._state.fields_cache["address"] = type("A", (), {"email": "a@mail.example"})
    mail = mail_of(made, written).message()
    assert len(mail["To"].addresses) == len(mail["From"].addresses) == 1
    assert mail["From"].addresses[0].addr_spec == "desk@archive.example"
    assert mail["Bcc"] is None
    raw = mail.as_bytes()
    head, _blank, _body = raw.partition(b"\n\n")
    names = re.findall(rb"^([\w-]+):", head, re.MULTILINE)
    assert {name.lower() for name in names} <= {
        *(b"subject", b"from", b"to", b"reply-to", b"date", b"message-id"),
        *(b"auto-submitted", b"mime-version", b"content-type"),
        b"content-transfer-encoding",
    }
    assert max(len(line) for line in raw.splitlines()) <= 998
    assert one_line(title, 60) in written.body


@given(words=HOSTILE)
def test_reasons_keep_their_lines_and_nothing_that_turns_them(words):
    assert not TURNS.search(lines(words).translate({9: " ", 10: " "}))


def test_reasons_that_are_too_long_are_left_to_the_page():
    assert lines("word " * 799)
    assert lines("word " * 801) == ""
    assert lines("a\n" * 600_000) == ""


def test_every_kind_has_a_template_of_ours_with_our_address_alone():
    for kind in LetterKind:
        text = (texts.FOLDER / f"{kind}.txt").read_text()
        subject, _blank, body = text.partition("\n\n")
        assert "\n" not in subject
        assert body.startswith("Hello,")
        assert "http" not in text
        assert "{{ home }}" in text


def test_links_begin_with_the_configured_address(settings):
    settings.BASE_URL = "https://archive.example"
    written = compose(letter(LetterKind.COMPLAINT_RECEIPT, "A blog"))
    assert "https://archive.example/" in written.body


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2012-04-30T11:59", "Pacific/Auckland", "30 April 2012"),
        ("2012-04-30T12:00", "Pacific/Auckland", "1 May 2012"),
        ("2012-03-25T23:00", "Europe/London", "26 March 2012"),
        ("2012-05-01T09:59", "Pacific/Honolulu", "30 April 2012"),
    ],
)
def test_a_day_is_of_the_blogs_own_clock(moment, zone, day):
    assert day_at(datetime.fromisoformat(f"{moment}Z"), Blog(time_zone=zone)) == day


@pytest.mark.parametrize("email", ["", "a@b.example, c@d.example", "a b@c.example"])
def test_a_mail_to_nobody_or_to_several_is_none(email):
    made = letter(LetterKind.TEST, "A blog")
    made._state.fields_cache["address"] = type("A", (), {"email": email})
    with pytest.raises(ValueError, match="address"):
        mail_of(made, Written(subject="s", body="b", sender="c"))


@pytest.mark.django_db
def test_a_letter_about_what_is_not_there_says_so():
    with pytest.raises(Untold):
        compose(letter(LetterKind.CLAIM_OUTCOME, "A blog"))
    with pytest.raises(Untold):
        compose(letter(LetterKind.FLAG_RECEIPT, "A blog"))
