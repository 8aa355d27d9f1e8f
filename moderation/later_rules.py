"""Rules that changed after decisions were made under them.

At each blog versions follow one another by the date in force: the archive's, and from
the first of the blog's own on those alone. What is announced for later counts, so that
nothing here depends on a clock. Ready sentences and the order of the rules are no
change: readers are told no other rule by them.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q

from moderation.models import Clause, Decision, PolicyVersion


class LaterRule(NamedTuple):
    """The first later version in which a rule reads otherwise, or is not there."""

    version: PolicyVersion
    is_gone: bool


class LaterRules:
    """What became of every published rule at every blog; reads versions once."""

    def __init__(self) -> None:
        versions = PolicyVersion.objects.select_related("blog")
        self._versions = sorted(versions, key=lambda version: version.order)
        self._own: dict[int, list[PolicyVersion]] = {}
        for version in self._versions:
            if version.blog_id is not None:
                self._own.setdefault(version.blog_id, []).append(version)

    @cached_property
    def _rules(self) -> dict[int, dict[int, Clause]]:
        """The rules of each version by their numbers."""
        rules: dict[int, dict[int, Clause]] = {}
        for clause in Clause.objects.all():
            rules.setdefault(clause.policy_id, {})[clause.number] = clause
        return rules

    def line(self, blog_id: int | None) -> list[PolicyVersion]:
        """Return the versions in force at a blog, one after another."""
        own = self._own.get(blog_id or 0, [])
        return [
            version
            for version in self._versions
            if version.blog_id is None
            and (not own or version.in_force_at < own[0].in_force_at)
        ] + own

    def before(self, version: PolicyVersion) -> PolicyVersion | None:
        """Find the version that one took the place of at its blog."""
        earlier = [
            each for each in self.line(version.blog_id) if each.order < version.order
        ]
        return earlier[-1] if earlier else None

    def of(self, clause: Clause, blog_id: int | None) -> LaterRule | None:
        """Find how a rule changed at a blog after the version that holds it."""
        return self._later(clause, self.line(blog_id))

    def _later(self, clause: Clause, line: list[PolicyVersion]) -> LaterRule | None:
        own = next(each for each in self._versions if each.pk == clause.policy_id)
        for version in line:
            if version.order > own.order:
                now = self._rules[version.pk].get(clause.number)
                if now is None or now.reads != clause.reads:
                    return LaterRule(version, is_gone=now is None)
        return None

    def of_decision(self, clause_id: int | None, blog_id: int) -> LaterRule | None:
        """Find how the rule of a decision changed, by the keys of rule and blog."""
        if clause_id is None:
            return None
        return self._by_blog(blog_id).get(clause_id)

    def _by_blog(self, blog_id: int | None) -> dict[int, LaterRule]:
        """Return what changed at a blog, by the key of the rule that changed."""
        key = blog_id if blog_id in self._own else None
        if key not in self._changed:
            line = self.line(key)
            found = {
                clause.pk: self._later(clause, line)
                for rules in self._rules.values()
                for clause in rules.values()
            }
            self._changed[key] = {pk: later for pk, later in found.items() if later}
        return self._changed[key]

    @cached_property
    def _changed(self) -> dict[int | None, dict[int, LaterRule]]:
        return {}

    def changed(self) -> Q:
        """Return the condition that the rule of a decision changed after it."""
        usual = _under(self._by_blog(None))
        if self._own:
            usual &= ~Q(post__blog__in=list(self._own))
        for blog_id in self._own:
            usual |= Q(_under(self._by_blog(blog_id)), post__blog=blog_id)
        return usual


def _under(rules: Iterable[int]) -> Q:
    """Return the condition for decisions under some rules, by the wording of today."""
    keys = list(rules)
    return Q(clause_since__in=keys) | Q(clause_since=None, clause__in=keys)


def changed_later(decision: Decision) -> LaterRule | None:
    """Find how the rule of one decision changed after it; None if it did not."""
    if decision.rule is None:
        return None
    return LaterRules().of(decision.rule, decision.post.blog_id)
