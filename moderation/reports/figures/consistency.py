"""Whether decisions hold together: rates by rule and role, newer rules, same words."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models import (
    Count as Number,
)

from commentarchive.ledger.append import By
from commentarchive.ledger.models import Role
from commentarchive.models import Visibility
from moderation.models import HIDING, Action, Clause, Decision
from moderation.reports.figures.decision_cells import (
    Cell,
    cells,
    counted_by_blog,
    made,
    on_record,
)
from moderation.reports.figures.decisions import of_rules
from moderation.reports.figures.declared import WHOLE, Count, rounded
from moderation.reports.reach import AskedWithin, Reach
from moderation.reports.scope import Scope

# A share of fewer cases says something of a person rather than of a practice.
FEWEST = 5
_FEW = f" (fewer than {FEWEST})"
_NOT_TOLD = "none"


def reversed_by_rule(scope: Scope) -> Iterator[Count]:
    """Return the share of decisions that hid a comment and were reversed, by rule."""
    hidden = _counted(scope, lambda cell: cell.rule, lambda cell: cell.is_hiding)
    back = _counted(scope, lambda cell: cell.rule, lambda cell: cell.is_reversed)
    of_all = {count.key: count for count in of_rules(scope, hidden)}
    of_back = {count.key: count.number for count in of_rules(scope, back)}
    for key, count in of_all.items():
        yield _share(key, count.label, of_back.get(key) or 0, count.number or 0)


def reversed_by_role(scope: Scope) -> Iterator[Count]:
    """Return the same share, by the role of whoever decided."""
    hidden = _counted(scope, lambda cell: cell.role, lambda cell: cell.is_hiding)
    back = _counted(scope, lambda cell: cell.role, lambda cell: cell.is_reversed)
    return _by_role(back, hidden)


def hidden_by_role(scope: Scope) -> Iterator[Count]:
    """Return the share of a role's decisions that hid a comment."""
    all_of_it = _counted(scope, lambda cell: cell.role, lambda _cell: True)
    hidden = _counted(scope, lambda cell: cell.role, lambda cell: cell.is_hiding)
    return _by_role(hidden, all_of_it)


def _counted(
    scope: Scope, by: Callable[[Cell], Any], keeps: Callable[[Cell], bool]
) -> Counter[Any]:
    counted: Counter[Any] = Counter()
    for cell, n in cells(scope):
        counted[by(cell)] += n if keeps(cell) else 0
    return +counted


def _by_role(some: Counter[str], of: Counter[str]) -> Iterator[Count]:
    """Return a line a role, in their fixed order; last what names none."""
    for role in (*Role, None):
        key = role.value if role else ""
        if of[key]:
            label = By(actor=None, role=role).shown if role else "Not told"
            label = f"{label[:1].upper()}{label[1:]}"
            yield _share(key or _NOT_TOLD, label, some[key], of[key])


def _share(key: str, label: str, some: float, of: float) -> Count:
    if of < FEWEST:
        return Count(key, f"{label}{_FEW}", None)
    return Count(key, label, rounded(100 * some / of))


def count_newer_rules(scope: Scope) -> Iterator[Count]:
    """Count decisions under rules that came into force after the comment was made."""
    yield Count(WHOLE, "Under a newer rule", sum(_numbers_newer(scope.reach)))


def rows_newer_rules(scope: Scope, _key: str) -> QuerySet[Any]:
    """Return those decisions."""
    return _under_newer(scope)


@AskedWithin
def _numbers_newer(reach: Reach) -> QuerySet[Any, Any]:
    return counted_by_blog(_under_newer(reach))


def _under_newer(scope: Scope | Reach) -> QuerySet[Any]:
    newer = Clause.objects.filter(
        pk=OuterRef("rule_then"),
        policy__in_force_at__gt=OuterRef("comment__posted_at"),
    )
    return made(scope).filter(Exists(newer), comment__isnull=False)


def count_same_text(scope: Scope) -> Iterator[Count]:
    """Count the comments of which another one says the very same, decided otherwise.

    Of a few among the decisions of a day readers could find the one whose hidden words
    are those of another that they see: a small number is not given, nor is 0 then.
    """
    number = sum(_numbers_same(scope.reach))
    label = "The same words, decided otherwise"
    if number < FEWEST:
        yield Count(WHOLE, f"{label}{_FEW}", None)
    else:
        yield Count(WHOLE, label, number)


@AskedWithin
def _numbers_same(reach: Reach) -> QuerySet[Any, Any]:
    return counted_by_blog(_same_text(reach))


def _same_text(reach: Reach) -> QuerySet[Decision]:
    """Return the last decisions on these comments; never listed for readers."""
    last = _last(reach)
    apart = last.order_by().values("judged__fingerprint")
    otherwise = apart.annotate(n=Number("outcome", distinct=True)).filter(n__gt=1)
    return last.filter(judged__fingerprint__in=otherwise.values("judged__fingerprint"))


def _last(scope: Reach) -> QuerySet[Any]:
    """Select the last decision of a period on each comment, with its outcome.

    What waits again is not decided.
    """
    decided = on_record(scope).filter(
        scope.on_days("decided_at"), comment__isnull=False, judged__isnull=False
    )
    later = Decision.objects.filter(
        comment=OuterRef("comment"),
        entry_index__gt=OuterRef("entry_index"),
        entry_index__lt=scope.until,
    )
    waits = Q(action=Action.HOLD) | Q(to_visibility=Visibility.HELD)
    return decided.exclude(waits).filter(~Exists(later)).annotate(outcome=_outcome())


def _outcome() -> Case:
    return Case(
        When(action__in=HIDING, then=Value("hidden")),
        When(action=Action.REDACT, then=Value("cut")),
        When(to_visibility=Visibility.PUBLISHED, then=Value("shown")),
        default=Value("hidden"),
        output_field=CharField(),
    )
