"""A blog under archive, or one that is only known from a cross-post."""

from collections.abc import Iterable
from typing import Self
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from commentarchive.ledger.merkle.refs import LENGTH


def check_time_zone(name: str) -> None:
    """Raise ValidationError for an unknown time zone."""
    if name not in available_timezones():
        message = f"{name!r} is no time zone, such as Europe/London."
        raise ValidationError(message)


class BlogVisibility(models.TextChoices):
    """Who may see a blog here."""

    STAFF = "staff", "staff only"
    UNLISTED = "unlisted", "public, not for search engines"
    PUBLIC = "public", "public"


class BlogQuerySet(models.QuerySet["Blog"]):
    def public(self) -> Self:
        """Keep the blogs that anybody may see."""
        return self.exclude(visibility=BlogVisibility.STAFF)


class Blog(models.Model):
    """One blog: its name, address, clock and how it is shown here."""

    ref = models.CharField(max_length=LENGTH, unique=True, editable=False)
    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=300)
    address = models.CharField(max_length=500, blank=True)
    # The address without scheme, `www.` and last slash: what imports look for.
    normal_address = models.CharField(
        max_length=500, blank=True, db_index=True, editable=False
    )
    time_zone = models.CharField(
        max_length=60, default="Europe/London", validators=[check_time_zone]
    )
    language = models.CharField(max_length=20, default="en", blank=True)
    visibility = models.CharField(
        max_length=10, choices=BlogVisibility, default=BlogVisibility.UNLISTED
    )
    show_gone_text = models.BooleanField(
        default=False,
        help_text="Go on showing comments that were public and are gone at the blog.",
    )
    show_hidden_names = models.BooleanField(
        default=False,
        help_text="Print the name on the notice of a comment that had been public.",
    )

    objects = BlogQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("blog-detail", args=[self.slug])


def has_unlisted(blogs: Iterable[Blog]) -> bool:
    """Return whether search engines must be kept from a list of these blogs."""
    return any(blog.visibility == BlogVisibility.UNLISTED for blog in blogs)
