import io

import pytest
from django.core.management import call_command

from commentarchive.discussion import stored_threads
from commentarchive.discussion.stored_threads import is_stored
from commentarchive.models import Post, Segment
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def test_pages_of_another_format_are_not_used_and_made_anew(
    tmp_path, monkeypatch, client
):
    load(tmp_path, item(comment(1, "Said once.")))
    [segment] = Segment.objects.all()
    page = client.get(segment.post.get_absolute_url()).content
    monkeypatch.setattr(stored_threads, "FORMAT", -1)
    monkeypatch.setattr(Segment.objects, "filter", _unread)
    assert client.get(segment.post.get_absolute_url()).content == page
    monkeypatch.undo()
    monkeypatch.setattr(stored_threads, "FORMAT", -1)
    assert not is_stored(Post.objects.get())
    out = io.StringIO()
    call_command("rebuild_segments", stdout=out)
    assert "All public discussions are stored." in out.getvalue()
    assert is_stored(Post.objects.get())
    assert Segment.objects.get().pk != segment.pk


def _unread(*_conditions, **_values):
    message = "A stored page of another format was read."
    raise AssertionError(message)
