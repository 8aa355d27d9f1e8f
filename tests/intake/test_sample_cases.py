"""Small inputs that went wrong once, read where the folder of samples is there."""

from datetime import UTC, datetime

import pytest

from commentarchive.intake.session import import_files
from commentarchive.models import Comment, Gap, Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(samples):
    folder = samples / "cases"

    def _read(start, **options):
        [path] = folder.glob(f"{start}*")
        return import_files([path], **options)[0]

    return _read


def test_an_article_that_the_later_export_lacks(read, client):
    read("b-15a")
    read("b-15b")
    pages = {
        post.title: client.get(post.get_absolute_url()).text
        for post in Post.objects.public()
    }
    assert "gone from a later export" in pages["Pier"]
    assert "pier 29" in pages["Pier"]
    assert "gone from a later export" not in pages["Ferry"]


@pytest.mark.parametrize("order", [("b-15a", "b-16c"), ("b-16c", "b-15a")])
def test_a_blog_that_numbered_everything_anew(read, order):
    for start in order:
        read(start)
    assert sorted(post.title for post in Post.objects.all()) == ["Ferry", "Pier"]
    ferry = Comment.objects.filter(post__current_revision__text__title="Ferry")
    assert sorted(ferry.values_list("commenter__name__name", flat=True)) == [
        *("Ada", "Ben", "Dot")
    ]


def test_a_part_between_two_exports(read):
    read("a-34-a")
    read("a-34-b", saved_at=datetime(2012, 5, 4, 17, tzinfo=UTC))
    read("a-34-c")
    assert [copy["changes"] for copy in Post.objects.get().copies] == [{}, {}, {}]


@pytest.mark.parametrize("start", ["b-21", "a-32"])
def test_no_suspicion_from_a_weak_cue(read, start):
    read(start)
    assert not Gap.objects.exists()


def test_a_thread_without_a_state_waits_for_staff(read):
    read("b-23")
    waiting = Post.objects.left_for_staff()
    assert waiting.exists() or Post.objects.public().exists()
