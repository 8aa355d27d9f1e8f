"""Rules keep their numbers' meaning, in the archive's set and in every blog's own."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from commentarchive.ledger import triggers
from commentarchive.ledger.models import Entry, Role
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Blog, Comment
from moderation.actions.decisions import Judgement, Record, Refused, decide
from moderation.actions.policies import (
    CannotPublish,
    SaysNothingNew,
    copy_to_draft,
    publish_policy,
)
from moderation.actions.rule_drafts import (
    CannotKeep,
    DraftChanged,
    draft_of,
    keep_rule,
    mark_of,
    mark_of_draft,
    move_rule,
    put_back,
    take_out,
)
from moderation.actions.rule_endings import CannotEnd, RulesMoved, end_own_rules
from moderation.models import Action, Clause, ClauseDraft, PolicyEnd, PolicyVersion
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def blogs(tmp_path):
    """Return a blog that goes by the archive's rules and one that may have its own."""
    from commentarchive.intake.session import import_files

    load(tmp_path, item(comment(1, "The ferry is late")))
    other = export(item(comment(2, "The tram is late")), address="https://b.example")
    import_files([write(tmp_path, other, "other.xml")])
    return Blog.objects.order_by("pk")


@pytest.fixture
def published(by):
    return PolicyVersion.objects.get()


def new(number, blog=None, **values):
    return ClauseDraft(
        **{
            "number": number,
            "title": "Hats",
            "text": "No hats.",
            "blog": blog,
            **values,
        }
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": "Manners"}, "has always been “Abuse”"),
        ({"is_legal": True}, "other marks: none, not legal"),
        ({"is_spam": True}, "other marks: none, not spam"),
        ({"is_automatic": True}, "other marks: none, not automatic"),
    ],
)
def test_another_title_or_mark_needs_another_number(published, change, reason):
    ClauseDraft.objects.filter(number=2).update(**change)
    with pytest.raises(CannotPublish, match=reason) as refused:
        publish_policy()
    assert "such as 9." in str(refused.value)
    ClauseDraft.objects.filter(number=2).update(number=9)
    made = publish_policy()
    assert sorted(made.clauses.values_list("number", flat=True)) == [1, *range(3, 10)]


def test_other_words_case_and_white_space_keep_the_number(published):
    ClauseDraft.objects.filter(number=2).update(title=" ABUSE ", text="Be kind.")
    assert publish_policy().number == 2


def test_a_number_that_was_taken_out_is_not_used_again(published):
    ClauseDraft.objects.filter(number=8).delete()
    publish_policy()
    keep_rule(new(8))
    with pytest.raises(CannotPublish, match="always been “Other”"):
        publish_policy()


def test_no_blog_gives_a_number_of_another_set_another_meaning(published, blogs):
    one, other = blogs
    copy_to_draft(published, blog=one)
    keep_rule(new(9, one))
    publish_policy(blog=one)
    for blog in (None, other):
        if blog:
            copy_to_draft(published, blog=blog)
        keep_rule(new(9, blog, title="Shoes"))
        with pytest.raises(CannotPublish, match="always been “Hats”"):
            publish_policy(blog=blog)


def test_sets_count_their_versions_apart_and_the_record_names_the_blog(
    published, blogs
):
    one, other = blogs
    for blog in (one, other):
        copy_to_draft(published, blog=blog)
        made = publish_policy(blog=blog)
        assert (made.number, made.blog) == (1, blog)
        told = Entry.objects.get(index=made.entry_index)
        assert f'"blog":"{blog.ref}"'.encode() in bytes(told.leaf)
    with pytest.raises(SaysNothingNew):
        publish_policy(blog=one)
    assert list(reconcile()) == []


def test_another_order_is_another_version(published):
    seen = mark_of_draft(list(draft_of(None)))
    move_rule(None, 3, up=True, seen=seen)
    made = publish_policy()
    numbers = list(made.clauses.values_list("number", flat=True))
    assert numbers == [1, 3, 2, 4, 5, 6, 7, 8]
    assert list(reconcile()) == []


def test_rules_without_examples_are_committed_to_as_they_were(published):
    words = Clause.objects.get(number=8).words
    assert "against" not in words
    assert "against" in Clause.objects.get(number=1).words


def in_force(blog, moment=None):
    return PolicyVersion.objects.in_force_at(moment or timezone.now(), blog)


def test_a_blogs_own_rules_are_in_force_there_from_their_date_on(published, blogs, by):
    one, other = blogs
    then = timezone.now()
    copy_to_draft(published, blog=one)
    own = publish_policy(blog=one)
    assert in_force(one) == own
    assert in_force(one, then) == published
    assert in_force(other) == in_force(None) == published
    later = timezone.now() + timedelta(days=9)
    ClauseDraft.objects.filter(blog=one, number=8).update(text="Anything else.")
    announced = publish_policy(blog=one, in_force_at=later)
    assert in_force(one) == own
    assert in_force(one, later) == announced


