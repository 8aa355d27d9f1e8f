"""Figures of decisions."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.db.models import (
    Exists,
    OuterRef,
    Q,
    QuerySet,
)

from commentarchive.ledger.append import By
from commentarchive.ledger.models import Entry, Role
from commentarchive.models import Grade
from moderation.models import (
    Action,
    Clause,
    Conflict,
    Decision,
    DecisionWords,
)
from moderation.models.decision import DecisionQuerySet
from moderation.reports.figures.comments import (
    SEEN,
    UNSEEN,
    in_month,
    of_article,
    of_articles,
    of_blogs,
)
from moderation.reports.figures.decision_cells import (
    cells,
    counted_by_article,
    counted_by_blog,
    made,
    on_record,
)
from moderation.reports.figures.declared import WHOLE, Count, rounded
from moderation.reports.reach import AskedWithin, Reach
from moderation.reports.scope import Scope

NO_RULE = "none"
HIDDEN, REVERSED = "hidden", "reversed"
LATER, UNDATED = "later", "undated"
_TAKEN = {
    "person": "By a person",
    "automatic": "By an automatic rule, or when its time had come",
    "program": "By this program, as somebody at the server asked",
    "imported": "At the blog, as its own records tell",
}


def _by(scope: Scope, column: str) -> Counter[Any]:
    counted: Counter[Any] = Counter()
    for cell, n in cells(scope):
        counted[getattr(cell, column)] += n
    return counted


def count_all(scope: Scope) -> Iterator[Count]:
    """Count all decisions."""
    yield Count(WHOLE, "Decisions", sum(n for _cell, n in cells(scope)))


def rows_all(scope: Scope, _key: str) -> QuerySet[Decision]:
    """Return the decisions themselves."""
    return made(scope)


def _counter(
    column: str, words: Callable[[], Iterator[tuple[str, str]]]
) -> Callable[[Scope], Iterator[Count]]:
    """Return the function that counts decisions by a column, in the words' order."""

    def count(scope: Scope) -> Iterator[Count]:
        counted = _by(scope, column)
        for key, label in words():
            if counted[key]:
                yield Count(key, label, counted[key])

    return count


def _lister(column: str) -> Callable[[Scope, str], QuerySet[Decision]]:
    """Return the function that lists the decisions of one value of a column."""

    def rows(scope: Scope, key: str) -> QuerySet[Decision]:
        return made(scope).filter(**{column: key})

    return rows


def _choices(choices: Any) -> Callable[[], Iterator[tuple[str, str]]]:
    return lambda: ((each.value, _capital(str(each.label))) for each in choices)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


count_by_action, rows_by_action = _counter("act", _choices(Action)), _lister("act")
count_by_grade, rows_by_grade = _counter("grade", _choices(Grade)), _lister("grade")
count_taken = _counter("taken", lambda: iter(_TAKEN.items()))
rows_taken = _lister("taken")
count_overrides = _counter("override", _choices(Conflict))
rows_overrides = _lister("override")


def count_by_rule(scope: Scope) -> Iterator[Count]:
    """Count decisions by the rule that they name."""
    return of_rules(scope, _by(scope, "rule"))


