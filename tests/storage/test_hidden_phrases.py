"""The index of hidden words holds exactly what readers do not see, whatever happens."""

from random import Random

import pytest
from django.db.models import F, Q

from commentarchive.actions.blogs import save_blog
from commentarchive.erasure.erase import erase
from commentarchive.intake.other_article import move_comment
from commentarchive.ledger.append import SYSTEM
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import (
    Blog,
    BlogVisibility,
    Comment,
    HiddenPhrase,
    Post,
    Revision,
)
from commentarchive.storage import hidden_phrases
from commentarchive.storage.hidden_phrases import keep_phrases, other_phrases
from commentarchive.storage.quotations import find_quoted
from commentarchive.text.leaks import phrases_in
from moderation.actions.decisions import (
    AlreadyDecided,
    Judgement,
    Refused,
    decide,
    undo,
)
from moderation.models import Action, Clause, Decision
from tests import databases
from tests.same_threads import exported, pasted, tie
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db, pytest.mark.unreconciled]


def words(name):
    """Return nine words that no other text has."""
    return " ".join(f"{name}{each}" for each in "abcdefghk")


def found(name):
    """Return whether the words of a text are found as hidden ones."""
    assert keep_phrases()
    return bool(find_quoted(phrases_in(words(name))))


def the(source_id):
    return Comment.objects.get(source_id=source_id)


def settle(one, visibility):
    blog = Blog.objects.get(slug=one)
    blog.visibility = visibility
    save_blog(blog, by=SYSTEM)


def test_a_draft_its_title_and_its_comments_are_hidden(tmp_path):
    draft = {"title": words("title"), "body": words("body")}
    load(tmp_path, item(comment(1, words("under")), status="draft", **draft))
    assert found("title")
    assert found("body")
    assert found("under")
    load(tmp_path, item(comment(1, words("under")), **draft), name="2.xml")
    assert not any(map(found, ("title", "body", "under")))


def test_what_comes_later_to_a_hidden_article_is_hidden(tmp_path):
    load(tmp_path, item(comment(1, words("first")), status="private"))
    assert found("first")
    load(
        tmp_path,
        item(
            *(comment(1, words("other")), comment(2, words("second"))),
            status="private",
            body=words("changed"),
        ),
        name="2.xml",
    )
    assert found("second")
    assert found("other")
    assert found("changed")
    assert not list(reconcile())


def test_a_blog_for_staff_only_is_hidden_and_shown_again(tmp_path):
    load(tmp_path, item(comment(1, words("under")), body=words("body")))
    slug = Blog.objects.get().slug
    assert not found("body")
    for _again in range(2):
        settle(slug, BlogVisibility.STAFF)
        assert found("body")
        assert found("under")
        settle(slug, BlogVisibility.PUBLIC)
        assert not found("body")
        assert not found("under")


def test_a_comment_put_below_a_hidden_article_is_hidden(tmp_path):
    load(
        tmp_path,
        item(comment(1, words("moved"))),
        item(number=2, title="Hidden", status="private"),
    )
    assert not found("moved")
    hidden = Post.objects.get(is_public=False)
    move_comment(the("1"), hidden, None, reason="It belongs there.", by=SYSTEM)
    assert found("moved")


def test_what_one_source_hides_is_hidden_in_the_other_too(by, tmp_path):
    tie(pasted(tmp_path), exported(tmp_path))
    page = Comment.objects.get(
        post__scheme="transcript", current_revision__text__plain__startswith="I like"
    )
    said = page.current_revision.text.plain
    assert keep_phrases()
    assert not find_quoted(phrases_in(said))
    decide(the("11"), Judgement(action=Action.HOLD), by=by)
    assert keep_phrases()
    hidden = {each.comment for each in find_quoted(phrases_in(said))}
    assert hidden == {page.pk, the("11").pk}


def test_a_text_that_came_after_a_decision_is_hidden(by, tmp_path):
    load(tmp_path, item(comment(1, words("stands"), approved="0")))
    decide(the("1"), Judgement(action=Action.APPROVE), by=by)
    load(tmp_path, item(comment(1, words("sealed"))), name="2.xml")
    stands = the("1").current_revision.text.plain
    assert "stands" in stands
    assert found("sealed")
    assert not found("stands")


