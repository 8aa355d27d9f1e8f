"""Removals that are known without a decision: seen, inferred, or only claimed."""

from collections import Counter

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.models import Blog, Gap, Grade, Post, Tombstone
from commentarchive.views.pagination import paginate
from commentarchive.views.public_page import public_page
from commentarchive.views.query import choice

ROWS = 50
# Never mixed with what was decided here, or stands in a blog's own records.
GRADES = (Grade.OBSERVED, Grade.INFERRED, Grade.CLAIMED)


@require_safe
@public_page
def log(request: HttpRequest) -> HttpResponse:
    """List removals of one grade, newest on record first, of one blog or of all."""
    grade = Grade(choice(request, "known", GRADES, Grade.OBSERVED))
    blogs = Blog.objects.public().order_by("title")
    slug = request.GET.get("blog", "")
    blog = get_object_or_404(blogs, slug=slug) if slug else None
    observed_removals, gaps = Tombstone.objects.observed(), Gap.objects.public()
    if blog:
        observed_removals = observed_removals.filter(comment__post__blog=blog)
        gaps = gaps.of_blog(blog)
    counted = gaps.order_by().values_list("grade").annotate(n=Count("pk"))
    numbers = Counter({Grade.OBSERVED.value: observed_removals.count()})
    numbers.update(dict(counted))
    of_grade = gaps.filter(grade=grade).with_context().order_by("-entry_index")
    if grade != Grade.INFERRED:
        of_grade = of_grade.with_answers()
    seen = observed_removals.with_context().order_by("-pk")
    context = {
        "grade": grade,
        "grades": [(known, numbers[known.value]) for known in GRADES],
        "blog": blog,
        "blogs": blogs,
        "notices": paginate(request, seen, ROWS) if grade == Grade.OBSERVED else None,
        "gaps": paginate(request, of_grade, ROWS) if grade != Grade.OBSERVED else None,
        # Claims that a copy proves: few, and on the first page of what was seen.
        "proven": of_grade if grade == Grade.OBSERVED else [],
        "gone_articles": _gone_articles(blog) if grade == Grade.OBSERVED else [],
        "query": f"known={grade}" + (f"&blog={blog.slug}" if blog else ""),
    }
    return render(request, "moderation/missing.html", context)


def _gone_articles(blog: Blog | None) -> list[Post]:
    """List the articles that the last whole export of their blog lacks."""
    ever = Post.objects.public().titled().exclude(absences=[]).newest_first()
    of_blog = ever.filter(blog=blog) if blog else ever
    return [post for post in of_blog if not post.absences[-1]["back"]]