def block(source_id, clause, by):
    return decide(
        Comment.objects.get(source_id=source_id),
        Judgement(action=Action.REMOVE, clause=clause, facts="Rude."),
        by=by,
    )


def test_a_decision_goes_by_the_rules_of_its_blog(published, blogs, by):
    one, _other = blogs
    copy_to_draft(published, blog=one)
    own = publish_policy(blog=one)
    usual, its = (version.clauses.get(number=2) for version in (published, own))
    for source_id, wrong, right in (("1", usual, its), ("2", its, usual)):
        with pytest.raises(Refused, match="not in force"):
            block(source_id, wrong, by)
        assert block(source_id, right, by).clause == right
    assert list(reconcile()) == []


def test_what_a_blog_tells_of_the_past_goes_by_the_rules_of_then(blogs, by):
    one, _other = blogs
    ClauseDraft.objects.filter(number=8).update(text="As it read then.")
    old = publish_policy(in_force_at=datetime(2010, 1, 1, tzinfo=UTC), as_told=True)
    copy_to_draft(old, blog=one)
    own = publish_policy(
        blog=one, in_force_at=datetime(2015, 1, 1, tzinfo=UTC), as_told=True
    )
    at = datetime(2014, 1, 1, tzinfo=UTC)
    for year, right, wrong in ((2014, old, own), (2016, own, old)):
        record = Record(
            decided_at=at.replace(year=year), role=Role.OWNER, known_from="a letter"
        )
        for version in (wrong, right):
            judgement = Judgement(
                action=Action.REMOVE,
                clause=version.clauses.get(number=2),
                facts="Rude.",
                record=record,
            )
            if version == wrong:
                with pytest.raises(Refused, match="not in force"):
                    decide(Comment.objects.get(source_id="1"), judgement, by=by)
            else:
                decide(Comment.objects.get(source_id="1"), judgement, by=by)


@pytest.mark.unreconciled
def test_reconcile_finds_a_version_of_another_blog(published, blogs):
    one, other = blogs
    copy_to_draft(published, blog=one)
    made = publish_policy(blog=one)
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE moderation_policyversion SET blog_id = %s WHERE id = %s",
            [other.pk, made.pk],
        )
    triggers.install()
    found = [str(each) for each in reconcile()]
    assert any("is of another blog or of none" in each for each in found), found


def test_a_rule_is_kept_changed_moved_taken_out_and_put_back(published):
    keep_rule(new(9))
    keep_rule(new(9))
    assert list(draft_of(None))[-1].number == 9
    rule = draft_of(None).get(number=9)
    keep_rule(new(10, text="No tall hats."), number=9, seen=mark_of(rule))
    assert not draft_of(None).filter(number=9).exists()
    rule = draft_of(None).get(number=10)
    take_out(None, 10, seen=mark_of(rule))
    assert draft_of(None).get(number=10).is_out
    assert publish_is_nothing_new()
    put_back(None, 10, {})
    assert not draft_of(None).get(number=10).is_out
    made = publish_policy()
    assert made.clauses.get(number=10).text == "No tall hats."


def publish_is_nothing_new():
    with pytest.raises(SaysNothingNew):
        publish_policy()
    return True


def test_a_published_rule_comes_back_as_it_was_published(published):
    ClauseDraft.objects.filter(number=8).delete()
    put_back(None, 8, {rule.number: rule for rule in published.clauses.all()})
    assert publish_is_nothing_new()
    with pytest.raises(DraftChanged, match="no rule 77"):
        put_back(None, 77, {})


def test_no_number_stands_twice_in_a_draft(published):
    with pytest.raises(CannotKeep, match="There is a rule 2 in the draft already"):
        keep_rule(new(2))
    with pytest.raises(CannotKeep, match="rule 2 in the draft"):
        keep_rule(new(2), number=8)
    take_out(None, 2, seen=mark_of(draft_of(None).get(number=2)))
    with pytest.raises(CannotKeep, match="among the rules taken out"):
        keep_rule(new(2))


