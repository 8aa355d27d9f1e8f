"""How many comments articles have, as lists of articles say it."""

from django.db.models import Count, F, Q

from commentarchive.models import Visibility
from commentarchive.models.comment import is_hidden_elsewhere
from commentarchive.models.post import PostQuerySet

_NO_NOTICE = (Visibility.PUBLISHED, Visibility.INTERNAL, Visibility.UNKNOWN)


def with_counts(posts: PostQuerySet) -> PostQuerySet:
    """Count each article's comments: `shown` ones and `withheld` ones.

    What readers see in another one's place counts there; what any source hides is
    withheld.
    """
    own = Q(comments__leader=None) | Q(comments__leader=F("comments__pk"))
    published = Q(comments__visibility=Visibility.PUBLISHED)
    elsewhere = is_hidden_elsewhere("comments__leader")
    hidden = ~Q(comments__visibility__in=_NO_NOTICE) | (published & elsewhere)
    return posts.annotate(
        shown=Count("comments", filter=own & published & ~elsewhere),
        withheld=Count("comments", filter=own & hidden),
    )
