"""The about page explains how removals are known, each with an example from here."""

import re

import pytest
from django.test import Client

from commentarchive.actions.blogs import add_known_blog
from commentarchive.actions.claimed_gaps import claim_gap, end_claim
from commentarchive.discussion.grades import examples_of_grades
from commentarchive.models import Blog, Comment, Grade
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<dd>[^<]*<a href="([^"]+)"')


def test_each_grade_has_an_example_that_shows_it(demo, client):
    page = client.get("/about/").text
    found = LINK.findall(page)
    assert len(found) == len(Grade)
    for grade, address in zip(Grade, found, strict=True):
        shown = client.get(address, follow=True)
        assert shown.status_code == 200
        assert grade.label in shown.text or grade is Grade.CLAIMED


def test_an_empty_archive_has_the_words_alone(db):
    page = Client().get("/about/").text
    assert all(grade.label in page.lower() for grade in Grade)
    assert LINK.findall(page) == []


def test_the_queries_do_not_grow_and_are_kept(demo, django_assert_num_queries, client):
    with django_assert_num_queries(5):
        found = examples_of_grades()
    assert set(found) == set(Grade.values)
    client.get("/about/")
    with django_assert_num_queries(3):
        client.get("/about/")


def test_what_is_not_public_or_does_not_stand_is_no_example(db, tmp_path, by):
    load(tmp_path, item(comment(1, "They blocked one of mine.")))
    said_in = Comment.objects.get(source_id="1")
    about = add_known_blog("https://elsewhere.example", by=by)
    gap = claim_gap(about, number=1, said_in=said_in, by=by)
    assert examples_of_grades() == {"claimed": said_in.get_absolute_url()}
    Blog.objects.filter(pk=about.pk).update(visibility="staff")
    assert examples_of_grades() == {}
    Blog.objects.filter(pk=about.pk).update(visibility="public")
    Blog.objects.filter(pk=said_in.post.blog_id).update(visibility="staff")
    assert examples_of_grades() == {}
    Blog.objects.update(visibility="unlisted")
    end_claim(gap, is_refused=False, reason="They took it back.", by=by)
    assert examples_of_grades() == {}
