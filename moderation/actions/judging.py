"""Automatic rules at work: on what an import brings, inside its batches.

They act on what arrives, never on history: on a comment that was written after the
owner had published the rule for its blog, and which waits or is published there. What
people decided stands.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from commentarchive.intake.judges import Arrival
from commentarchive.models import Blog, Comment, Visibility
from commentarchive.storage.prepared import Prepared
from moderation.actions.decisions import Case, Judgement, judge_batch
from moderation.actions.judgements import Automatic
from moderation.actions.remarks import Acquaintance, remarks_of, sought
from moderation.models import (
    Action,
    AutomaticRule,
    AutomaticVersion,
    Clause,
    Kind,
    PolicyVersion,
    RuleAction,
)
from moderation.rules.matchers import Matcher, Remark

_ACTS_ON = frozenset({Visibility.PUBLISHED, Visibility.HELD})
_log = logging.getLogger("commentarchive.imports")


class InForce(NamedTuple):
    """A blog's automatic rules as they stand, its own and the common ones."""

    own: AutomaticVersion | None
    common: AutomaticVersion | None

    @classmethod
    def on(cls, blog: Blog) -> "InForce":
        """Read the versions that act on a blog: two queries at most."""
        own = _last_version.first(blog.pk)
        takes_common = own is not None and own.common_from is not None
        common = _last_version.first(None) if takes_common else None
        return cls(own, common)


@Prepared
def _last_version(blog_pk: int | None) -> QuerySet[AutomaticVersion]:
    """Ask for the rules in force on a blog, or for the common ones."""
    return AutomaticVersion.objects.filter(blog=blog_pk).newest_first()[:1]


def automatic_judge(blog: Blog) -> "AutomaticJudge | None":
    """Return the judge of an import, None where no automatic rule acts on its blog.

    Named in settings.JUDGES. Costs one query where a blog has no rules.
    """
    in_force = InForce.on(blog)
    return AutomaticJudge(blog, in_force) if _acting(in_force) else None


@dataclass(frozen=True, slots=True)
class Acting:
    """A rule that acts on a blog, and on what was written since when."""

    version: AutomaticVersion
    rule: AutomaticRule
    since: datetime


def _acting(in_force: InForce) -> dict[int, Acting]:
    """Return the rules that act on a blog, by their numbers."""
    own, common = in_force
    found: dict[int, Acting] = {}
    for version in filter(None, in_force):
        begun = own.common_from if own and version is common else None
        for rule in version.automatic_rules.all():
            since = max(rule.acts_from, begun or rule.acts_from)
            found[rule.number] = Acting(version, rule, since)
    return found


class AutomaticJudge:
    """Puts on hold or blocks what the automatic rules of a blog find in an import."""

    def __init__(self, blog: Blog, in_force: InForce) -> None:
        self._blog = blog
        self._take(in_force)

    def _take(self, in_force: InForce) -> None:
        self._in_force = in_force
        self._acting = acting = _acting(in_force)
        self._matcher = Matcher(sought(each.rule) for each in acting.values())
        self._since = min((each.since for each in acting.values()), default=None)
        kinds = {each.rule.kind for each in acting.values()}
        self._known = Acquaintance(self._blog, kinds)

    def judge(self, arrivals: Sequence[Arrival]) -> None:
        """Decide by the rules as they stand at this moment."""
        self._look_again()
        new = [
            (each, each.posted_at)
            for each in arrivals
            if each.posted_at and self._since and each.posted_at >= self._since
        ]
        new = [(each, at) for each, at in new if each.visibility in _ACTS_ON]
        if not new:
            return
        new.sort(key=lambda pair: (pair[1], pair[0].comment_pk))
        self._known.meet([each.comment_pk for each, _at in new], new[0][1])
        met: dict[int, Acting] = {}
        for each, at in new:
            if strongest := self._strongest(each, at):
                met[each.comment_pk] = strongest
        if met:
            self._decide(met)

    def _look_again(self) -> None:
        """Follow what was published since the import began: rules may be withdrawn."""
        now = InForce.on(self._blog)
        if now != self._in_force:
            self._take(now)

    def _strongest(self, arrival: Arrival, at: datetime) -> Acting | None:
        """Return the rule that decides: one that blocks, then the lowest number."""
        remark = self._known.with_past(
            Remark(
                name=arrival.name,
                link=arrival.link,
                plain=arrival.plain,
                html=arrival.html,
            ),
            arrival.comment_pk,
            at,
        )
        found = [self._acting[number] for number in self._matcher.matched(remark)]
        found = [each for each in found if at >= each.since]
        if arrival.visibility == Visibility.HELD:
            # It waits already.
            found = [each for each in found if each.rule.action == RuleAction.BLOCK]
        return min(found, key=_weight, default=None)

    def _decide(self, met: Mapping[int, Acting]) -> None:
        clauses = clauses_in_force(self._blog)
        comments = Comment.objects.select_related("post").in_bulk(list(met))
        cases = []
        for pk, acting in met.items():
            comment, clause = comments[pk], clauses.get(acting.rule.house_rule)
            # The best copy's time counts, and nobody's state is guessed at.
            is_history = comment.posted_at is None or comment.posted_at < acting.since
            if clause is None or is_history or comment.source_state == "unknown":
                continue
            cases.append(_case(comment, acting, clause))
        _made, passed_over = judge_batch(cases)
        for case in passed_over:
            _log.warning(
                "Automatic rule %s was not applied to %s: it was decided on, or the "
                "sentence of the rule cannot stand there.",
                case.judgement.automatic and case.judgement.automatic.rule,
                case.comment.ref,
            )


def _case(comment: Comment, acting: Acting, clause: Clause) -> Case:
    rule = acting.rule
    judgement = Judgement(
        action=Action(rule.action),
        clause=clause,
        facts=rule.sentence,
        automatic=Automatic(rules=acting.version.ref, rule=rule.number),
    )
    return Case(comment=comment, judgement=judgement)


def _weight(acting: Acting) -> tuple[bool, int]:
    return acting.rule.action != RuleAction.BLOCK, acting.rule.number


def clauses_in_force(blog: Blog | None) -> dict[int, Clause]:
    """Return the house rules that automatic rules of a blog may apply today, by number.

    Those of all blogs for None. A legal one is for people to apply.
    """
    policy = PolicyVersion.objects.in_force_at(timezone.now(), blog)
    if policy is None:
        return {}
    clauses = policy.clauses.filter(is_legal=False).select_related("policy")
    return {clause.number: clause for clause in clauses}


def matched(comments: Iterable[Comment]) -> dict[int, list[AutomaticRule]]:
    """Return which rules in force today each of some comments meets, by its key.

    Whether they act on it or not: a card shows them, but for texts that are there
    again, which are counted as they arrive. Costs the same number of queries for one
    comment as for hundreds of one blog.
    """
    of_blog: dict[Blog, list[Comment]] = {}
    for comment in comments:
        of_blog.setdefault(comment.post.blog, []).append(comment)
    return dict(
        chain.from_iterable(
            _matched_on(blog, found).items() for blog, found in of_blog.items()
        )
    )


def _matched_on(
    blog: Blog, comments: Sequence[Comment]
) -> dict[int, list[AutomaticRule]]:
    rules = {
        number: each.rule
        for number, each in _acting(InForce.on(blog)).items()
        if each.rule.kind != Kind.REPEATED
    }
    if not rules:
        return {comment.pk: [] for comment in comments}
    matcher = Matcher(map(sought, rules.values()))
    return {
        pk: [rules[number] for number in matcher.matched(remark)]
        for pk, remark in remarks_of(comments).items()
    }
