"""What a search looks in: texts as `text/search_words.py` folds them; all derived.

Written by `search/index.py`. Triggers (`search/triggers.py`) delete a row in the very
statement that hides its comment or deletes its text, and note what has to be folded
anew.
"""

from typing import ClassVar

from django.db import models


class SearchRow(models.Model):
    """One text that can be searched, newest last by its key."""

    # Seconds of its time and then the version's key; see `search.index.order_key`.
    id = models.BigIntegerField(primary_key=True)
    revision_id = models.BigIntegerField(unique=True)
    # The comment, or the article, that the text is of.
    subject_id = models.BigIntegerField(db_index=True)
    # Its day on its blog's own clock, as `date.toordinal` counts.
    day = models.IntegerField(null=True)
    words = models.TextField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"words of version {self.revision_id}"


class PublicWords(SearchRow):
    """The words of a comment that anybody may read."""


class SealedWords(SearchRow):
    """The words of a comment's text that is hidden, or is not its current one."""


class TitleWords(SearchRow):
    """The words of a public article's title."""


class ArticleWords(SearchRow):
    """The words of a version of an article, public or not; for staff alone."""


class SearchChange(models.Model):
    """A note that something has to be folded anew; written by triggers alone.

    c: a comment. t: an article's title. p: an article with all its comments. n: the
    comments of a name. b: a whole blog.
    """

    kind = models.CharField(max_length=1, choices=[(kind, kind) for kind in "ctpnb"])
    key = models.BigIntegerField()
    # How far an article's comments are done, by their position.
    after = models.IntegerField(default=-1, db_default=-1)

    class Meta:
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return f"{self.kind}{self.key}"