def rows_by_rule(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the decisions under one rule, or under none."""
    return made(scope).filter(_under(key))


def count_hidden_by_rule(scope: Scope) -> Iterator[Count]:
    """Count the decisions that hid a comment, by the rule that they name."""
    counted: Counter[int | None] = Counter()
    for cell, n in cells(scope):
        if cell.is_hiding:
            counted[cell.rule] += n
    return of_rules(scope, counted)


def rows_hidden_by_rule(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the decisions that hid a comment under one rule."""
    return made(scope).filter(_under(key), is_hiding=True)


def of_rules(scope: Scope, counted: Counter[int | None]) -> Iterator[Count]:
    """Return a line a rule of each version, by version and number."""
    every = Clause.objects.select_related("policy__blog")
    ordered = every.order_by("policy__entry_index", "number")
    found = scope.once("rules", lambda: list(ordered))
    rules = [rule for rule in found if counted[rule.pk]]
    for rule in rules:
        whose = f" of {rule.policy.blog}" if rule.policy.blog else ""
        label = f"Rule {rule.number}, {rule.title} (rules {rule.policy.number}{whose})"
        yield Count(f"{rule.policy.ref}#{rule.number}", label, counted[rule.pk])
    if counted[None]:
        yield Count(NO_RULE, "No rule", counted[None])


def _under(key: str) -> Q:
    if key == NO_RULE:
        return Q(rule_then=None)
    policy, _hash, number = key.partition("#")
    named = Clause.objects.filter(policy__ref=policy, number=int(number))
    return Q(rule_then__in=named.values("pk"))


def count_by_decider(scope: Scope) -> Iterator[Count]:
    """Count decisions by who decided, as statements name them: no ranking."""
    counted: Counter[str] = Counter()
    for cell, n in cells(scope):
        counted[cell.decider or cell.role or NO_RULE] += n
    yield from sorted(
        (Count(key, _decider_label(scope, key), n) for key, n in counted.items()),
        key=lambda count: count.label.casefold(),
    )


def _decider_label(scope: Scope, key: str) -> str:
    if key == NO_RULE:
        return "Not told"
    if key in Role.values:
        return _capital(By(actor=None, role=Role(key)).shown)
    shown = Decision.objects.filter(actor__ref=key, entry_index__lt=scope.until)
    named = shown.exclude(decided_by="").order_by("-entry_index")
    return scope.once(
        ("decider", key),
        lambda: named.values_list("actor__handle", flat=True)[:1][0],
    )


def rows_by_decider(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the decisions of somebody, or of a role that names nobody."""
    if key in {NO_RULE, *Role.values}:
        role = "" if key == NO_RULE else key
        return made(scope).filter(decider="", decided_by_role=role)
    return made(scope).filter(decider=key)


def count_by_blog(scope: Scope) -> Iterator[Count]:
    """Count decisions by blog."""
    return of_blogs(scope, _by(scope, "blog"))


def rows_by_blog(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the decisions at one blog."""
    return made(scope).filter(post__blog__ref=key)


def count_by_thread(scope: Scope) -> Iterator[Count]:
    """Count the decisions below the articles that had most, and all others."""
    return of_articles(counted_by_article(scope))


def rows_by_thread(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the decisions below one article."""
    return made(scope).filter(of_article(key, counted_by_article(scope)))


def count_by_month(scope: Scope) -> Iterator[Count]:
    """Count decisions by month."""
    for month in scope.period.months():
        of_month = sum(n for _cell, n in cells(scope.at(month)))
        yield Count(month.name, month.title, of_month)


def rows_by_month(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the decisions of one month."""
    return made(in_month(scope, key))


def count_hiding(scope: Scope) -> Iterator[Count]:
    """Count decisions that hid a comment, by whether readers had seen it."""
    counted: Counter[bool] = Counter()
    for cell, n in cells(scope):
        if cell.is_hiding:
            counted[cell.was_seen] += n
    yield Count(SEEN, "Taken down: readers had seen it", counted[True])
    yield Count(UNSEEN, "Not published: no reader had seen it", counted[False])


def rows_hiding(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the decisions that hid what readers had seen, or had not."""
    return made(scope).filter(is_hiding=True, was_seen=key == SEEN)


def count_spam(scope: Scope) -> Iterator[Count]:
    """Count decisions that a comment is spam."""
    spam = sum(n for cell, n in cells(scope) if cell.is_spam)
    yield Count(WHOLE, "Called spam", spam)


def rows_spam(scope: Scope, _key: str) -> QuerySet[Decision]:
    """Return the decisions that a comment is spam."""
    return made(scope).filter(is_spam=True)


def _reversals(scope: Scope) -> tuple[int, int]:
    hiding = [(cell, n) for cell, n in cells(scope) if cell.is_hiding]
    return sum(n for _, n in hiding), sum(n for cell, n in hiding if cell.is_reversed)


def count_reversed(scope: Scope) -> Iterator[Count]:
    """Count decisions that hid a comment, and those of them that were reversed."""
    hidden, reversed_ = _reversals(scope)
    yield Count(HIDDEN, "Hid a comment", hidden)
    yield Count(REVERSED, "Of these: the comment was put back later", reversed_)


def rows_reversed(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the decisions that hid a comment, or those that were reversed."""
    hiding = made(scope).filter(is_hiding=True)
    return hiding.filter(is_reversed=True) if key == REVERSED else hiding


def share_reversed(scope: Scope) -> Iterator[Count]:
    """Return the share of decisions that hid a comment and were reversed."""
    hidden, reversed_ = _reversals(scope)
    share = rounded(100 * reversed_ / hidden) if hidden else None
    yield Count(WHOLE, "Share put back later", share)


def _late(reach: Reach) -> QuerySet[Any]:
    """Select the decisions of a period that were recorded after its end."""
    return made(reach).filter(reach.after_days("recorded_at"))


def _undated(reach: Reach) -> DecisionQuerySet:
    """Select the decisions without a date that were recorded in a period."""
    return on_record(reach).filter(reach.on_days("recorded_at"), decided_at=None)


@AskedWithin
def _numbers_late(reach: Reach) -> QuerySet[Any, Any]:
    return counted_by_blog(_late(reach))


@AskedWithin
def _numbers_undated(reach: Reach) -> QuerySet[Any, Any]:
    return counted_by_blog(_undated(reach))


def count_late(scope: Scope) -> Iterator[Count]:
    """Count decisions that the record has later than they were made, or undated."""
    yield Count(LATER, "Recorded after the period", sum(_numbers_late(scope.reach)))
    yield Count(
        UNDATED, "Without a date, recorded in it", sum(_numbers_undated(scope.reach))
    )


def rows_late(scope: Scope, key: str) -> QuerySet[Decision]:
    """Return the decisions that were recorded later, or have no date."""
    return _late(scope.reach) if key == LATER else _undated(scope.reach)


def _rewordings(scope: Scope | Reach) -> QuerySet[DecisionWords]:
    """Select later wordings of decisions that were written in a period."""
    by_then = Entry.objects.filter(
        event="decision.reword",
        subject=OuterRef("decision__ref"),
        subject_number=OuterRef("number") - 1,
        index__lt=scope.until,
    )
    written = DecisionWords.objects.filter(
        scope.on_days("written_at", "decision__post__blog"), number__gt=1
    )
    return written.filter(Exists(by_then))


@AskedWithin
def _numbers_reworded(reach: Reach) -> QuerySet[Any, Any]:
    rows = _rewordings(reach).order_by().values_list("override")
    return rows.annotate(n=models.Count("pk"))


def count_rewordings(scope: Scope) -> Iterator[Count]:
    """Count statements that were put in other words, and those by whom it concerned."""
    counted = dict(_numbers_reworded(scope.reach))
    yield Count(WHOLE, "Statements reworded", sum(counted.values()))
    for kind in Conflict:
        if kind.value in counted:
            label = f"In spite of a conflict: whoever reworded it {kind.label}"
            yield Count(kind.value, label, counted[kind.value])


def rows_rewordings(scope: Scope, key: str) -> QuerySet[DecisionWords]:
    """Return the later wordings, or those in spite of one kind of conflict."""
    rows = _rewordings(scope)
    return rows.filter(override=key) if key else rows
