"""Comments as automatic rules see them: with what was there before."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Count

from commentarchive.models import Blog, Comment, Revision, Visibility
from moderation.models import AutomaticRuleText, Kind
from moderation.rules.lately import WINDOW, Lately
from moderation.rules.matchers import Remark, Sought

# So many comments at most are read to find texts that are there again.
MOST_LATELY = 50_000


def sought(rule: AutomaticRuleText) -> Sought:
    """Return what a rule looks for, as plain values."""
    return Sought(
        number=rule.number,
        kind=Kind(rule.kind),
        lines=rule.looked_for,
        least=rule.least,
        in_name=rule.in_name,
        in_text=rule.in_text,
        in_link=rule.in_link,
    )


class Acquaintance:
    """What is known of the names and texts that an import brings to a blog.

    Only what the kinds of the rules ask for is read.
    """

    def __init__(self, blog: Blog, kinds: Collection[str]) -> None:
        self._blog = blog
        self._asks_first = Kind.FIRST in kinds
        self._asks_repeated = Kind.REPEATED in kinds
        self._lately: Lately | None = None
        self._new_names: set[int] = set()

    def meet(self, pks: Sequence[int], earliest: datetime) -> None:
        """Read what was there before some comments, which are in the tables already."""
        if self._asks_first:
            names = _names_of(pks)
            shown = shown_by(names.values(), without=pks)
            self._new_names = {pk for pk, name in names.items() if name not in shown}
        if self._asks_repeated and self._lately is None:
            self._lately = self._written_since(earliest - WINDOW, without=pks)

    def with_past(self, remark: Remark, pk: int, at: datetime) -> Remark:
        """Return a comment that was met with what was there before; notes its text."""
        if self._asks_first and pk in self._new_names:
            remark = replace(remark, is_first=True)
        if self._lately is not None:
            remark = replace(remark, times=self._lately.times(remark.plain, at))
        return remark

    def _written_since(self, since: datetime, *, without: Collection[int]) -> Lately:
        lately, left_out = Lately(), set(without)
        written = Comment.objects.filter(
            post__blog=self._blog, posted_at__gte=since, current_revision__isnull=False
        ).order_by("-posted_at", "-pk")
        columns = ("pk", "posted_at", "current_revision__text__plain")
        for pk, at, plain in reversed(written.values_list(*columns)[:MOST_LATELY]):
            if pk not in left_out and plain:
                lately.times(plain, at)
        return lately


def remarks_of(comments: Iterable[Comment]) -> dict[int, Remark]:
    """Return comments with their newest texts, and whether their names are new."""
    pks = [comment.pk for comment in comments]
    texts = {
        pk: (plain or "", html or "")
        for pk, plain, html in Revision.objects.filter(comment__in=pks)
        .order_by("number")
        .values_list("comment_id", "text__plain", "text__html")
    }
    columns = ("pk", "visibility", "commenter", "commenter__name__name")
    rows = list(
        Comment.objects.filter(pk__in=pks).values_list(
            *columns, "commenter__name__link"
        )
    )
    shown = shown_by(name for _pk, _seen, name, *_words in rows)
    found = {}
    for pk, visibility, commenter, name, link in rows:
        plain, html = texts.get(pk, ("", ""))
        others = shown.get(commenter, 0) - (visibility == Visibility.PUBLISHED)
        found[pk] = Remark(
            name=name or "",
            link=link or "",
            plain=plain,
            html=html,
            is_first=commenter is not None and others < 1,
        )
    return found


def _names_of(pks: Sequence[int]) -> dict[int, int]:
    """Return whose each comment is; without those of nobody that is known."""
    named = Comment.objects.filter(pk__in=pks, commenter__isnull=False)
    return dict(named.values_list("pk", "commenter"))


def shown_by(
    commenters: Iterable[int | None], *, without: Sequence[int] = ()
) -> dict[int, int]:
    """Return how many published comments each of some names has, if any."""
    published = Comment.objects.filter(
        commenter__in=set(commenters) - {None}, visibility=Visibility.PUBLISHED
    )
    counted = (
        published.exclude(pk__in=without)
        .order_by()
        .values("commenter")
        .annotate(number=Count("pk"))
    )
    return dict(counted.values_list("commenter", "number"))
