"""Names that pose as another one are pointed out, by what readers see at the time."""

import pytest
from django.core.management import call_command
from django.test import Client

from commentarchive.actions.joined_names import join_names, split_names
from commentarchive.intake.report import in_alikes
from commentarchive.integrity.name_looks import compare_looks
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
    told = f"/api/v1/comments/{one.ref}/"
    assert Client().get(told).json()["name"]["looks_like"] == {
        "id": shown.commenter.ref,
        "name": OTHER,
        "by": "with Cyrillic letters",
    }
    entry, _article = (
        Client().get(f"/feeds/posts/{one.post.ref}.atom").text.split("<entry>")[1:]
    )
    assert f"<name>{POSING}</name>" in entry
    assert '<category term="look-alike"' in entry
    words = "The name looks like another name here: &lt;bdi&gt;Ann Bell&lt;/bdi&gt;, "
    assert words in entry
    decision = decide(shown, Judgement(action=Action.HOLD), by=SYSTEM)
    assert Client().get(told).json()["name"]["looks_like"] is None
    for address in addresses:
        text = Client().get(address).text
        assert "ooks like another" not in text
        assert f">{OTHER}<" not in text
        assert "look-alike" not in text.replace("#look-alikes", "")
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


@pytest.mark.parametrize("odd_first", [True, False])
def test_an_import_says_which_new_names_look_like_others(tmp_path, odd_first):
    first, second = (posing(), other()) if odd_first else (other(), posing())
    assert in_alikes(load(tmp_path, first, name="a.xml").look_alikes) == ""
    told = load(tmp_path, second, name="b.xml")
    words = f"1 new name looks like another one: “{POSING}” like “{OTHER}”, with Cyri"
    assert in_alikes(told.look_alikes).startswith(words)
    # What is known already is not told again.
    assert in_alikes(load(tmp_path, first, second, name="c.xml").look_alikes) == ""
    assert in_alikes(load(tmp_path, second, name="b.xml").look_alikes) == ""


def test_of_many_the_first_are_named(tmp_path):
    names = ["Аnn Bell", "Ann Веll", "Ann Bеll", "Annа Bell", "Anna Bеll"]
    rows = [
        comment(n, "Words.", author=name)
        for n, name in enumerate([OTHER, "Anna Bell", *names], start=1)
    ]
    told = in_alikes(load(tmp_path, item(*rows)).look_alikes)
    assert told.startswith("5 new names look like others: ")
    assert told.endswith("; and 2 more")


@pytest.mark.unreconciled
def test_another_look_is_found_and_drawn_anew(tmp_path):
    load(tmp_path, posing(), other())
    assert list(compare_looks()) == []
    names = list(CommenterName.objects.all())
    CommenterName.objects.all().delete()
    for name in names:
        name.is_odd = False
    CommenterName.objects.bulk_create(names)
    [difference] = compare_looks()
    assert Commenter.objects.get(name__name=POSING).ref in str(difference)
    assert "looks like another" not in page_of(1)
    call_command("rebuild_segments", verbosity=0)
    assert list(compare_looks()) == []
    assert BADGE in page_of(1)
