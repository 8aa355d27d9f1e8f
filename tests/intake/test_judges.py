"""Judges that are named in settings see what a batch brings, and may decide on it."""

import pytest
from django.db import connection

from commentarchive.discussion.windows import (
    pages_in,
    places_of,
    render_windows,
    whole_thread,
)
from commentarchive.models import Comment, Post
from moderation.actions.decisions import Case, Judgement, judge_batch
from moderation.models import Action, Decision
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
SEEN = []


class Watcher:
    """Remembers what it is shown."""

    def __init__(self, blog):
        self.blog = blog

    def judge(self, arrivals):
        assert connection.in_atomic_block
        stored = Comment.objects.in_bulk([each.comment_pk for each in arrivals])
        SEEN.extend(
            (stored[each.comment_pk].source_id, each.plain, each.name, each.is_new)
            for each in arrivals
        )


class Holder:
    """Holds whatever speaks of watches."""

    def __init__(self, blog):
        self.blog = blog

    def judge(self, arrivals):
        pks = [each.comment_pk for each in arrivals if "watches" in each.plain]
        found = Comment.objects.in_bulk(pks)
        hold = Judgement(action=Action.HOLD)
        judge_batch([Case(comment=found[pk], judgement=hold) for pk in pks])


@pytest.fixture(autouse=True)
def _forget():
    SEEN.clear()


def test_a_judge_sees_new_comments_and_new_texts_once(tmp_path, settings):
    settings.JUDGES = [f"{__name__}.Watcher"]
    load(tmp_path, item(comment(1, "One."), comment(2, "Two.", parent=1)))
    assert SEEN == [("1", "One.", "Nell", True), ("2", "Two.", "Nell", True)]
    SEEN.clear()
    # A parent that is missing takes the general way.
    load(
        tmp_path,
        item(comment(1, "One."), comment(2, "Two, edited.", parent=1)),
        item(comment(3, "Three.", parent=99), number=2),
        name="later.xml",
    )
    assert SEEN == [("2", "Two, edited.", "Nell", False), ("3", "Three.", "Nell", True)]


def test_what_a_judge_holds_is_hidden_from_the_first_moment(tmp_path, settings):
    settings.JUDGES = [f"{__name__}.Holder"]
    load(tmp_path, item(comment(1, "Cheap watches!"), comment(2, "Hello.", parent=1)))
    held = Comment.objects.get(source_id="1")
    assert (held.visibility, Decision.objects.get().comment) == ("held", held)
    post = Post.objects.select_related("blog").get()
    page = whole_thread(post).html
    assert b"watches" not in page
    assert b"Hello." in page
    [window] = render_windows(post, 0, pages_in(places_of(post)))
    assert window.html in page
