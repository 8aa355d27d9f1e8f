import pytest
from django.test import Client

from commentarchive.ledger.models import Entry, Opening
from commentarchive.models import Blog, Comment
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def changed(user, **values):
    client = Client()
    client.force_login(user)
    blog = Blog.objects.get()
    names = ("title", "address", "language", "time_zone", "visibility")
    data = {name: getattr(blog, name) for name in names} | values
    return client.post(f"/admin/commentarchive/blog/{blog.pk}/change/", data)


def test_an_owner_lets_a_type_of_comments_through_and_says_why(tmp_path, olive):
    load(tmp_path, item(comment(1), comment(2, kind="review")))
    answer = changed(olive, comment_types="review", reason="They are comments.")
    assert answer.status_code == 302
    assert Comment.objects.shown().count() == 2
    entry = Entry.objects.get(event="blog.change")
    assert b'"r":"owner"' in bytes(entry.leaf)
    assert Opening.objects.filter(entry=entry, field="reason").exists()


def test_a_type_that_is_never_let_through_is_refused_with_a_sentence(tmp_path, olive):
    load(tmp_path, item(comment(1), comment(2, kind="note")))
    answer = changed(olive, comment_types="note")
    assert "this type is never for readers" in answer.content.decode()
    assert Comment.objects.shown().count() == 1
    assert not Entry.objects.filter(event="blog.change").exists()


def test_nobody_else_can(tmp_path, alice):
    load(tmp_path, item(comment(1), comment(2, kind="review")))
    assert changed(alice, comment_types="review").status_code == 403
    assert Comment.objects.shown().count() == 1
