"""Pages of copies say what is known of their dates in one way."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from commentarchive.captures.dating import date_copy
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Capture, Post
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def body_of(address):
    return Client().get(address).content.decode()


@pytest.fixture
def copies(tmp_path):
    load(tmp_path, item(comment(1)), name="a.xml")
    load(tmp_path, item(comment(1), comment(2)), name="b.xml")
    return list(Capture.objects.order_by("pk"))


def test_undated_copies_and_one_that_is_dated_later(copies):
    post = Post.objects.get()
    pages = (post.get_absolute_url(), *(each.get_absolute_url() for each in copies))
    undated = "made after 1 April 2012, date unknown"
    for address in (*pages, f"{post.get_absolute_url()}copies/"):
        body = body_of(address)
        assert undated in body, address
        assert "taken" not in body, address
    first = copies[0]
    date_copy(first, datetime(2012, 6, 1, 8, tzinfo=UTC), reason="A note.", by=SYSTEM)
    dated = "made on 1 June 2012"
    for address in (pages[0], pages[1], f"{post.get_absolute_url()}copies/"):
        assert dated in body_of(address), address
    assert "as was recorded later" in body_of(pages[1])
    copied = body_of(f"{post.get_absolute_url()}copies/")
    assert f"From the copy {undated}, to the one {dated}" in copied or (
        f"From the copy {dated}, to the one {undated}" in copied
    )
