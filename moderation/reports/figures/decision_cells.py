"""Decisions of a period as they stood at a state of the record, and their cells."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import models
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from commentarchive.ledger.models import Entry, Role
from commentarchive.models import Grade, Tombstone, Visibility
from moderation.models import (
    HIDING,
    Action,
    Decision,
    DecisionWords,
)
from moderation.models.decision import DecisionQuerySet
from moderation.reports.reach import AskedWithin, Reach
from moderation.reports.scope import Scope

# What one decision is counted by, as columns of `made`.
_COLUMNS = (
    *("post", "post__blog", "act", "grade", "taken", "decider", "decided_by_role"),
    *("rule_then", "override", "is_hiding", "was_seen", "is_reversed", "is_spam"),
)


class Cell(NamedTuple):
    """What decisions have in common that are counted together."""

    blog: int
    act: str
    grade: str
    taken: str
    decider: str
    role: str
    rule: int | None
    override: str
    is_hiding: bool
    was_seen: bool
    is_reversed: bool
    is_spam: bool


def on_record(scope: Scope | Reach) -> DecisionQuerySet:
    """Select the decisions of the report's blogs that were on record, of any time."""
    return Decision.objects.filter(scope.of_its_blogs(), entry_index__lt=scope.until)


def made(scope: Scope | Reach) -> QuerySet[Any]:
    """Select the decisions of a period, with what they are counted by.

    Adds the columns of `_COLUMNS`.
    """
    decisions = on_record(scope).filter(scope.on_days("decided_at"))
    is_hiding = Q(action__in=HIDING, comment__isnull=False)
    seen = Tombstone.objects.filter(
        comment=OuterRef("comment"),
        opened_entry=OuterRef("entry_index"),
        was_public=True,
    )
    return decisions.annotate(
        act=_act(),
        taken=_taken(),
        decider=_decider(),
        rule_then=_rule(scope.until),
        is_hiding=_flag(is_hiding),
        was_seen=_flag(is_hiding & Q(Exists(seen))),
        is_reversed=_flag(is_hiding & Q(_is_put_back(scope.until))),
        is_spam=_flag(Q(to_visibility=Visibility.SPAM, comment__isnull=False)),
    )


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(value=True)), default=Value(value=False))


def _words(*cases: When, default: Any) -> Case:
    return Case(*cases, default=default, output_field=CharField())


def _act() -> Case:
    """Return the action: under a legal rule any hiding is a withholding."""
    withheld = Q(action__in=HIDING, to_visibility=Visibility.WITHHELD)
    return _words(
        When(withheld, then=Value(Action.WITHHOLD.value)), default=F("action")
    )


def _taken() -> Case:
    """Return who took it: a person, a rule, this program, or somebody at the blog."""
    by_time = Q(undoes__isnull=False, recorder_role=Role.SYSTEM)
    return _words(
        When(grade=Grade.IMPORTED, then=Value("imported")),
        When(~Q(automatic_rules="") | by_time, then=Value("automatic")),
        When(recorder_role=Role.SYSTEM, then=Value("program")),
        default=Value("person"),
    )


def _decider() -> Case:
    """Return the reference of whoever decided, where the statement names them.

    Else "": a statement that names a role names nobody.
    """
    named = Concat(
        "actor__handle",
        Value(" ("),
        "decided_by_role",
        Value(")"),
        output_field=CharField(),
    )
    return _words(When(decided_by=named, then=F("actor__ref")), default=Value(""))


def _rule(until: int) -> Case:
    """Return the rule that a decision named by then: put right later, or as cited."""
    since = Entry.objects.filter(index__gte=until, event="decision.reword")
    by_then = Entry.objects.filter(
        event="decision.reword",
        subject=OuterRef("decision__ref"),
        subject_number=OuterRef("number") - 1,
        index__lt=until,
    )
    worded = DecisionWords.objects.filter(Exists(by_then), decision=OuterRef("pk"))
    then = Coalesce(
        Subquery(worded.order_by("-number").values("clause")[:1]),
        F("clause"),
        output_field=BigIntegerField(),
    )
    return Case(
        When(ref__in=since.values("subject"), then=then),
        default=Coalesce(
            F("clause_since"), F("clause"), output_field=BigIntegerField()
        ),
    )


def _is_put_back(until: int) -> Exists:
    """Return the condition that a decision's comment was shown again later."""
    later = Decision.objects.filter(
        comment=OuterRef("comment"),
        entry_index__gt=OuterRef("entry_index"),
        entry_index__lt=until,
    )
    shows = Q(to_visibility=Visibility.PUBLISHED) & ~Q(
        from_visibility=Visibility.PUBLISHED
    )
    # What a blog's own records tell of the past changes no state today.
    return Exists(later.filter(shows | Q(action=Action.RESTORE)))


@AskedWithin
def _numbered(reach: Reach) -> QuerySet[Any, Any]:
    rows = made(reach).order_by().values_list(*_COLUMNS)
    found: QuerySet[Any, Any] = rows.annotate(n=models.Count("pk"))
    return found


def _cells(scope: Scope) -> Counter[Any]:
    """Count the decisions of a part of the period, by cell and by article."""
    counted: Counter[Any] = Counter()
    for post, *facts, n in _numbered.stream(scope.reach):
        counted[Cell(*facts)] += n
        counted[post] += n
    return counted


def cells(scope: Scope) -> Iterator[tuple[Cell, int]]:
    """Yield what decisions of a period have in common, and how many have it."""
    counted = scope.summed("decisions", _cells)
    return ((key, n) for key, n in counted.items() if isinstance(key, Cell))


def counted_by_article(scope: Scope) -> Counter[int]:
    """Count the decisions of a period by article."""
    counted = scope.summed("decisions", _cells)
    return Counter({key: n for key, n in counted.items() if isinstance(key, int)})


def counted_by_blog(decisions: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Return the number of some decisions at each blog, which add up to all of them."""
    rows = decisions.order_by().values("post__blog").annotate(n=models.Count("pk"))
    found: QuerySet[Any, Any] = rows.values_list("n", flat=True)
    return found
