"""A notice on a part of an article, on a name or on a thread."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from commentarchive.ledger import rows
from commentarchive.models.commenter import Commenter
from commentarchive.models.post import Post
from commentarchive.models.tombstone import Grade
from commentarchive.threads import part_words


class Part(models.TextChoices):
    """What of an article, or of a name, a notice stands for."""

    TEXT = "text", part_words.PARTS["text"]
    TITLE = "title", part_words.PARTS["title"]
    NAME = "name", part_words.PARTS["name"]
    LINK = "link", part_words.PARTS["link"]
    THREAD = "thread", part_words.PARTS["thread"]
    BAN = "ban", part_words.PARTS["ban"]


class PartNoticeKind(models.TextChoices):
    """What the notice says."""

    HELD = part_words.HELD, part_words.KINDS[part_words.HELD]
    REMOVED = part_words.REMOVED, part_words.KINDS[part_words.REMOVED]
    SPAM = part_words.SPAM, part_words.KINDS[part_words.SPAM]
    WITHHELD = part_words.WITHHELD, part_words.KINDS[part_words.WITHHELD]
    CLOSED = part_words.CLOSED, part_words.KINDS[part_words.CLOSED]
    BARRED = part_words.BARRED, part_words.KINDS[part_words.BARRED]


OF_ARTICLES = (Part.TEXT, Part.TITLE, Part.THREAD)
OF_NAMES = (Part.NAME, Part.LINK, Part.BAN)


class PartNotice(models.Model):
    """Everything that a public page says about one hiding of one part.

    As `Tombstone` of comments, which has many more readers and other facts: no import
    opens one of these. Written only by `actions/part_notices.py`.
    """

    post = models.ForeignKey(
        Post, models.PROTECT, null=True, related_name="part_notices"
    )
    commenter = models.ForeignKey(
        Commenter, models.PROTECT, null=True, related_name="part_notices"
    )
    part = models.CharField(max_length=10, choices=Part)
    kind = models.CharField(max_length=20, choices=PartNoticeKind)
    grade = models.CharField(max_length=10, choices=Grade)
    since_not_before = models.DateTimeField(null=True)
    since_not_after = models.DateTimeField(null=True)
    until_not_before = models.DateTimeField(null=True)
    until_not_after = models.DateTimeField(null=True)
    actor_label = models.CharField(max_length=100, blank=True)
    clause_label = models.CharField(max_length=200, blank=True)
    statement_path = models.CharField(max_length=200, blank=True)
    opened_entry = models.BigIntegerField(unique=True)
    closed_entry = models.BigIntegerField(null=True)
    closing_path = models.CharField(max_length=200, blank=True)
    is_open = models.BooleanField(default=True)

    row_rule = rows.fact(
        forward=("is_open",),
        open_while='OLD."is_open"',
        filled_once=(
            *("until_not_before", "until_not_after", "closed_entry"),
            "closing_path",
        ),
    )

    class Meta:
        verbose_name = "notice on an article or a name"
        verbose_name_plural = "notices on articles and names"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    part__in=[part.value for part in OF_ARTICLES],
                    post__isnull=False,
                    commenter__isnull=True,
                )
                | Q(
                    part__in=[part.value for part in OF_NAMES],
                    post__isnull=True,
                    commenter__isnull=False,
                ),
                name="part_of_an_article_or_a_name",
            ),
            models.UniqueConstraint(
                fields=["post", "part"],
                condition=Q(is_open=True, post__isnull=False),
                name="one_open_notice_a_part_of_a_post",
            ),
            models.UniqueConstraint(
                fields=["commenter", "part"],
                condition=Q(is_open=True, commenter__isnull=False),
                name="one_open_notice_a_part_of_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.get_kind_display()}"
