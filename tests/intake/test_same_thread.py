"""Two articles that are one thread: tied, comment by comment, and untied."""

import json
import re
import tempfile
from pathlib import Path

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commentarchive.actions.blogs import save_blog
from commentarchive.actions.claimed_gaps import claim_gap
from commentarchive.discussion.thread_sides import sides_of
from commentarchive.erasure.erase import erase
from commentarchive.intake.same_thread import (
    CannotTie,
    ChangedSince,
    Chosen,
    marks_of,
    untie_threads,
)
from commentarchive.ledger import triggers
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.ledger.verification import verify
from commentarchive.models import (
    BlogVisibility,
    Comment,
    Gap,
    Post,
    SamePair,
    SameThread,
)
from commentarchive.storage.write_locks import ImportRunning, import_lock
from tests import databases
from tests.dump import dump, standing
from tests.same_threads import exported, pasted, proposed, remarks, tie
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(tmp_path):
    return pasted(tmp_path)


@pytest.fixture
def new(old, tmp_path):
    return exported(tmp_path)


def untie(made):
    untie_threads(made, evidence="They are two.", by=SYSTEM)


def line(post, number):
    """Return the comment that begins on a line of the pasted text."""
    return Comment.objects.get(post=post, source_id__contains=f":L{number}-")


def own(post, number):
    return Comment.objects.get(post=post, source_id=str(number))


def page(post, query=""):
    whole = Client().get(f"{post.get_absolute_url()}{query}", follow=True).text
    # Without what programs read of the article, which says it once more.
    return re.sub(r"(?s)<script.*?</script>", "", whole)


def without_gap_refs(body):
    """Return a page without the references of gaps, which are found under new ones."""
    return re.sub(r"\bg[a-z2-7]{26}\b", "g", body)


def differences():
    return [str(each) for each in reconcile()]


