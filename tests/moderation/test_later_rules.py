"""Decisions whose rule reads otherwise in a later version, at each blog."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from commentarchive.actions.blogs import save_blog
from commentarchive.ledger.append import SYSTEM
from commentarchive.models import Blog, Comment
from moderation.actions.decisions import Judgement, decide
from moderation.actions.policies import copy_to_draft, publish_policy
from moderation.actions.rule_endings import end_own_rules
from moderation.later_rules import LaterRules, changed_later
from moderation.models import Action, ClauseDraft, Decision, PolicyVersion
from moderation.rule_differences import rule_differences
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(tmp_path, by):
    """Decide under rules 2 and 5, at a blog of either kind."""
    from commentarchive.intake.session import import_files

    load(tmp_path, item(comment(1, "The ferry is late"), comment(2, "So are you")))
    other = export(item(comment(3, "The tram is late")), address="https://b.example")
    import_files([write(tmp_path, other, "other.xml")])
    return {
        source_id: decide(
            Comment.objects.get(source_id=source_id),
            Judgement(
                action=Action.REMOVE,
                clause=in_force().clauses.get(number=number),
                facts="Rude.",
            ),
            by=by,
        )
        for source_id, number in (("1", 2), ("2", 5), ("3", 2))
    }


def in_force(blog=None):
    return PolicyVersion.objects.in_force_at(timezone.now(), blog)


def changed():
    """Return the comments whose decision is kept, in each of the ways to ask."""
    kept = Decision.objects.filter(LaterRules().changed())
    found = set(kept.values_list("comment__source_id", flat=True))
    same = Decision.objects.filter(~LaterRules().changed(), clause__isnull=False)
    assert found | set(same.values_list("comment__source_id", flat=True)) == set("123")
    for decision in Decision.objects.with_context():
        is_kept = decision.comment.source_id in found
        assert (changed_later(decision) is not None) is is_kept
    return found


def test_a_rule_that_reads_otherwise_is_found(made):
    assert changed() == set()
    ClauseDraft.objects.filter(number=2).update(text="Be kind.")
    version = publish_policy()
    assert changed() == {"1", "3"}
    assert changed_later(made["1"]) == (version, False, None)


@pytest.mark.parametrize("change", [{"against": "“Toad.”"}, {"allowed": "“Hm.”"}])
def test_other_examples_are_a_change(made, change):
    ClauseDraft.objects.filter(number=2).update(**change)
    publish_policy()
    assert changed() == {"1", "3"}


def test_ready_sentences_and_order_are_none(made):
    ClauseDraft.objects.filter(number=2).update(ready_sentences="Rude.", place=90)
    publish_policy()
    assert changed() == set()


def test_a_rule_that_is_gone_and_back_again_was_changed(made):
    ClauseDraft.objects.filter(number=5).update(is_out=True)
    without = publish_policy()
    ClauseDraft.objects.filter(number=5).update(is_out=False)
    publish_policy()
    assert changed() == {"2"}
    assert changed_later(made["2"]) == (without, True, None)


def test_rules_of_an_earlier_time_are_no_later_ones(made):
    ClauseDraft.objects.filter(number=2).update(text="As it read then.")
    publish_policy(in_force_at=datetime(2010, 1, 1, tzinfo=UTC), as_told=True)
    assert changed() == set()


def test_a_blogs_own_rules_follow_the_archives_there_alone(made):
    one = made["1"].post.blog
    copy_to_draft(in_force(), blog=one)
    publish_policy(blog=one)
    assert changed() == set()
    # Those of the archive are no longer in force at it.
    ClauseDraft.objects.filter(blog=None, number=5).update(text="Keep to it.")
    publish_policy()
    assert changed() == set()
    ClauseDraft.objects.filter(blog=one, number=2).update(text="Be kind here.")
    own = publish_policy(blog=one)
    assert changed() == {"1"}
    assert changed_later(made["1"]) == (own, False, None)
    ClauseDraft.objects.filter(blog=None, number=2).update(text="Be kind everywhere.")
    publish_policy()
    assert changed() == {"1", "3"}


def test_the_log_filters_alike_in_every_form(made):
    ClauseDraft.objects.filter(number=2).update(text="Be kind.")
    version = publish_policy()
    refs = {made["1"].ref, made["3"].ref}
    public = Client()
    for kept, query in ((refs, "changed"), ({made["2"].ref}, "same")):
        for page in ("log/", "log.csv", "log.json", "log.atom"):
            answer = public.get(f"/moderation/{page}?rule_now={query}")
            streamed = getattr(answer, "streaming_content", None)
            body = (b"".join(streamed) if streamed else answer.content).decode()
            found = {made[n].ref for n in "123" if made[n].ref in body}
            assert found == kept, (page, query)
        rows = public.get(f"/api/v1/log/?rule_now={query}").json()["items"]
        assert {row["id"] for row in rows} == kept
        for row in rows:
            told = row["rule_changed_later"]
            assert bool(told) is (query == "changed")
            assert row["rules_published_at"]
            assert row["rules_in_force_from"]
    assert public.get("/moderation/log/?rule_now=never").status_code == 400
    answer = public.get("/moderation/log.json?rule_now=changed")
    row = json.loads(b"".join(answer.streaming_content))[0]
    assert row["rule_changed_later"].endswith(version.changes_url)
    assert row["rules_published_at"]


def test_the_statement_and_the_desk_say_so(made, desk):
    ClauseDraft.objects.filter(number=2).update(text="Be kind.")
    version = publish_policy()
    body = Client().get(made["1"].get_absolute_url()).content.decode()
    assert "This rule was changed later" in body
    assert f'href="{version.changes_url}#rule-2"' in body
    assert body.count("published here") == 2
    body = Client().get(made["2"].get_absolute_url()).content.decode()
    assert "changed later" not in body
    address = "/moderation/desk/policy/decisions/"
    body = desk.get(address).content.decode()
    assert "changed later: 2" in body
    assert f'href="{version.changes_url}#rule-2"' in body
    assert Client().get(address).status_code == 302


def test_staff_find_those_of_a_blog_that_only_they_see(made, desk):
    blog = made["1"].post.blog
    copy_to_draft(in_force(), blog=blog)
    ClauseDraft.objects.filter(blog=blog, number=2).update(text="A secret rule.")
    publish_policy(blog=blog)
    blog.visibility = "staff"
    save_blog(blog, by=SYSTEM, reason="Not yet.")
    assert (
        "changed later: 1"
        in desk.get("/moderation/desk/policy/decisions/").content.decode()
    )
    rows = Client().get("/api/v1/log/?rule_now=changed").json()["items"]
    assert rows == []


def test_differences_name_each_kind_of_change(made):
    before = list(in_force().clauses.all())
    ClauseDraft.objects.filter(number=8).update(is_out=True)
    ClauseDraft.objects.filter(number=2).update(text="Argue about what people do.")
    ClauseDraft.objects.filter(number=1).update(title="SPAM")
    ClauseDraft.objects.create(number=9, title="Hats", text="No hats.", place=0)
    found = rule_differences(before, list(publish_policy().clauses.all()))
    told = {
        each.number: (
            bool(each.before),
            bool(each.after),
            [f.label for f in each.fields],
        )
        for each in found.rules
    }
    assert told == {
        9: (False, True, []),
        1: (True, True, ["Title"]),
        2: (True, True, ["The rule"]),
        8: (True, False, []),
    }
    assert not found.is_reordered
    # A title that differs in its case alone is shown as well.
    assert not found.rules[1].fields[0].pieces[0].is_same
    assert Blog.objects.count() == 2


def test_where_a_blogs_own_rules_end_the_archives_are_the_later_ones(made, by):
    blog = made["1"].post.blog
    usual = in_force()
    copy_to_draft(usual, blog=blog)
    ClauseDraft.objects.filter(blog=blog, number=2).update(text="Be kind here.")
    own = publish_policy(blog=blog)
    assert changed() == {"1"}
    end = end_own_rules(blog, by=by, seen=1)
    # Rule 2 stands again as it did when it was decided by.
    assert changed() == set()
    its = own.clauses.get(number=2)
    later = LaterRules()
    assert later.of(its, blog.pk) == (usual, False, end)
    assert later.of(its, blog.pk).url == usual.get_absolute_url()
    assert later.end_in_effect(blog.pk, timezone.now()) == end
    assert later.end_in_effect(made["3"].post.blog_id, timezone.now()) is None
    ClauseDraft.objects.filter(blog=None, number=2).update(text="Be kind everywhere.")
    common = publish_policy()
    assert [step.version for step in LaterRules().line(blog.pk)] == [
        *(usual, own, usual, common)
    ]
    assert changed() == {"1", "3"}
    assert changed_later(made["1"]) == (common, False, None)
