"""How many comments articles have, as lists of articles say it."""

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from commentarchive.models import Comment, Visibility
from commentarchive.models.comment import CommentQuerySet, is_hidden_elsewhere
from commentarchive.models.post import PostQuerySet

_NO_NOTICE = (Visibility.PUBLISHED, Visibility.INTERNAL, Visibility.UNKNOWN)


def with_counts(posts: PostQuerySet) -> PostQuerySet:
    """Count each article's comments: `shown` ones and `withheld` ones.

    What readers see in another one's place counts there; what any source hides is
    withheld.
    """
    comments = Comment.objects.filter(post=OuterRef("pk"))
    # Of the same comment from several sources, the first stands for all.
    own = comments.filter(Q(leader=None) | Q(leader=F("pk")))
    published = Q(visibility=Visibility.PUBLISHED)
    elsewhere = is_hidden_elsewhere()
    hidden = ~Q(visibility__in=_NO_NOTICE) | (published & elsewhere)
    return posts.annotate(
        shown=_number(own.filter(published & ~elsewhere)),
        withheld=_number(own.filter(hidden)),
    )


def _number(comments: CommentQuerySet) -> Coalesce:
    """Count the comments of one article by a query below the article's.

    A join would sort every column of the articles, texts included, once a comment.
    """
    counted = comments.order_by().values("post").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)
