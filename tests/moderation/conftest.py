"""A mail server, and a thread about which letters go out."""

import pytest

from commentarchive.models import Blog, Comment
from moderation.actions.letter_switch import switch_letters
from tests.moderation.mail_server import mail_server
from tests.wxr import comment, item, load

SECRET = "She paid the printer from the parish account, I saw it"


@pytest.fixture
def mail(settings):
    """Return a real mail server on loopback."""
    with mail_server(settings) as server:
        yield server


@pytest.fixture
def told(by, mail, tmp_path):
    """Return a thread of a blog whose letters are on, by the comments' numbers."""
    load(
        tmp_path,
        item(
            comment(1, SECRET, author="Nell Zimmer"),
            comment(2, "A reply", parent=1, email="otto@mail.example", author="Otto"),
            comment(3, "Let me in", approved="0"),
            comment(4, "Nobody said this", author="", email="nobody@mail.example"),
            comment(5, "No address", email=""),
            comment(6, "the bishop keeps nine ferrets below the vestry", email=""),
        ),
    )
    switch_letters(Blog.objects.get(), is_on=True, by=by)
    return {each.source_id: each for each in Comment.objects.all()}
