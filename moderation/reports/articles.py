"""The articles under which a report counts decisions, blog by blog.

Entries of the record name the article of a decision and never its blog. With these a
stranger can count what the entries tell, on each blog's own clock.
"""

from datetime import UTC, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from moderation.models import Decision, DecisionWords
from moderation.reports.scope import Scope

# No clock is further from UTC.
_A_DAY = timedelta(days=1)


def articles_of(scope: Scope) -> dict[int, list[str]]:
    """Return the references of articles by their blog's key, each list in order.

    Those with a decision, or a wording of one, of any day that the report looks at.
    """
    period = scope.period
    spans = (period, *period.earlier, period.year_to_date)
    first = min(span.first for span in spans)
    begin = datetime.combine(first, time.min, UTC) - _A_DAY
    end = datetime.combine(period.after, time.min, UTC) + _A_DAY
    worded = DecisionWords.objects.filter(
        decision=OuterRef("pk"), number__gt=1, written_at__gte=begin, written_at__lt=end
    )
    inside = Decision.objects.filter(
        scope.of_its_blogs(), entry_index__lt=scope.until
    ).filter(
        Q(decided_at__gte=begin, decided_at__lt=end)
        | Q(decided_at=None, recorded_at__gte=begin, recorded_at__lt=end)
        | Exists(worded)
    )
    found: dict[int, list[str]] = {each.pk: [] for each in scope.blogs}
    rows = inside.order_by().values_list("post__blog", "post__ref").distinct()
    for blog, ref in rows:
        found[blog].append(ref)
    return {blog: sorted(refs) for blog, refs in found.items()}