def test_whoever_comes_second_is_told_what_changed(published):
    drafts = list(draft_of(None))
    seen, whole = mark_of(drafts[1]), mark_of_draft(drafts)
    drafts[1].text = "Be kind."
    keep_rule(drafts[1], number=2, seen=seen)
    # The same again is no conflict.
    keep_rule(drafts[1], number=2, seen=seen)
    drafts[1].text = "Be kinder."
    with pytest.raises(DraftChanged, match="since you looked: text"):
        keep_rule(drafts[1], number=2, seen=seen)
    with pytest.raises(DraftChanged, match="since you looked: text"):
        take_out(None, 2, seen=seen)
    with pytest.raises(DraftChanged, match="rule 2 reads otherwise"):
        move_rule(None, 2, up=True, seen=whole)
    with pytest.raises(DraftChanged, match="rule 2 reads otherwise"):
        publish_policy(seen=whole)
    ClauseDraft.objects.filter(number=2).update(number=12)
    with pytest.raises(DraftChanged, match="rule 12 is new, rule 2 is no longer there"):
        publish_policy(seen=whole)
    with pytest.raises(DraftChanged, match="Rule 2 is no longer in the draft"):
        keep_rule(drafts[1], number=2, seen=seen)


@pytest.fixture
def own(published, blogs):
    """Return the version of a blog's own rules, of which rule 8 reads otherwise."""
    copy_to_draft(published, blog=blogs[0])
    ClauseDraft.objects.filter(blog=blogs[0], number=8).update(text="Anything rude.")
    return publish_policy(blog=blogs[0])


def ended(version, by, **more):
    return end_own_rules(version.blog, by=by, seen=version.number, **more)


def test_the_archives_rules_are_in_force_again_where_a_blogs_own_end(
    published, own, by
):
    later = timezone.now() + timedelta(days=9)
    begun = PolicyVersion.objects.begun()
    end = ended(own, by, ends_at=later)
    said = Entry.objects.get(index=end.entry_index)
    assert (said.event, said.subject) == ("policy.end", own.ref)
    assert f'"blog":"{own.blog.ref}"'.encode() in bytes(said.leaf)
    assert in_force(own.blog) == own
    assert in_force(own.blog, later) == in_force(None, later) == published
    assert PolicyVersion.objects.begun() == begun
    # The same form again, and another time.
    assert ended(own, by, ends_at=later) == end
    with pytest.raises(CannotEnd, match="on record already"):
        ended(own, by)
    assert list(reconcile()) == []


def test_own_rules_begin_again_in_the_same_words(published, own, by):
    begun = PolicyVersion.objects.begun()
    ended(own, by)
    assert PolicyVersion.objects.begun() == begun + 1
    assert in_force(own.blog) == published
    again = publish_policy(blog=own.blog)
    assert (again.number, in_force(own.blog)) == (2, again)
    assert not Blog.objects.exclude(pk=own.blog_id).filter(policy_versions=again)
    # An end that is announced goes with the version that it ends.
    ended(again, by, ends_at=timezone.now() + timedelta(days=9))
    third = publish_policy(blog=own.blog)
    assert in_force(own.blog, timezone.now() + timedelta(days=99)) == third
    assert list(reconcile()) == []


def test_a_decision_keeps_the_rule_that_ended(published, own, by):
    made = block("1", own.clauses.get(number=2), by)
    ended(own, by)
    with pytest.raises(Refused, match="not in force"):
        block("1", own.clauses.get(number=2), by)
    made.refresh_from_db()
    assert made.clause.policy == own
    assert list(reconcile()) == []


def test_rules_end_neither_in_the_past_nor_before_they_begin(published, own, by):
    now, blog = timezone.now(), own.blog
    with pytest.raises(CannotEnd, match="no rules of its own"):
        end_own_rules(Blog.objects.exclude(pk=blog.pk).get(), by=by, seen=1)
    with pytest.raises(CannotEnd, match="That is over"):
        ended(own, by, ends_at=now - timedelta(minutes=5))
    ClauseDraft.objects.filter(blog=blog, number=8).update(text="Anything else.")
    announced = publish_policy(blog=blog, in_force_at=now + timedelta(days=9))
    with pytest.raises(RulesMoved, match="Version 2 was published"):
        ended(own, by)
    with pytest.raises(CannotEnd, match="it ends after that"):
        ended(announced, by, ends_at=now + timedelta(days=3))
    assert not PolicyEnd.objects.exists()
    assert not Entry.objects.filter(event="policy.end").exists()


@pytest.mark.unreconciled
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("SET ends_at = published_at", "ends at another time"),
        ("SET entry_index = 1", "the end of a blog’s own rules that it speaks of"),
        ("SET entry_index = 1", "which refers to it"),
    ],
)
def test_reconcile_finds_an_end_that_no_entry_tells(published, own, by, change, told):
    ended(own, by, ends_at=timezone.now() + timedelta(days=9))
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE moderation_policyend {change}")
    triggers.install()
    assert any(told in str(each) for each in reconcile())
