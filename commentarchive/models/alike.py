"""By what articles and comments at several places are found to be one; all derived."""

from django.db import models

from commentarchive.ledger import rows
from commentarchive.models.comment import Comment
from commentarchive.models.post import Post


class ArticlePhrase(models.Model):
    """A keyed digest of five words in a row of an article: a few of each text.

    Written by `intake/cross_post_search.py` alone. It may also be of an earlier text;
    whoever finds it compares the texts.
    """

    pk = models.CompositePrimaryKey("digest", "post_id")
    digest = models.BigIntegerField()
    post = models.ForeignKey(Post, models.PROTECT, related_name="phrases")

    row_rule = rows.SIDE

    def __str__(self) -> str:
        return f"a phrase of {self.post_id}"


class RepeatedComment(models.Model):
    """One comment at two places of a cross-posted article: one name, the same words.

    It goes by words that readers may not see, so that no page says more of it than
    what became of the comment at either place.
    """

    pk = models.CompositePrimaryKey("comment_id", "other_id")
    comment = models.ForeignKey(
        Comment, models.PROTECT, db_index=False, related_name="repeated_as"
    )
    other = models.ForeignKey(Comment, models.PROTECT, related_name="repeats")

    row_rule = rows.SIDE

    def __str__(self) -> str:
        return f"{self.comment_id} = {self.other_id}"
