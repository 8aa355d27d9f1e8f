"""Every way in which a text comes to be shown or hidden, taken through its action."""

import pytest
from django.test import Client

from commentarchive.actions.blogs import save_blog
from commentarchive.actions.release import release_article, take_back_article
from commentarchive.erasure.erase import erase
from commentarchive.intake.article_corrections import correct_article
from commentarchive.intake.corrections import correct_comment
from commentarchive.intake.other_article import move_comment
from commentarchive.intake.same_thread import untie_threads
from commentarchive.integrity.search_rows import compare_search
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import (
    Aspect,
    Blog,
    BlogVisibility,
    Comment,
    Post,
    PublicWords,
    RevisionText,
    SealedWords,
    TitleWords,
)
from commentarchive.search.find import find_titles
from commentarchive.search.index import catch_up
from commentarchive.search.query import parse
from commentarchive.text.search_words import words_of
from moderation.actions.decisions import Judgement, decide, undo
from moderation.models import Action
from tests.same_threads import tie
from tests.wxr import comment, item, load

WORDS = ("aardvark", "badger", "capybara", "dormouse")
WHY = "It says so itself."


def export_of(folder, name="export.xml", **changed):
    """Read the blog in, or again with some comments or articles otherwise."""
    rows = [
        comment(
            n,
            changed.get(f"c{n}", f"The {word} stood by the weir all of the night."),
            approved=changed.get(f"a{n}", "1"),
            author="Zed" if n == 2 else f"Nell{n}",
            email=f"nell{n}@mail.example",
        )
        for n, word in enumerate(WORDS, 1)
    ]
    load(
        folder,
        item(*rows[:3], title=changed.get("title", "Weirs")),
        item(rows[3], number=2, title="Fences", status=changed.get("status", "draft")),
        name=name,
        blog_slug="weirs",
    )


def looked_at(folder):
    export_of(folder)
    catch_up()
    check(ALL, {"weirs"})


ALL = {"aardvark", "badger", "capybara"}
pytestmark = [pytest.mark.django_db, pytest.mark.kept(make=looked_at)]


@pytest.fixture
def blog(db):
    return Blog.objects.get()


def the(number):
    return Comment.objects.select_related("post__blog", "told_below").get(
        source_id=f"{number}", scheme="wordpress", post__blog__slug="weirs"
    )


def article(number):
    return Post.objects.get(source_id=f"{number}", blog__slug="weirs")


def found_words():
    """Return which words a reader finds, and check that pages show no others."""
    found = set()
    for word in {*WORDS, "otter"}:
        page = Client().get("/search/", {"q": word}).text
        if f"<mark>{word}</mark>" in page:
            found.add(word)
        else:
            assert "0 comments<" in page, word
            assert page.count(word) == page.count(f'value="{word}"') + page.count(
                f"<title>Search: {word}"
            )
    return found


def check(words, titles):
    """Check that nothing hidden is looked in at once, and later all that is shown."""
    shown = set(Comment.objects.shown().values_list("pk", "current_revision"))
    rows = PublicWords.objects.values_list("subject_id", "revision_id")
    assert set(rows) <= shown
    public = set(Post.objects.public().values_list("pk", flat=True))
    assert set(TitleWords.objects.values_list("subject_id", flat=True)) <= public
    assert found_words() <= words
    catch_up()
    assert found_words() == words
    assert set(rows.all()) == shown
    found = {
        word for word in ("weirs", "fences", "dams") if find_titles(parse(word)).hits
    }
    assert found == titles
    assert [str(difference) for difference in compare_search()] == []
    is_shown = {"revision__in": Comment.objects.shown().values("current_revision")}
    texts = RevisionText.objects.filter(revision__comment__isnull=False)
    # One comment may be read in another source's place, with the same words.
    open_words = {each.plain for each in texts.filter(**is_shown)}
    kept = " ".join(PublicWords.objects.values_list("words", flat=True))
    for text in texts.exclude(**is_shown).exclude(plain__in=open_words):
        assert f" {' '.join(words_of(text.plain))} " not in kept


@pytest.mark.parametrize("action", [Action.HOLD, Action.REMOVE, Action.WITHHOLD])
def test_decisions_and_their_undoing(blog, action, judged):
    made = decide(the(1), judged(action), by=SYSTEM)
    check(ALL - {"aardvark"}, {"weirs"})
    undo(made, by=SYSTEM)
    check(ALL, {"weirs"})
    assert Client().get("/search/?q=is:moderated+weir").text.count("<mark>") == 1


