"""A blog: its articles."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commentarchive.models import Blog, Post
from commentarchive.views.pagination import paginate

ARTICLES = 50


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """List a blog's articles, newest first, with comments shown and withheld."""
    blog = get_object_or_404(Blog.objects.public(), slug=slug)
    posts = Post.objects.public().filter(blog=blog).titled().counted().newest_first()
    context = {
        "blog": blog,
        "posts": paginate(request, posts, ARTICLES),
        "captures": blog.captures.order_by("-pk")[:20],
    }
    return render(request, "commentarchive/blog_detail.html", context)
