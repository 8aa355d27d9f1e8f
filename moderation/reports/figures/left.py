"""Public places that still say what decisions hide."""

from collections.abc import Iterator

from commentarchive.search.index import is_behind
from moderation.left_public import left_public
from moderation.models import HIDING, Action
from moderation.reports.figures.decision_cells import on_record
from moderation.reports.figures.declared import WHOLE, Count
from moderation.reports.scope import Scope


def count(scope: Scope) -> Iterator[Count]:
    """Count the places today; at least so many where not all was looked at."""
    hiding = on_record(scope).filter(
        scope.on_days("decided_at"),
        comment__isnull=False,
        action__in=(*HIDING, Action.REDACT),
    )
    found = left_public(hiding.order_by().values_list("comment", flat=True).distinct())
    is_all = found.is_all and not is_behind()
    yield Count(WHOLE, "Places", found.public, at_least=not is_all)
