"""An address in the place of a name reaches no reader, wherever the name is shown."""

import pytest
from django.test import Client

from commentarchive.discussion.stored_pages import drop_segments
from commentarchive.models import Capture, Comment
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
MAIL, NUMBER = "ann@private.example", "07700 900123"


def remarks():
    """Return a thread so deep that replies name whom they answer."""
    return [
        comment(n, f"Remark {n}.", parent=n - 1, author=MAIL if n % 2 else NUMBER)
        for n in range(1, 9)
    ]


@pytest.mark.parametrize("is_stored", [True, False])
def test_no_page_prints_it(tmp_path, is_stored):
    load(tmp_path, item(*remarks()))
    one = Comment.objects.get(source_id="7")
    if not is_stored:
        drop_segments([one.post_id])
    pages = [
        *(
            one.post.get_absolute_url(),
            one.get_absolute_url(),
            "/",
            "/search/?q=Remark",
        ),
        *(one.commenter.get_absolute_url(), one.capture.get_absolute_url()),
    ]
    client = Client()
    for address in pages:
        body = client.get(address).content.decode()
        assert "private.example" not in body, address
        assert "900123" not in body, address
    body = client.get(pages[0]).content.decode()
    assert "a…@…" in body
    assert "07…" in body


def test_what_another_copy_called_somebody_is_cut_as_well(tmp_path):
    load(tmp_path, item(comment(1, author="Ann")))
    load(tmp_path, item(comment(1, author=MAIL), title="Two"), name="2.xml")
    told = [
        Client().get(copy.get_absolute_url()).content.decode()
        for copy in Capture.objects.all()
    ]
    assert len(told) == 2
    assert not any("private.example" in body for body in told)
