"""Names that are hidden with a notice on the same words: of one blog, and found fast."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentarchive.actions.withheld_names import withheld_on
from commentarchive.models import Blog, Commenter, Part
from moderation.actions.decisions import Judgement, decide_on_part
from moderation.actions.parts import name_target
from moderation.models import Action
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def test_a_notice_on_a_name_is_one_on_its_words_in_its_blog_alone(tmp_path, by):
    for slug in ("one", "two"):
        load(tmp_path, item(comment(1, author="Nell")), name=slug, blog_slug=slug)
    one, two = Blog.objects.order_by("slug")
    name = name_target(Commenter.objects.get(blog=one), Part.NAME)
    decide_on_part(name, Judgement(action=Action.HOLD), by=by)
    assert withheld_on(one.pk) == {"nell": "held"}
    assert withheld_on(two.pk) == {}
    load(tmp_path, item(comment(2, author="NELL"), number=2), name="b", blog_slug="two")
    assert not Commenter.objects.filter(blog=two).exclude(hidden_name="").exists()


@pytest.mark.once
def test_a_batch_does_not_go_through_all_names_of_its_blog(tmp_path):
    load(tmp_path, item(comment(1)))
    with CaptureQueriesContext(connection) as asked:
        withheld_on(Blog.objects.get().pk)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[-1]['sql']}")
        steps = [row[-1] for row in cursor.fetchall()]
    [names] = [step for step in steps if "commentarchive_commenter " in f"{step} "]
    assert "USING INTEGER PRIMARY KEY (rowid=?)" in names, steps