def test_a_decision_waits_for_no_more_than_it_can(by, tmp_path, monkeypatch):
    load(tmp_path, item(*(comment(each, words(f"no{each}")) for each in range(1, 8))))
    monkeypatch.setattr(hidden_phrases, "FEW", 2)
    monkeypatch.setattr(hidden_phrases, "PATIENCE", -1.0)
    Blog.objects.update(visibility=BlogVisibility.STAFF)
    facts = Judgement(action=Action.BLOCK, clause=Clause.objects.first(), facts="Rude.")
    with pytest.raises(Refused, match="try again in some minutes"):
        decide(the("1"), facts, by=by)
    hidden_phrases.keep_phrases_between_writes()
    assert found("no7")
    assert decide(the("1"), facts, by=by)


def read_anew(chance, tmp_path, number):
    """Import an export in which anything may have changed."""
    states = ("1", "1", "0", "trash", "spam")
    made = []
    for article in (1, 2, 3):
        comments = []
        for each in range(3):
            text = words(f"t{article}n{each}v{chance.randrange(3)}")
            approved = chance.choice(states)
            comments.append(comment(10 * article + each, text, approved=approved))
        text = {
            "title": words(f"t{article}title"),
            "body": words(f"t{article}v{chance.randrange(2)}body"),
        }
        status = chance.choice(("publish", "publish", "draft", "private"))
        kept = comments[: chance.randrange(4)]
        made.append(item(*kept, number=article, status=status, **text))
    load(tmp_path, *made, name=f"{number}.xml")


def act(chance, tmp_path, number, by):
    """Do one of the things that hide or show words."""
    comments = list(Comment.objects.exclude(visibility="erased").order_by("pk"))
    act = chance.randrange(7)
    if act <= 1 or not comments:
        return read_anew(chance, tmp_path, number)
    one = chance.choice(comments)
    if act == 2:
        blog = Blog.objects.get()
        blog.visibility = chance.choice(BlogVisibility.values)
        return save_blog(blog, by=SYSTEM)
    if act == 3:
        return decide(one, Judgement(action=Action.HOLD), by=by)
    if act == 4:
        return decide(one, Judgement(action=Action.APPROVE), by=by)
    if act == 5 and (last := Decision.objects.filter(comment=one).last()):
        return undo(last, by=by)
    target = Post.objects.exclude(pk=one.post_id).order_by("?").first()
    if act == 6 and target:
        return move_comment(one, target, None, reason="There.", by=SYSTEM)
    return erase(one, basis="legal") if number % 3 == 0 else None


@pytest.mark.parametrize("seed", range(databases.examples(3)))
def test_the_index_is_right_after_any_acts(by, tmp_path, seed):
    chance = Random(seed)
    read_anew(chance, tmp_path, 0)
    for number in range(1, 13):
        try:
            act(chance, tmp_path, number, by)
        except (ValueError, AlreadyDecided):
            continue
        assert keep_phrases()
        assert not list(other_phrases())
        check_each_text()
    assert not list(reconcile())
    before = set(HiddenPhrase.objects.values_list("digest", "revision"))
    hidden_phrases.rebuild()
    after = set(HiddenPhrase.objects.values_list("digest", "revision"))
    assert after <= before


def check_each_text():
    """Check that a text is found exactly where readers do not see it."""
    for each in Revision.objects.filter(text__isnull=False).select_related("text"):
        plain = each.text.plain
        is_found = bool(find_quoted(phrases_in(plain)))
        same = Revision.objects.filter(text__plain=plain)
        public = same.public_revisions().count()
        replaced = same.filter(
            comment__visibility="published", comment__decided_entry=None
        ).exclude(comment__current_revision=F("pk"))
        mere_spam = same.filter(comment__visibility="spam", comment__decided_entry=None)
        others = same.exclude(pk__in=replaced).exclude(pk__in=mere_spam)
        others = others.exclude(
            Q(post__is_public=True), ~Q(post__blog__visibility="staff")
        )
        if public == same.count():
            assert not is_found, plain
        elif others.exclude(pk__in=same.public_revisions()).exists():
            assert is_found, plain
