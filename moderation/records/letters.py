"""Letters, compared with the decisions that they tell of."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from commentarchive.ledger.comparison import Difference
from commentarchive.models import Grade
from commentarchive.storage.prepared import Prepared
from moderation.models import Letter, LetterSwitch


def misplaced_letters() -> Iterator[Difference]:
    """Find letters about decisions of which nobody was to be told.

    Those that were not made here, or before letters about their blog were on; and
    letters about another comment or blog than their decision.
    """
    for misplaced, reason in _MISPLACED:
        for index, ref in misplaced():
            yield Difference(index, f"letter {ref} is about {reason}")


def _about(wrong: Any) -> QuerySet[Letter, tuple[int, str]]:
    told = Letter.objects.exclude(decision=None).filter(wrong)
    return told.values_list("decision__entry_index", "ref")


_SWITCHED_ON = LetterSwitch.objects.filter(
    blog=OuterRef("decision__post__blog"),
    is_on=True,
    at__lte=OuterRef("decision__recorded_at"),
)
_IS_OTHER = ~Q(case=F("decision__comment__ref")) | ~Q(blog=F("decision__post__blog"))
_MISPLACED = [
    (Prepared(partial(_about, wrong)), reason)
    for wrong, reason in (
        (~Q(decision__grade=Grade.DECIDED), "a decision that was not made here"),
        (~Exists(_SWITCHED_ON), "a decision from before letters were on"),
        (_IS_OTHER, "another case than its own"),
    )
]
