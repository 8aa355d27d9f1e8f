"""Blogs under archive, and those that are only known."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from commentarchive.api.pages import Ordered, Page, cut, only, page_at
from commentarchive.models import Blog as StoredBlog
from commentarchive.models import BlogVisibility, Post
from commentarchive.storage.remembered import while_record_stands

router = Router(tags=["Archive"])
Slug = Annotated[str, Field(pattern="^[-a-zA-Z0-9_]+$", description="Of the blog.")]


class Blog(Schema):
    """A blog."""

    id: str
    slug: str = Field(description="By what addresses and filters here name it.")
    title: str
    address: str
    time_zone: str
    language: str
    is_for_search_engines: bool
    articles: int = Field(description="How many public articles of it are here.")
    page: str


class Blogs(Page[Blog]):
    """A page of blogs."""


def _blog(row: StoredBlog, articles: dict[int, int]) -> Blog:
    return Blog(
        id=row.ref,
        slug=row.slug,
        title=row.title,
        address=row.address,
        time_zone=row.time_zone,
        language=row.language,
        is_for_search_engines=row.visibility == BlogVisibility.PUBLIC,
        articles=articles.get(row.pk, 0),
        page=page_at("blog-detail", row.slug),
    )


def _articles() -> dict[int, int]:
    return while_record_stands("articles of blogs", Post.objects.count_by_blog)


@router.get("/blogs/", response=Blogs, summary="Blogs")
def blogs(request: HttpRequest, asked: Query[Ordered]) -> Any:
    """List the blogs that anybody may see."""
    articles = _articles()
    page = cut(request, StoredBlog.objects.public(), asked)
    return page.into(lambda row: _blog(row, articles))


@router.get("/blogs/{slug:slug}/", response=Blog, summary="One blog")
def blog(request: HttpRequest, slug: Slug) -> Any:
    """Return one blog."""
    return _blog(only(StoredBlog.objects.public(), slug=slug), _articles())
