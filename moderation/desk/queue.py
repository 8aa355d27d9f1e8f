"""What waits at the desk: its lists, how they are narrowed and in which order."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from commentarchive.models import Blog, Comment, Post
from moderation.models import AutomaticRule, Decision, QueueItem
from moderation.models.queue import AGE, DUE, NEWEST, WEIGHT, Order, QueueItemQuerySet
from moderation.named_places import NoSuchPlace, article_by_address

MOST_WORDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One list of the desk."""

    key: str
    title: str
    empty: str
    # Which rows it holds at a time.
    holds: Callable[[datetime], Q]
    order: Order = AGE
    # Whether the desk opens with it when something is in it.
    is_pressing: bool = True


# The lists in their order. Another part adds its own here, and what fills it to
# `queue_rows.py`; a list that nothing fills is not there.
TABS = (
    Tab(
        key="due",
        title="Due",
        empty="Nothing that was put on hold is due.",
        holds=lambda now: Q(tab="on-hold", due_at__lte=now),
        order=DUE,
    ),
    Tab(
        key="waiting",
        title="Waiting",
        empty="Nothing waits.",
        holds=lambda _now: Q(tab="waiting"),
    ),
    Tab(
        key="changed",
        title="Changed at their blog",
        empty="Nothing was changed at its blog after a decision here.",
        holds=lambda _now: Q(tab="changed"),
    ),
    Tab(
        key="on-hold",
        title="On hold",
        empty="Nothing is on hold.",
        holds=lambda now: Q(tab="on-hold", due_at__gt=now),
        order=DUE,
        is_pressing=False,
    ),
)
BY_KEY: Mapping[str, Tab] = {tab.key: tab for tab in TABS}
ORDERS: Mapping[str, Order | None] = {
    "": None,
    "age": AGE,
    "newest": NEWEST,
    "weight": WEIGHT,
}


def numbers() -> dict[str, int]:
    """Count what each list holds, by its key; one query."""
    now = timezone.now()
    counts = {
        tab.key.replace("-", "_"): Count("comment_id", filter=tab.holds(now))
        for tab in TABS
    }
    found = QueueItem.objects.aggregate(**counts)
    return {tab.key: found[tab.key.replace("-", "_")] for tab in TABS}


def pressing_tab(counted: Mapping[str, int]) -> Tab:
    """Return the list with which the desk opens: the first in which something is."""
    pressing = (tab for tab in TABS if tab.is_pressing and counted[tab.key])
    return next(pressing, BY_KEY["waiting"])


def chosen_tab(asked: "QueueFilter") -> Tab | None:
    """Return the list that somebody asks for, if there is such a list."""
    return BY_KEY.get(asked.data.get("tab", ""))


class Article(forms.CharField):
    """Any article, by its address here or at its blog."""

    def clean(self, value: Any) -> Post | None:
        text = super().clean(value)
        try:
            return article_by_address(text, Post.objects.all()) if text else None
        except NoSuchPlace as error:
            raise forms.ValidationError(str(error)) from error


class QueueFilter(forms.Form):
    """Which list of the desk, what of it, and in which order.

    A wrong value is named and keeps nothing, as in the log's filter.
    """

    tab = forms.ChoiceField(
        required=False,
        choices=[(tab.key, tab.title) for tab in TABS],
        widget=forms.HiddenInput,
    )
    blog = forms.ModelChoiceField(
        Blog.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label="all blogs",
    )
    language = forms.ChoiceField(required=False)
    article = Article(
        required=False,
        max_length=500,
        help_text="its address, here or at its blog",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none"}),
    )
    rule = forms.ChoiceField(required=False, label="Automatic rule")
    words = forms.CharField(required=False, max_length=200, label="Words of the text")
    order = forms.ChoiceField(
        required=False,
        choices=[
            ("", "as the list is kept"),
            ("age", "oldest first"),
            ("newest", "newest first"),
            ("weight", "seen by readers first"),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blogs = Blog.objects.order_by("title")
        self.fields["blog"].queryset = blogs  # type: ignore[attr-defined]  # a ModelChoiceField
        languages = blogs.exclude(language="").order_by("language").distinct()
        found = [(each, each) for each in languages.values_list("language", flat=True)]
        self.fields["language"].choices = [("", "all languages"), *found]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["rule"].choices = [("", "any or none"), *_rules()]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_words(self) -> list[str]:
        """Split what was typed into words."""
        words = re.findall(r"\S+", self.cleaned_data["words"])
        if len(words) > MOST_WORDS:
            message = f"Give {MOST_WORDS} words at most."
            raise forms.ValidationError(message)
        return words

    def query(self, tab: Tab) -> str:
        """Return the query of an address that asks for the same of a list."""
        asked = {name: self.data.get(name, "") for name in self.fields}
        return urlencode(
            {name: value for name, value in (asked | {"tab": tab.key}).items() if value}
        )

    @property
    def is_narrowed(self) -> bool:
        """Return whether anything of the list may be left out."""
        return any(
            self.data.get(name)
            for name in ("blog", "language", "article", "rule", "words")
        )


def _rules() -> list[tuple[str, str]]:
    """Return every automatic rule by its number, with what its newest version says."""
    rules = AutomaticRule.objects.order_by("version__number")
    found = {rule.number: f"{rule.number}: {rule.summary}" for rule in rules}
    return [(str(number), found[number]) for number in sorted(found)]


@dataclass(frozen=True, slots=True)
class Selection:
    """A list of the desk as it was asked for."""

    tab: Tab
    asked: Mapping[str, Any]

    @property
    def order(self) -> Order:
        return ORDERS[self.asked.get("order", "")] or self.tab.order

    def rows(self) -> QueueItemQuerySet:
        """Return what the list holds now, in no order."""
        kept = QueueItem.objects.filter(self.tab.holds(timezone.now()))
        if blog := self.asked.get("blog"):
            kept = kept.filter(comment__post__blog=blog)
        if language := self.asked.get("language"):
            kept = kept.filter(comment__post__blog__language=language)
        if article := self.asked.get("article"):
            kept = kept.filter(comment__post=article)
        if rule := self.asked.get("rule"):
            by_rule = Decision.objects.filter(automatic_rule=int(rule))
            kept = kept.filter(comment__in=by_rule.values("comment"))
        if words := self.asked.get("words"):
            having = Comment.objects.containing(words)
            kept = kept.filter(comment__in=having.order_by().values("pk"))
        return kept

    def row_of(self, comment: Comment) -> QueueItem | None:
        """Find a comment's row in the list."""
        return self.rows().filter(comment=comment).first()

    def beside(
        self, row: QueueItem | None, *, actor: int | None, backwards: bool = False
    ) -> Comment | None:
        """Find the next comment after a row, or before it; of no row, the first.

        What somebody else has open is passed over.
        """
        rows = self.rows().left_by_others(actor, timezone.now())
        if row is not None:
            rows = rows.beyond(row, self.order, backwards=backwards)
        found = rows.in_order(self.order, backwards=backwards).select_related("comment")
        first = found.first()
        return first.comment if first else None


def with_card(rows: "QuerySet[QueueItem]") -> "QuerySet[QueueItem]":
    """Fetch what the desk's list shows of each row."""
    return rows.select_related(
        *("comment__commenter__name", "comment__current_revision__text"),
        *("comment__post__blog", "comment__post__current_revision__text"),
        *("comment__post__put_right", "comment__open_card__actor"),
    )
