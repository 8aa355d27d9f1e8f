"""What imports left for staff: comments and articles that no source calls shown."""

from collections import Counter
from typing import NamedTuple

from django.db.models import Count, Prefetch, QuerySet

from commentarchive.models import (
    Capture,
    Comment,
    CommentKind,
    Post,
    Visibility,
)

# Comments that are shown with an article that waits.
FIRST = 5
# What an import left for staff, by a word for addresses: of one and of many.
REASONS = {
    "note": ("editor’s note", "editors’ notes"),
    "contact": ("message from a contact form", "messages from contact forms"),
    "type": (
        "comment of a type that is not known to be for readers",
        "comments of types that are not known to be for readers",
    ),
    "state": (
        "comment whose source does not say whether readers see it",
        "comments whose source does not say whether readers see them",
    ),
    "article": (
        "article that is not clearly meant for readers",
        "articles that are not clearly meant for readers",
    ),
}


class Left(NamedTuple):
    """What one copy left for staff for one reason, and how much that is."""

    capture: Capture
    reason: str
    number: int

    @property
    def words(self) -> str:
        """Return how much of what was left, in words."""
        one, many = REASONS[self.reason]
        return f"{self.number} {one if self.number == 1 else many}"


def left_for_staff() -> list[Left]:
    """Count what imports left for staff, by copy and reason; three queries."""
    numbers: Counter[tuple[int, str]] = Counter()
    comments = Comment.objects.left_for_staff().order_by()
    for capture, kind, visibility, number in comments.values_list(
        "capture", "kind", "visibility"
    ).annotate(number=Count("pk")):
        numbers[capture, _reason(kind, visibility)] += number
    articles = Post.objects.left_for_staff().order_by().values_list("capture")
    for capture, number in articles.annotate(number=Count("pk")):
        numbers[capture, "article"] += number
    captures = Capture.objects.select_related("blog", "file").in_bulk(
        {capture for capture, _reason in numbers}
    )
    return [
        Left(captures[capture], reason, number)
        for (capture, reason), number in sorted(numbers.items(), reverse=True)
        if capture in captures
    ]


def _reason(kind: str, visibility: str) -> str:
    if visibility == Visibility.HELD:
        return "state"
    return kind if kind in {CommentKind.NOTE, CommentKind.CONTACT} else "type"


def left_comments(capture: Capture, reason: str) -> "QuerySet[Comment]":
    """List the comments that a copy left for staff for one reason, in file order."""
    left = Comment.objects.left_for_staff().filter(capture=capture).read()
    special = (CommentKind.NOTE, CommentKind.CONTACT)
    if reason == "state":
        left = left.filter(visibility=Visibility.HELD)
    elif reason == "type":
        left = left.filter(visibility=Visibility.INTERNAL).exclude(kind__in=special)
    else:
        left = left.filter(visibility=Visibility.INTERNAL, kind=reason)
    return left.order_by("pk")


def left_articles(capture: Capture) -> "QuerySet[Post]":
    """List the articles that a copy left for staff, with the first of their comments.

    Those are what readers would see below them.
    """
    shown = Comment.objects.filter(visibility=Visibility.PUBLISHED).select_related(
        "commenter__name", "current_revision__text"
    )
    first = Prefetch(
        "comments", shown.order_by("position")[:FIRST], to_attr="first_comments"
    )
    left = Post.objects.left_for_staff().filter(capture=capture).titled()
    counted = left.annotate(number=Count("comments"))
    return counted.prefetch_related(first).order_by("pk")
