import pytest
from django.test import Client

from commentarchive.ledger.models import Entry
from commentarchive.models import Blog
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def test_a_blog_is_only_looked_at_and_changed_at_the_desk(tmp_path, olive):
    load(tmp_path, item(comment(1)))
    client, blog = Client(), Blog.objects.get()
    client.force_login(olive)
    page = f"/admin/commentarchive/blog/{blog.pk}/change/"
    text = client.get(page).text
    assert f"/moderation/desk/blogs/{blog.ref}/" in text
    assert 'name="title"' not in text
    before = Entry.objects.count()
    assert client.post(page, {"title": "Other"}).status_code == 403
    assert (Blog.objects.get().title, Entry.objects.count()) == (blog.title, before)