def test_readers_see_one_thread(old, new):
    tie(old, new)
    answer = Client().get(old.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (302, new.get_absolute_url())
    body = page(old)
    assert body.count("the new fence a good deal") == 1
    assert body.count("Thanks!") == 1
    assert "Only in another source" in body
    assert body.count("Nobody asked the anglers") == 1
    assert body.count("A remark that only the export holds.") == 1
    # It stands after the one that both sources hold before it.
    _above, _mark, below = body.partition("Only in another source")
    assert f"/comments/{own(new, 12).ref}/in-thread/" in below
    assert "1 comment." in below
    listed = Client().get(new.blog.get_absolute_url()).text
    assert old.ref not in listed
    assert not differences()
    verify()


def test_the_places_of_comments_lead_to_the_one_thread(old, new):
    tie(old, new)
    led, leads, alone = line(old, 2), own(new, 11), line(old, 4)
    client = Client()
    for name in ("", "in-thread/"):
        answer = client.get(f"/comments/{led.ref}/{name}")
        assert answer["Location"] == f"/comments/{leads.ref}/{name}"
    at = client.get(f"/comments/{alone.ref}/in-thread/")["Location"]
    assert at == f"{new.get_absolute_url()}#{alone.ref}"
    assert "Nobody asked" in client.get(f"/comments/{alone.ref}/").text
    by_number = client.get(f"{old.get_absolute_url()}?source={led.source_id}")
    assert by_number["Location"].startswith(f"/comments/{led.ref}/")


def test_the_page_of_a_comment_shows_what_each_source_holds(old, new):
    tie(old, new)
    # The better source tells name and time; the other one's words stand beside it.
    body = Client().get(own(new, 12).get_absolute_url()).text
    assert "Ben" in body
    assert "the ducks do not mind it" in body
    assert "line 3" in body
    assert "name not known, date not known" in " ".join(body.split())


def test_what_seemed_to_be_missing_is_there(old, new):
    gap = Gap.objects.get(kind="quoted")
    made = tie(old, new)
    gap.refresh_from_db()
    withdrawn = Entry.objects.get(index=gap.withdrawn_entry)
    assert (withdrawn.event, withdrawn.subject) == ("gap.withdrawn", gap.ref)
    untie(made)
    again = Gap.objects.get(kind="quoted", withdrawn_entry=None)
    assert (again.after, again.at_most) == (gap.after, gap.at_most)
    assert not differences()


def test_a_gap_that_stands_is_shown_in_the_one_thread(old, new):
    chosen = [each for each in proposed(old, new) if each.one != line(old, 5).ref]
    tie(old, new, chosen)
    assert Gap.objects.get(kind="quoted").withdrawn_entry is None
    assert page(new).count('class="gap"') == 1


def test_untied_all_is_as_it_was(old, new):
    before, rows = dump(), standing()
    pages = [without_gap_refs(page(post)) for post in (old, new)]
    made = tie(old, new)
    assert without_gap_refs(page(old)) != pages[0]
    untie(made)
    assert (dump(), standing()) == (before, rows)
    assert [without_gap_refs(page(post)) for post in (old, new)] == pages
    assert not Comment.objects.exclude(leader=None).exists()
    assert not Post.objects.exclude(leader=None).exists()
    assert not differences()
    tie(old, new)
    assert not differences()


states = st.lists(st.sampled_from(["1", "0", "trash", "spam"]), min_size=5, max_size=5)


@given(states=states, drawn=st.data())
@settings(
    max_examples=databases.examples(9),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_tie_that_is_ended_leaves_the_same_dump(tmp_path, states, drawn):
    """Whatever is paired with whatever, and whatever either source hides."""
    with transaction.atomic():
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        old = pasted(folder)
        by_number = dict(zip(("c11", "c12", "c13", "c14", "c15"), states, strict=True))
        new = exported(folder, **by_number)
        sides = sides_of(old, new)
        ones, others = ([each.comment.ref for each in side] for side in sides)
        numbers = st.lists(st.integers(0, 4), min_size=1, max_size=5, unique=True)
        left, right = drawn.draw(numbers), drawn.draw(numbers)
        chosen = [
            Chosen(ones[one], others[other], None)
            for one, other in zip(left, right, strict=False)
        ]
        before, rows = dump(), standing()
        made = tie(old, new, chosen)
        for one, other in zip(left, right, strict=False):
            is_hidden = states[other] != "1"
            words = sides[0][one].excerpt
            # Somebody else may have said the same, and is paired with nobody.
            alike = [each.excerpt == words for each in sides[1]]
            if any(alike[:other] + alike[other + 1 :]):
                continue
            assert not (is_hidden and words in Client().get(page_of(new)).text)
        assert not differences()
        untie(made)
        assert (dump(), standing()) == (before, rows)
        assert not differences()
        transaction.set_rollback(True)


def page_of(post):
    return post.get_absolute_url()


def test_it_is_on_record(old, new):
    made = tie(old, new)
    untie(made)
    said = Entry.objects.filter(subject=made.ref).order_by("index")
    events = list(said.values_list("event", flat=True))
    assert events == ["crosspost.confirm", "crosspost.refuse"]
    assert made.pairs.count() == 4
    assert verify()


@pytest.mark.parametrize("state", ["0", "trash", "spam"])
def test_what_one_source_hides_no_page_shows(old, tmp_path, state):
    new = exported(tmp_path, c12=state)
    tie(old, new)
    body = page(new)
    assert "the ducks" not in body
    client = Client()
    assert "the ducks" not in client.get(own(new, 12).get_absolute_url()).text
    assert "the ducks" not in client.get("/search/?q=ducks").text
    assert "the ducks" not in client.get("/").text
    answer = client.get(f"/comments/{line(old, 3).ref}/", follow=True)
    assert "the ducks" not in answer.text
    assert client.get(f"/comments/{own(new, 12).ref}/proof/").status_code == 404


def test_what_is_hidden_in_the_source_that_gives_way_is_hidden(old, new):
    tie(old, new)
    led = line(old, 3)
    Comment.objects.filter(pk=led.pk).update(visibility="internal")
    assert "the ducks" not in page(new)
    Comment.objects.filter(pk=led.pk).update(visibility="published")
    assert "the ducks" in page(new)


def test_a_later_copy_that_hides_a_comment_hides_it(old, new, tmp_path):
    tie(old, new)
    exported(tmp_path, name="later.xml", c12="trash")
    assert "the ducks" not in page(new)
    assert Comment.objects.filter(leader__isnull=False).count() == 8


def test_the_same_copies_again_change_nothing(old, new, tmp_path):
    tie(old, new)
    before = dump()
    pasted(tmp_path)
    load(
        tmp_path,
        item(*remarks(), title="The fence by the weir"),
        name="again.xml",
        blog_slug="quay",
    )
    assert SameThread.objects.standing().count() == 1
    assert page(old) == page(new)
    after = dump()
    assert after["comments"] == before["comments"]
    assert not differences()


def test_an_erasure_erases_both(old, new):
    tie(old, new)
    erase(own(new, 12), basis="legal")
    assert line(old, 3).visibility == own(new, 12).visibility == "erased"
    assert not differences()


def test_an_erasure_of_the_one_that_gives_way_erases_both(old, new):
    tie(old, new)
    erase(line(old, 3), basis="legal")
    assert own(new, 12).visibility == "erased"
    assert "the ducks" not in page(new)


def test_the_source_that_is_for_staff_alone_gives_nothing_away(old, new, tmp_path):
    other = pasted_elsewhere(tmp_path)
    tie(other, new)
    said_in = Comment.objects.get(post=other, source_id__contains=":L2-")
    claim_gap(other, number=2, said_in=said_in, by=SYSTEM)
    body = page(new)
    assert "Only the moorhens object" in body
    assert "someone says so" in body
    other.blog.visibility = BlogVisibility.STAFF
    save_blog(other.blog, by=SYSTEM)
    body = page(new)
    assert "Only the moorhens object" not in body
    assert "someone says so" not in body
    assert "Another source" not in Client().get(own(new, 11).get_absolute_url()).text


def pasted_elsewhere(tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    text = (
        "The fence by the weir is up.\n"
        "I like the new fence a good deal more than the old one.\n"
        "Only the moorhens object to it, if you ask me.\n"
    )
    return pasted(folder, text=text, roles="ass", slug="weir")


def test_an_article_for_staff_is_not_tied_to_a_public_one(old, new, tmp_path):
    other = pasted_elsewhere(tmp_path)
    other.blog.visibility = BlogVisibility.STAFF
    save_blog(other.blog, by=SYSTEM)
    with pytest.raises(CannotTie, match="Readers see only one of the two"):
        tie(other, new)
    assert not SameThread.objects.exists()


def test_what_cannot_be_tied_is_refused(old, new):
    with pytest.raises(CannotTie, match="same article"):
        tie(old, old)
    good = proposed(old, new)
    with pytest.raises(CannotTie, match="at least one pair"):
        tie(old, new, [])
    with pytest.raises(CannotTie, match=r"No\. 1 is in two pairs"):
        tie(old, new, [good[0], Chosen(good[1].one, good[0].other, None)])
    with pytest.raises(CannotTie, match="one comment of either"):
        tie(old, new, [Chosen(good[0].one, good[1].one, None)])
    with pytest.raises(CannotTie, match="by what evidence"):
        tie(old, new, evidence=" ")
    with import_lock(), pytest.raises(ImportRunning):
        tie(old, new)
    assert not SameThread.objects.exists()
    made = tie(old, new)
    with pytest.raises(CannotTie, match="tied already"):
        tie(new, old, good)
    untie(made)
    with pytest.raises(CannotTie, match="ended meanwhile"):
        untie(made)


def test_what_has_changed_since_it_was_shown_is_named(old, new, tmp_path):
    seen = marks_of(*sides_of(old, new))
    exported(tmp_path, name="later.xml", c12="trash")
    with pytest.raises(ChangedSince, match=r"no\. 2 of the other has changed"):
        tie(old, new, seen=seen)
    with pytest.raises(ChangedSince, match="is new"):
        tie(old, new, seen=" ".join(marks_of(*sides_of(old, new)).split()[1:]))


def test_sources_that_met_in_one_article_are_tied_in_it(tmp_path):
    address = "https://test.example/1/"
    old = pasted(tmp_path, address=address)
    post = exported_into(tmp_path)
    assert post.pk == old.pk
    assert page(post).count("the new fence a good deal") == 2
    before = dump()
    made = tie(post, post)
    body = page(post)
    assert body.count("the new fence a good deal") == 1
    assert body.count("Nobody asked the anglers") == 1
    assert "Only in another source" not in body
    assert not differences()
    untie(made)
    assert dump() == before


def exported_into(tmp_path):
    made = item(*remarks(), title="The fence by the weir")
    load(tmp_path, made, blog_slug="quay")
    return Post.objects.get()


def test_two_articles_may_lead_to_one(old, new, tmp_path):
    other = pasted_elsewhere(tmp_path)
    first, second = tie(old, new), tie(other, new)
    body = page(new)
    assert body.count("the new fence a good deal") == 1
    assert body.count("Only in another source") == 2
    assert Comment.objects.filter(leader=own(new, 11)).count() == 3
    untie(first)
    assert Comment.objects.filter(leader=own(new, 11)).count() == 2
    assert not differences()
    untie(second)
    assert not Comment.objects.exclude(leader=None).exists()
    assert not differences()


def test_pages_of_a_tied_thread_are_never_stored(old, new):
    made = tie(old, new)
    assert Post.objects.get(pk=new.pk).stored_places is None
    untie(made)
    assert Post.objects.get(pk=new.pk).stored_places is not None


def test_a_changed_row_is_noticed(old, new):
    tie(old, new)
    pair = SamePair.objects.first()
    for change in (
        lambda: Comment.objects.filter(pk=pair.comment_id).update(leader=None),
        lambda: Post.objects.filter(pk=old.pk).update(leader=None),
        lambda: SameThread.objects.update(ended_entry=1),
    ):
        with transaction.atomic():
            change()
            assert differences()
            transaction.set_rollback(True)
    triggers.install()
    with pytest.raises(Error), transaction.atomic():
        SameThread.objects.update(other=old)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM commentarchive_samepair")


def test_an_article_without_a_tie_costs_no_query_more(
    old, new, django_assert_num_queries
):
    client = Client()
    with django_assert_num_queries(QUERIES) as asked:
        client.get(new.get_absolute_url())
    assert not any("samethread" in each["sql"] for each in asked.captured_queries)


QUERIES = 8


def test_the_sample_is_tied_to_an_export_of_the_same_thread(samples, tmp_path):
    folder = samples / "transcript"
    truth = json.loads((folder / "saltmarsh.truth.json").read_text())
    text = (folder / "saltmarsh.txt").read_text()
    starts = {each["lines"][0] for each in truth["comments"]}
    last = truth["article"]["lines"][1]
    roles = "".join(
        "a" if line <= last else "s" if line in starts else "m"
        for line in range(1, len(text.splitlines()) + 1)
    )
    old = pasted(tmp_path, text=text, roles=roles)
    said = Comment.objects.filter(post=old).select_related("current_revision__text")
    plains = [each.current_revision.text.plain for each in said.in_thread_order()]
    assert len(plains) == len(truth["comments"])
    # The blog stores its quotes bent, breaks no line, and has lost one remark.
    stored = [" ".join(plain.replace("'", "’").split()) for plain in plains]
    del stored[9]
    export = [
        comment(n, words, author=f"Writer {n}", email=f"w{n}@mail.example")
        for n, words in enumerate(stored, 100)
    ]
    load(tmp_path, item(*export), blog_slug="quay")
    new = Post.objects.get(scheme="wordpress")
    made = tie(old, new)
    assert made.pairs.count() == len(stored)
    assert page(old).count('class="comment"') == len(plains)
    assert not differences()
    untie(made)
    assert not differences()
