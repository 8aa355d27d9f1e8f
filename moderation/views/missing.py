"""Removals that are known without a decision: seen, inferred, or only claimed."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.models import Blog, Comment, Gap, Grade, Post, Tombstone
from commentarchive.models.gap import GapQuerySet
from commentarchive.models.tombstone import TombstoneQuerySet
from commentarchive.storage.remembered import while_record_stands
from commentarchive.views.public_page import public_page
from commentarchive.views.query import choice
from moderation.matches import Matches, find_matches
from moderation.views.record_paging import record_page

ROWS = 50
# Never mixed with what was decided here, or stands in a blog's own records.
GRADES = (Grade.OBSERVED, Grade.INFERRED, Grade.CLAIMED)


class _Known(NamedTuple):
    """Which removals there are, by grade; claims proven by a copy; articles gone."""

    by_grade: dict[Grade, Matches]
    proven: Matches
    gone: list[int]

    def number(self, grade: Grade) -> int:
        """Return how many removals of one grade there are; what is proven was seen."""
        proven = self.proven.number if grade == Grade.OBSERVED else 0
        return self.by_grade[grade].number + proven


@require_safe
@public_page
def log(request: HttpRequest) -> HttpResponse:
    """List removals of one grade, newest on record first, of one blog or of all."""
    grade = Grade(choice(request, "known", GRADES, Grade.OBSERVED))
    blogs = Blog.objects.public().order_by("title")
    slug = request.GET.get("blog", "")
    blog = get_object_or_404(blogs, slug=slug) if slug else None
    of = blog.ref if blog else "all"
    known = while_record_stands(f"removals of {of}", lambda: _what_is_known(blog))
    found = known.by_grade
    rows = _notices(blog) if grade == Grade.OBSERVED else _gaps(grade, blog)
    context = {
        "grade": grade,
        "grades": [(each, known.number(each)) for each in GRADES],
        "blog": blog,
        "blogs": blogs,
        "page": record_page(request, rows.with_context(), found[grade], ROWS),
        "number": found[grade].number,
        "query": f"known={grade}" + (f"&blog={blog.slug}" if blog else ""),
        # Both stand with what was seen.
        **(_also_seen(blog, known) if grade == Grade.OBSERVED else {}),
    }
    return render(request, "moderation/missing.html", context)


def _notices(blog: Blog | None) -> TombstoneQuerySet:
    notices = Tombstone.objects.observed()
    if blog:
        its_comments = Comment.objects.filter(pk=OuterRef("comment"), post__blog=blog)
        notices = notices.filter(Exists(its_comments))
    return notices


def _gaps(grade: Grade, blog: Blog | None) -> GapQuerySet:
    gaps = Gap.objects.public().filter(grade=grade).with_answers()
    return gaps.of_blog(blog) if blog else gaps


def _what_is_known(blog: Blog | None) -> _Known:
    by_grade = {
        Grade.OBSERVED: _notices(blog),
        **{grade: _gaps(grade, blog) for grade in (Grade.INFERRED, Grade.CLAIMED)},
    }
    return _Known(
        {grade: find_matches(rows, "pk") for grade, rows in by_grade.items()},
        find_matches(_gaps(Grade.OBSERVED, blog), "pk"),
        _gone_articles(blog),
    )


def _gone_articles(blog: Blog | None) -> list[int]:
    """List what the last whole export of its blog lacks, newest first."""
    ever = Post.objects.public().exclude(absences=[]).newest_first()
    of_blog = ever.filter(blog=blog) if blog else ever
    rows = of_blog.values_list("pk", "absences")
    return [post for post, absences in rows if not absences[-1]["back"]]


def _also_seen(blog: Blog | None, known: _Known) -> dict[str, object]:
    """Return the newest claims that a copy proves, and articles that are gone."""
    proven = known.proven.narrow(_gaps(Grade.OBSERVED, blog)).with_context()
    gone = Post.objects.public().titled().newest_first()
    return {
        "proven": proven.order_by("-pk")[:ROWS] if known.proven.number else [],
        "number_proven": known.proven.number,
        "gone_articles": gone.filter(pk__in=known.gone[:ROWS]) if known.gone else [],
        "number_gone": len(known.gone),
        "most": ROWS,
    }
