"""Letters, compared with the decisions that they tell of."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from commentarchive.ledger.comparison import Difference
from commentarchive.models import Grade
from moderation.models import Letter, LetterSwitch


def misplaced_letters() -> Iterator[Difference]:
    """Find letters about decisions of which nobody was to be told.

    Those that were not made here, or before letters about their blog were on; and
    letters about another comment or blog than their decision.
    """
    told = Letter.objects.exclude(decision=None)
    switched_on = LetterSwitch.objects.filter(
        blog=OuterRef("decision__post__blog"),
        is_on=True,
        at__lte=OuterRef("decision__recorded_at"),
    )
    is_other = ~Q(case=F("decision__comment__ref")) | ~Q(blog=F("decision__post__blog"))
    for wrong, reason in (
        (~Q(decision__grade=Grade.DECIDED), "a decision that was not made here"),
        (~Exists(switched_on), "a decision from before letters were on"),
        (is_other, "another case than its own"),
    ):
        found = told.filter(wrong).values_list("decision__entry_index", "ref")
        for index, ref in found:
            yield Difference(index, f"letter {ref} is about {reason}")
