"""A blog under archive, or one that is only known from a cross-post."""

import re
from collections.abc import Iterable
from typing import Self
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from commentarchive.importers.parsed import type_word
from commentarchive.ledger.merkle.refs import LENGTH


def check_time_zone(name: str) -> None:
    """Raise ValidationError for an unknown time zone."""
    if name not in available_timezones():
        message = f"{name!r} is no time zone, such as Europe/London."
        raise ValidationError(message)


# Whatever else is shown: these are not for readers by their nature.
NEVER_SHOWN = frozenset({"note", "feedback", "contact-form", "revision"})


def check_types(words: str) -> None:
    """Raise ValidationError for a type that is never let through, or is no word."""
    for word in re.split(r"[\s,]+", words.strip()):
        if word in NEVER_SHOWN:
            message = f"{word}: this type is never for readers."
            raise ValidationError(message)
        if word and type_word(word) != word:
            message = f"{word!r} is no type as a report names them."
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

    comment_types = models.CharField(
        max_length=500,
        blank=True,
        default="",
        validators=[check_types],
        help_text="Types of comments of this blog that are for readers here as well, "
        "by its own words: “review” where its reviews are comments. Others are kept "
        "for staff only; an import's report counts them by type.",
    )
    article_types = models.CharField(
        max_length=500,
        blank=True,
        default="",
        validators=[check_types],
        help_text="Types of articles that are for readers here as well.",
    )

    # The entry of the last decision on how a name is shown: pages that were made before
    # it are made anew.
    names_entry = models.BigIntegerField(null=True, editable=False)

    objects = BlogQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    @property
    def shown_comment_types(self) -> frozenset[str]:
        """The types of comments that its owner lets through."""
        return frozenset(self.comment_types.split())

    @property
    def shown_article_types(self) -> frozenset[str]:
        """The types of articles that its owner lets through."""
        return frozenset(self.article_types.split())

    def get_absolute_url(self) -> str:
        return reverse("blog-detail", args=[self.slug])


def has_unlisted(blogs: Iterable[Blog]) -> bool:
    """Return whether search engines must be kept from a list of these blogs."""
    return any(blog.visibility == BlogVisibility.UNLISTED for blog in blogs)