@pytest.fixture
def judged(blog):
    from moderation.actions.policies import STARTER_RULES, publish_policy, start_draft
    from moderation.models import Clause

    start_draft(list(STARTER_RULES))
    publish_policy(by=SYSTEM)

    def make(action):
        if action == Action.HOLD:
            return Judgement(action=action)
        number = 4 if action == Action.WITHHOLD else 2
        clause = Clause.objects.get(number=number)
        return Judgement(action=action, clause=clause, facts="It is off the subject.")

    return make


def test_an_erasure(blog):
    erase(the(1), basis="legal")
    check(ALL - {"aardvark"}, {"weirs"})


def test_a_blog_for_staff_only_and_back(blog):
    for visibility, words, titles in (
        (BlogVisibility.STAFF, set(), set()),
        (BlogVisibility.UNLISTED, ALL, {"weirs"}),
    ):
        blog.visibility = visibility
        save_blog(blog, by=SYSTEM)
        check(words, titles)


def test_an_article_released_and_taken_back(tmp_path, blog):
    export_of(tmp_path, "other.xml", status="odd")
    check(ALL, {"weirs"})
    release_article(article(2), reason=WHY, by=SYSTEM)
    check({*ALL, "dormouse"}, {"weirs", "fences"})
    move_comment(the(1), article(2), None, reason=WHY, by=SYSTEM)
    check({*ALL, "dormouse"}, {"weirs", "fences"})
    found = Client().get("/search/", {"q": f"weir post:{article(2).ref}"}).text
    assert "2 comments<" in found
    take_back_article(article(2), reason=WHY, by=SYSTEM)
    check(ALL - {"aardvark"}, {"weirs"})


def test_what_later_copies_tell(tmp_path, blog):
    export_of(tmp_path, "edited.xml", c1="The otter stood by the weir.")
    check({"otter", "badger", "capybara"}, {"weirs"})
    export_of(tmp_path, "trashed.xml", c1="The otter stood by the weir.", a2="trash")
    check({"otter", "capybara"}, {"weirs"})
    export_of(tmp_path, "titled.xml", title="Dams", a1="spam")
    check({"badger", "capybara"}, {"dams"})


def test_words_that_a_copy_tells_of_a_comment_that_was_decided_on(
    tmp_path, blog, judged
):
    decide(the(1), judged(Action.HOLD), by=SYSTEM)
    export_of(tmp_path, "edited.xml", c1="The otter stood by the weir.")
    check(ALL - {"aardvark"}, {"weirs"})
    assert SealedWords.objects.filter(words__contains=" otter ").count() == 1


def test_names_and_titles_that_are_put_right(blog):
    correct_comment(the(2), Aspect.NAME, "Quill", reason=WHY, by=SYSTEM)
    check(ALL, {"weirs"})
    for name, number in (("zed", 0), ("quill", 1)):
        page = Client().get("/search/", {"q": f"author:{name}"}).text
        assert f"{number} comment" in page
    correct_article(article(1), Aspect.TITLE, "Dams", reason=WHY, by=SYSTEM)
    check(ALL, {"dams"})


def test_one_thread_from_two_sources(tmp_path, blog):
    load(
        tmp_path,
        item(
            comment(1, "The aardvark stood by the weir all of the night."),
            comment(2, "The badger stood by the weir all of the night."),
            comment(3, "Nobody but an otter was ever seen near it by me."),
            link="https://led.example/{number}/",
        ),
        name="led.xml",
        blog_slug="led",
    )
    led = Post.objects.get(blog__slug="led")
    check({*ALL, "otter"}, {"weirs"})
    made = tie(led, article(1))
    # What both have is found once, what one has alone in the thread that leads.
    check({*ALL, "otter"}, {"weirs"})
    leader = led.leader or article(1)
    query = {"q": f"weir post:{Post.objects.get(pk=led.pk).ref}"}
    assert "3 comments<" in Client().get("/search/", query).text
    assert leader.title in Client().get("/search/?q=otter").text
    for one in Comment.objects.filter(post=led, source_id__in=["1", "3"]):
        decide(one, Judgement(action=Action.HOLD), by=SYSTEM)
    check(ALL - {"aardvark"}, {"weirs"})
    untie_threads(made, evidence=WHY, by=SYSTEM)
    check(ALL, {"weirs"})
