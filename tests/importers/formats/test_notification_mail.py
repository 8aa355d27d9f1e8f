"""Mails that tell of a comment are understood: whole, encoded, copied, forwarded."""

import quopri
from datetime import UTC, datetime

import pytest

from commentarchive.importers.formats.notification_mail import read_mail
from commentarchive.importers.parsed import Unreadable

pytestmark = pytest.mark.pure
TEXT = "The ferry is late again.\n\nApprove it: said the harbour master."
WAITING = f"""A new comment on the post "The "new" ferry" is waiting for your approval
https://quay.example/2012/ferry/

Author: Ada Reed (IP address: 192.0.2.7, host.example)
Email: ada@mail.example
URL: https://reed.example/
In reply to: https://quay.example/wp-admin/comment.php?action=editcomment&c=40#wpbody
Comment:
{TEXT}

Approve it: https://quay.example/wp-admin/comment.php?action=approve&c=41#wpbody-content
Trash it: https://quay.example/wp-admin/comment.php?action=trash&c=41#wpbody-content
Currently 2 comments are waiting for approval. Please visit the moderation panel:
https://quay.example/wp-admin/edit-comments.php?comment_status=moderated
"""
TOLD = """New comment on your post #12 "The ferry"
Author : Ada Reed (IP: 192.0.2.7 , host.example)
E-mail : ada@mail.example
URL    : https://reed.example/
Whois  : http://ws.arin.net/cgi-bin/whois.pl?queryinput=192.0.2.7
Comment:
Late.

You can see all comments on this post here:
https://quay.example/2012/ferry/#comments

Permalink: https://quay.example/2012/ferry/#comment-41
Delete it: https://quay.example/wp-admin/comment.php?action=cdc&c=41
"""
BLOGGER = """Ada Reed has left a new comment on your post "The ferry":

Late.

Posted by nobody to no blog.

Publish this comment.

Reject this comment.

Moderate comments for this blog.

Posted by Ada Reed to Quay Notes at May 12, 2012 2:32 PM
"""


def whole(body, *, kind="plain", coding="8bit"):
    data = body.encode()
    if coding == "quoted-printable":
        data = quopri.encodestring(data)
    head = (
        "Return-Path: <wordpress@quay.example>\r\n"
        "Subject: =?UTF-8?Q?[Quay]_Please_moderate?=\r\n"
        "Date: Sat, 12 May 2012 14:32:07 +0100\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/{kind}; charset=UTF-8\r\n"
        f"Content-Transfer-Encoding: {coding}\r\n\r\n"
    )
    return head.encode() + data


def test_a_mail_that_asks_to_moderate_is_understood():
    found = read_mail(WAITING.encode())
    assert (found.title, found.state, found.number) == (
        *('The "new" ferry', "pending", "41"),
    )
    assert found.address == "https://quay.example/2012/ferry/"
    assert (found.name, found.email, found.ip, found.link, found.answers) == (
        *("Ada Reed", "ada@mail.example", "192.0.2.7", "https://reed.example/", "40"),
    )
    # What it quotes of such mails stays in the comment.
    assert found.text == TEXT
    assert found.sent_at is None


def test_a_mail_of_an_early_version_is_understood():
    found = read_mail(TOLD.replace("\n", "\r\n").encode())
    assert (found.title, found.state, found.number) == ("The ferry", "live", "41")
    assert found.address == "https://quay.example/2012/ferry/"
    assert (found.name, found.ip, found.text) == ("Ada Reed", "192.0.2.7", "Late.")


@pytest.mark.parametrize("coding", ["8bit", "quoted-printable"])
def test_a_whole_mail_is_decoded_and_dated(coding):
    found = read_mail(whole(WAITING.replace("late", "läte — =20"), coding=coding))
    assert found.text.startswith("The ferry is läte — =20 again.")
    assert found.sent_at == datetime(2012, 5, 12, 13, 32, 7, tzinfo=UTC)


def test_a_mail_with_html_alone_is_read():
    marked = TOLD.replace("&", "&amp;").replace("\n", "<br>\n")
    found = read_mail(whole(f"<html><body>{marked}</body></html>", kind="html"))
    assert (found.title, found.name, found.text) == ("The ferry", "Ada Reed", "Late.")
    assert found.number == "41"


def test_a_forwarded_mail_is_read_without_its_marks():
    quoted = "".join(f"> {line}\n" for line in TOLD.splitlines())
    found = read_mail(f"See below.\n\n{quoted}".encode())
    assert (found.name, found.text) == ("Ada Reed", "Late.")


def test_bloggers_mails_are_understood():
    found = read_mail(BLOGGER.encode())
    assert (found.scheme, found.title, found.name) == (
        *("blogger", "The ferry", "Ada Reed"),
    )
    assert found.state == "pending"
    assert found.text == "Late.\n\nPosted by nobody to no blog."
    assert found.local == datetime(2012, 5, 12, 14, 32)  # noqa: DTZ001
    live = BLOGGER.replace("Publish this comment.\n\nReject this comment.\n\n", "")
    nameless = live.replace("Ada Reed", "Anonymous").replace(
        "Moderate comments for this blog.\n\n", ""
    )
    found = read_mail(nameless.encode())
    assert (found.state, found.name) == ("live", "")


def test_the_links_of_a_blogger_mail_give_article_and_number():
    link = "http://quay.blogspot.example/2012/05/ferry.html"
    body = BLOGGER.replace(
        '"The ferry"', f'"<a href="{link}?showComment=1#c123456789">The ferry</a>"'
    )
    found = read_mail(whole(body.replace("\n", "<br>\n"), kind="html"))
    assert (found.address, found.number) == (link, "123456789")
    assert found.title == "The ferry"


def of_a_mailbox(data):
    return b"From wordpress@quay.example Thu May  3 17:14:00 2012\n" + data + b"\n"


def test_a_mailbox_of_one_mail_is_that_mail():
    found = read_mail(of_a_mailbox(whole(TOLD)))
    assert (found.text, found.number) == ("Late.", "41")
    assert found.sent_at is not None


@pytest.mark.parametrize(
    "several",
    [
        of_a_mailbox(whole(TOLD)) * 2,
        of_a_mailbox(whole(TOLD)) + of_a_mailbox(whole("Hello.")),
        whole(TOLD) + whole(TOLD),
        f"{TOLD}\n{WAITING}".encode(),
        f"{BLOGGER}\n{BLOGGER}".encode(),
    ],
)
def test_several_mails_are_not_read_as_one(several):
    with pytest.raises(Unreadable, match="several mails"):
        read_mail(several)


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"\xff\xfe\x00",
        b"Dear editor,\n\nplease print this.\n\nAda",
        b'New comment on your post "Ferry"\nAuthor : Ada\n',
        whole("Hello."),
        b"Subject: x\nContent-Type: text/plain; charset=no-such\n\n\xffHello",
        b"Date: the day before\nContent-Type: multipart/mixed\n\n--x\n",
        b'New pingback on your post "Ferry"\nComment:\nx\n',
    ],
)
def test_other_mails_are_not_made_up(other):
    assert read_mail(other) is None


def test_a_long_line_of_blanks_costs_no_time():
    # Otherwise this takes hours.
    assert read_mail(b"a" + b" " * 200_000 + b"has left") is None
    assert read_mail(b"Author : " + b" (IP: 1" * 40_000) is None
