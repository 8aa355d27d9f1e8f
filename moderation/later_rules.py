"""Rules that changed after decisions were made under them.

At each blog versions follow one another by the date in force: the archive's; from the
first of the blog's own on those alone; and the archive's again where the blog's own
end. What is announced for later counts, so that nothing here depends on a clock. Ready
sentences and the order of the rules are no change: readers are told no other rule by
them.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q

from moderation.models import Clause, Decision, PolicyEnd, PolicyVersion

_FIRST = (datetime.min.replace(tzinfo=UTC), -1)
_LAST = (datetime.max.replace(tzinfo=UTC), -1)


class Step(NamedTuple):
    """A version that comes into force at a blog."""

    version: PolicyVersion
    # The end of the blog's own rules, where it is in force again because of that.
    after: PolicyEnd | None = None

    @property
    def order(self) -> tuple[datetime, int]:
        """Return its place: when it comes into force, then its place on record."""
        if self.after is None:
            return self.version.order
        return self.after.ends_at, self.after.entry_index

    @property
    def since(self) -> datetime:
        return self.order[0]


class LaterRule(NamedTuple):
    """The first later version in which a rule reads otherwise, or is not there."""

    version: PolicyVersion
    is_gone: bool
    # Where that is the archive's again, because the blog's own rules ended.
    after: PolicyEnd | None = None

    @property
    def url(self) -> str:
        """Return the address that shows the difference."""
        if self.after is None:
            return self.version.changes_url
        return self.version.get_absolute_url()


class LaterRules:
    """What became of every published rule at every blog; reads versions once."""

    def __init__(self) -> None:
        versions = PolicyVersion.objects.select_related("blog", "end")
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

    def line(self, blog_id: int | None) -> list[Step]:
        """Return the versions in force at a blog, one after another."""
        own = self._own.get(blog_id or 0, [])
        line = list(self._common(None, own[0].order if own else _LAST))
        for place, version in enumerate(own, 1):
            line.append(Step(version))
            end = _end_of(version)
            until = own[place].order if place < len(own) else _LAST
            if end is not None and (end.ends_at, end.entry_index) < until:
                line += self._common(end, until)
        return line

    def _common(
        self, after: PolicyEnd | None, until: tuple[datetime, int]
    ) -> Iterator[Step]:
        """Yield the archive's versions in force between two times at a blog."""
        since = (after.ends_at, after.entry_index) if after else _FIRST
        common = [each for each in self._versions if each.blog_id is None]
        if after is not None:
            before = [each for each in common if each.order < since]
            yield from (Step(each, after) for each in before[-1:])
        yield from (Step(each) for each in common if since <= each.order < until)

    def before(self, version: PolicyVersion) -> PolicyVersion | None:
        """Find the version that one took the place of at its blog."""
        line = self.line(version.blog_id)
        earlier = [step for step in line if step.order < version.order]
        return earlier[-1].version if earlier else None

    def end_in_effect(self, blog_id: int, moment: datetime) -> PolicyEnd | None:
        """Find the end of a blog's own rules because of which it goes by others."""
        for step in reversed(self.line(blog_id)):
            if step.since <= moment:
                if step.version.blog_id is not None:
                    return None
                if step.after is not None:
                    return step.after
        return None

    def of(self, clause: Clause, blog_id: int | None) -> LaterRule | None:
        """Find how a rule changed at a blog after the version that holds it."""
        return self._later(clause, self.line(blog_id))

    def _later(self, clause: Clause, line: list[Step]) -> LaterRule | None:
        # Where it was in force twice, what counts is how it reads after the second
        # time: what was decided in the first is under the rule that stood again.
        begun = [step.order for step in line if step.version.pk == clause.policy_id]
        if not begun:
            own = next(each for each in self._versions if each.pk == clause.policy_id)
            begun = [own.order]
        for version, after in (step for step in line if step.order > begun[-1]):
            now = self._rules[version.pk].get(clause.number)
            if now is None or now.reads != clause.reads:
                return LaterRule(version, is_gone=now is None, after=after)
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


def _end_of(version: PolicyVersion) -> PolicyEnd | None:
    """Return the end of a version that was read with it."""
    end: PolicyEnd | None = getattr(version, "end", None)
    return end


def _under(rules: Iterable[int]) -> Q:
    """Return the condition for decisions under some rules, by the wording of today."""
    keys = list(rules)
    return Q(clause_since__in=keys) | Q(clause_since=None, clause__in=keys)


def changed_later(decision: Decision) -> LaterRule | None:
    """Find how the rule of one decision changed after it; None if it did not."""
    if decision.rule is None:
        return None
    return LaterRules().of(decision.rule, decision.post.blog_id)
