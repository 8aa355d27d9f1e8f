import pytest

from commentarchive.actions.blogs import save_blog
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db, pytest.mark.unreconciled]


@pytest.mark.parametrize("name", ["comment_types", "article_types"])
def test_types_that_were_let_through_past_the_record_are_found(tmp_path, name):
    load(tmp_path, item(comment(1)))
    blog = Blog.objects.get()
    reason = f"blog {blog.ref}: other {name} than the record says"
    Blog.objects.update(**{name: "review"})
    assert [each.reason for each in reconcile()] == [reason]
    Blog.objects.update(**{name: ""})
    setattr(blog, name, "review")
    save_blog(blog, by=SYSTEM)
    assert list(reconcile()) == []
    Blog.objects.update(**{name: "order_note"})
    assert [each.reason for each in reconcile()] == [reason]
