"""Pages of long lists."""

import pytest
from django.test import RequestFactory

from commentarchive.models import Post
from commentarchive.views.pagination import paginate_by_key
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def test_what_a_page_adds_is_asked_of_its_own_rows_alone(tmp_path):
    load(
        tmp_path,
        *(item(comment(number, "Said."), number=number) for number in range(1, 6)),
    )
    asked = []

    def complete(rows):
        asked.append(sorted(rows.values_list("pk", flat=True)))
        return rows

    request = RequestFactory().get("/", {"page": "2"})
    page = paginate_by_key(request, Post.objects.order_by("-pk"), 2, complete)
    shown = [post.pk for post in page]
    assert (len(shown), page.paginator.count) == (2, 5)
    assert shown == sorted(shown, reverse=True)
    assert asked == [sorted(shown)]
