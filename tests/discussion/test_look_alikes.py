"""Names that pose as another one are pointed out, by what readers see at the time."""

import pytest
from django.core.management import call_command
from django.test import Client

from commentarchive.actions.joined_names import join_names, split_names
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import (
    Comment,
    Commenter,
    CommenterName,
    Confidence,
    Post,
    Segment,
)
from moderation.actions.decisions import Judgement, decide, undo
from moderation.models import Action
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
POSING, OTHER = "Аnn Bell", "Ann Bell"
BADGE = f"looks like another name here: <bdi>{OTHER}</bdi>, with Cyrillic letters"


def page_of(source_id):
    one = Comment.objects.get(source_id=str(source_id))
    return Client().get(one.post.get_absolute_url()).text


def posing(number=1, **facts):
    return item(comment(1, "Of one.", author=POSING, **facts), number=number)


def other(number=2, **facts):
    return item(comment(2, "Of the other.", author=OTHER, **facts), number=number)


@pytest.mark.parametrize("order", ["together", "posing first", "other first"])
def test_no_order_of_reading_changes_what_is_pointed_out(tmp_path, order):
    one, two = posing(email=""), other(email="")
    if order == "together":
        load(tmp_path, one, two)
    else:
        for made in (one, two) if order == "posing first" else (two, one):
            load(tmp_path, made)
    assert BADGE in page_of(1)
    assert "looks like another" not in page_of(2)
    own = Comment.objects.get(source_id="1")
    assert BADGE in Client().get(own.get_absolute_url()).text
    assert BADGE in Client().get(f"{own.post.get_absolute_url()}?order=newest").text
    page = Client().get(own.commenter.get_absolute_url()).text
    assert "Looks like another name here" in page
    page = (
        Client()
        .get(Comment.objects.get(source_id="2").commenter.get_absolute_url())
        .text
    )
    assert "Another name here looks like this one, with Cyrillic letters" in page
    # Nothing that names another name is stored, and all else is.
    assert not Segment.objects.filter(post=own.post).exists()
    assert Segment.objects.exclude(post=own.post).count() == 1


def test_a_name_that_is_not_shown_takes_no_part(tmp_path, by):
    load(tmp_path, posing(), other())
    shown = Comment.objects.get(source_id="2")
    one = Comment.objects.get(source_id="1")
    addresses = [
        *(one.post.get_absolute_url(), one.get_absolute_url()),
        *(one.commenter.get_absolute_url(), "/feeds/all.atom"),
    ]
    decision = decide(shown, Judgement(action=Action.HOLD), by=SYSTEM)
    for address in addresses:
        text = Client().get(address).text
        assert "ooks like another" not in text
        assert f">{OTHER}<" not in text
    undo(decision, by=by)
    assert BADGE in page_of(1)


def test_a_name_that_was_never_shown_takes_no_part(tmp_path):
    load(tmp_path, posing(), other(approved="0"))
    assert "looks like another" not in page_of(1)
    # Nor is anything stored that would have to be changed when it is.
    load(tmp_path, posing(), other())
    assert BADGE in page_of(1)


def test_a_name_that_was_erased_takes_no_part(tmp_path):
    load(tmp_path, posing(), other())
    ref = Comment.objects.get(source_id="2").commenter.ref
    call_command("erase", commenter=ref, basis="subject_request", verbosity=0)
    assert "looks like another" not in page_of(1)
    assert CommenterName.objects.get().name == POSING


def test_two_names_of_one_person_pose_as_nobody(tmp_path):
    load(tmp_path, posing(), other())
    names = [Commenter.objects.get(name__name=name) for name in (POSING, OTHER)]
    said = {"facts": "Both say so.", "by": SYSTEM}
    join_names(*names, Confidence.LIKELY, **said)
    assert BADGE in page_of(1)
    join_names(*names, Confidence.CERTAIN, **said)
    for page in (page_of(1), *(Client().get(n.get_absolute_url()).text for n in names)):
        assert "ooks like another" not in page
        assert "looks like this one" not in page
    split_names(*names, **said)
    assert BADGE in page_of(1)


def test_names_of_another_blog_take_no_part(tmp_path):
    load(tmp_path, posing(), name="one.xml", blog_slug="one")
    load(tmp_path, other(), name="two.xml", blog_slug="two")
    assert "looks like another" not in page_of(1)


def test_ways_of_writing_accuse_nobody_and_are_stored(tmp_path):
    rows = [
        comment(1 + n, "x", author=name)
        for n, name in enumerate(("René", "Rene", "RENE", "Ann", "Ann\u0301"))
    ]
    load(tmp_path, item(*rows))
    assert "looks like another" not in page_of(1)
    post = Post.objects.get()
    assert Segment.objects.filter(post=post).count() == 1


def test_a_card_at_the_desk_points_out_what_readers_do_not_see(tmp_path, desk):
    load(tmp_path, posing(), other(approved="0"))
    one = Comment.objects.get(source_id="1")
    assert BADGE in desk.get(f"/moderation/desk/comments/{one.ref}/").text
