"""The public log: its filters, and its rows as plain values."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from commentarchive.importers.dates import FIRST_YEAR, LAST_YEAR
from commentarchive.models import Blog, Comment, Grade, Post
from commentarchive.models.comment import CommentQuerySet
from commentarchive.text.search_words import words_of
from moderation.clocks import Days, on_days, public_zones
from moderation.cuts import Cut, older_than
from moderation.facts_words import with_word
from moderation.later_rules import LaterRules
from moderation.matches import Matches, matches
from moderation.models import Action, Clause, Decision, DecisionWords, PolicyVersion
from moderation.models.action import done_to
from moderation.models.decision import DecisionQuerySet
from moderation.named_places import NoSuchPlace, article_by_address

# How many decisions a table reads at a time.
BLOCK = 1000
_GRADES = {grade.value: str(grade.label) for grade in Grade}
_FIELDS = (
    *("pk", "entry_index", "ref", "decided_at", "recorded_at", "action", "grade"),
    *("to_visibility", "aspect", "at", "is_shown", "second"),
    *("decided_by", "rule_version", "rule_number", "rule_title"),
    *("post__blog__title", "post__ref", "post__is_public", "comment__ref"),
    *("rule_pk", "rule_blog", "rule_in_force", "rule_published", "post__blog_id"),
)
# Only these are known of decisions; what was seen or inferred is none.
KNOWN = [(each.value, each.label) for each in (Grade.DECIDED, Grade.IMPORTED)]
OUTCOMES = [("shown", "the comment is shown"), ("hidden", "the comment is not shown")]
RULES_NOW = [("changed", "changed later"), ("same", "reads as it did")]
ORDERS = [("recorded", "by when recorded"), ("decided", "by when decided")]
MOST_WORDS = 10
# In scripts without spaces each character is a word by itself.
MOST_LOOKED_UP = 40
_day = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Day(forms.DateField):
    """A day as 2012-05-03, in these digits."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value and not _day.fullmatch(value):
            message = "A day is written as 2012-05-03."
            raise forms.ValidationError(message)
        return super().to_python(value)


class Article(forms.CharField):
    """An article that readers can open, by its address here or at its blog."""

    def clean(self, value: Any) -> Post | None:
        text = super().clean(value)
        try:
            return article_by_address(text, Post.objects.reachable()) if text else None
        except NoSuchPlace as error:
            raise forms.ValidationError(str(error)) from error


class Words(forms.CharField):
    """Words that facts have, each of them, folded."""

    def clean(self, value: Any) -> tuple[str, ...]:
        text = super().clean(value)
        words = sorted(set(words_of(text)))
        if text and not words:
            message = "Give words, and not signs alone."
            raise forms.ValidationError(message)
        if len(text.split()) > MOST_WORDS or len(words) > MOST_LOOKED_UP:
            message = f"Give {MOST_WORDS} words at most."
            raise forms.ValidationError(message)
        return tuple(words)


class LogFilter(forms.Form):
    """Days by each blog's own clock, action, rule, blog, article, words and the rest.

    A wrong value is named and keeps nothing: a list that looks filtered and is not
    would be taken for an answer.
    """

    since = Day(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = Day(
        required=False, label="To", widget=forms.DateInput(attrs={"type": "date"})
    )
    action = forms.ChoiceField(
        required=False, choices=[("", "all actions"), *Action.choices]
    )
    rule = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    blog = forms.ModelChoiceField(
        Blog.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label="all blogs",
    )
    article = Article(
        required=False,
        max_length=500,
        help_text="its address, here or at its blog",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none"}),
    )
    known = forms.ChoiceField(
        required=False, label="How known", choices=[("", "in any way"), *KNOWN]
    )
    outcome = forms.ChoiceField(
        required=False, label="Outcome now", choices=[("", "any"), *OUTCOMES]
    )
    words = Words(required=False, max_length=200, label="Words of the facts")
    rule_now = forms.ChoiceField(
        required=False, label="Its rule since", choices=[("", "any"), *RULES_NOW]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        public = Clause.objects.filter(policy__in=PolicyVersion.objects.public())
        rules = dict(
            public.order_by("policy__entry_index").values_list("number", "title")
        )
        self.fields["rule"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", "all rules"),
            *[(number, f"{number} {title}") for number, title in sorted(rules.items())],
        ]
        self.fields["blog"].queryset = Blog.objects.public().order_by("title")  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        """Refuse days outside the years that the archive can hold."""
        asked = super().clean() or {}
        for name in ("since", "until"):
            day = asked.get(name)
            if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, "Nothing is on record for that time.")
        return asked

    def apply(self, decisions: DecisionQuerySet) -> DecisionQuerySet:
        """Return the decisions that the filters keep: none where one is wrong."""
        if not self.is_valid():
            return decisions.none()
        asked = self.cleaned_data
        since, until = asked["since"], asked["until"]
        if since or until:
            days = Days(since, until + timedelta(days=1) if until else None)
            decisions = decisions.filter(on_days("decided_at", days, public_zones()))
        if asked["action"]:
            decisions = decisions.with_action(asked["action"])
        if asked["rule"] is not None:
            decisions = decisions.under_rule(asked["rule"])
        if asked["blog"]:
            # Looked up for each: else all decisions of a large blog would be sorted.
            its_posts = Post.objects.filter(pk=OuterRef("post"), blog=asked["blog"])
            decisions = decisions.filter(Exists(its_posts))
        if asked["article"]:
            decisions = decisions.filter(post=asked["article"])
        if asked["known"]:
            decisions = decisions.filter(grade=asked["known"])
        for word in asked["words"]:
            decisions = decisions.filter(pk__in=with_word(word))
        return _as_it_is_now(decisions, asked)

    def matches(self) -> Matches:
        """Return how many public decisions the filters keep, and where they lie."""
        if not self.is_valid():
            return Matches("entry_index")
        # By their keys: two articles may have the same title.
        asked = sorted(
            (name, str(getattr(value, "pk", value)))
            for name, value in self.cleaned_data.items()
        )
        kept = self.apply(Decision.objects.public())
        return matches(f"decisions of the log, {asked}", kept)


class LogForm(LogFilter):
    """The filters, and whether decisions stand by when recorded or when decided.

    What has no date of its own counts by when it was recorded.
    """

    order = forms.ChoiceField(required=False, choices=ORDERS)

    @property
    def is_by_time(self) -> bool:
        """Return whether decisions stand by when they were made."""
        return self.is_valid() and self.cleaned_data["order"] == "decided"


def with_outcome(decisions: DecisionQuerySet) -> DecisionQuerySet:
    """Add `is_shown`: whether readers see the comment that each is about today."""
    return decisions.annotate(is_shown=Exists(_shown_comment()))


def _as_it_is_now(
    decisions: DecisionQuerySet, asked: dict[str, Any]
) -> DecisionQuerySet:
    """Keep the decisions whose comment is shown today or not, whose rule changed."""
    if asked["outcome"]:
        shown = Q(Exists(_shown_comment()))
        is_asked = shown if asked["outcome"] == "shown" else ~shown
        decisions = decisions.filter(is_asked, comment__isnull=False)
    if asked["rule_now"]:
        changed = LaterRules().changed()
        is_asked = changed if asked["rule_now"] == "changed" else ~changed
        decisions = decisions.filter(is_asked, clause__isnull=False)
    return decisions


def _shown_comment() -> CommentQuerySet:
    return Comment.objects.shown().filter(pk=OuterRef("comment"))


def log_rows(
    decisions: DecisionQuerySet, *, is_by_time: bool = False
) -> Iterator[tuple[str, ...]]:
    """Return each decision's public values, newest first, in the order of the columns.

    They are read in blocks by record number, so that no transaction stays open while
    they are sent.
    """
    to_post, to_comment, to_statement = map(
        _address_form, ("post-detail", "comment-detail", "moderation:decision-detail")
    )
    rules = LaterRules()
    for row in _blocks(decisions, is_by_time=is_by_time):
        facts, is_public = row["facts"], row["post__is_public"]
        in_force = row["rule_in_force"]
        published = row["rule_published"]
        later = rules.of_decision(row["rule_pk"], row["post__blog_id"])
        comment, decided_at = row["comment__ref"], row["decided_at"]
        yield (
            str(row["entry_index"]),
            decided_at.isoformat() if decided_at else "",
            row["recorded_at"].isoformat(),
            _done(row),
            str(row["rule_version"] or ""),
            str(row["rule_number"] or ""),
            row["rule_title"] or "",
            facts,
            _GRADES[row["grade"]],
            _outcome(row),
            row["decided_by"],
            row["post__blog__title"],
            # No address of what readers cannot open.
            to_post.format(row["post__ref"]) if is_public else "",
            to_comment.format(comment) if is_public and comment else "",
            to_statement.format(row["ref"]),
            row["rule_blog"] or "",
            in_force.isoformat() if in_force else "",
            published.isoformat() if published else "",
            settings.BASE_URL + later.version.changes_url if later else "",
            row["second"],
        )


def _done(row: dict[str, Any]) -> str:
    return done_to(
        row["action"],
        row["to_visibility"],
        row["aspect"],
        is_of_comment=row["comment__ref"] is not None,
    )


def _outcome(row: dict[str, Any]) -> str:
    if row["comment__ref"] is None:
        return ""
    return "shown" if row["is_shown"] else "not shown"


def _blocks(
    decisions: DecisionQuerySet, *, is_by_time: bool
) -> Iterator[dict[str, Any]]:
    """Read the columns of decisions with their words, a block at a time."""
    ready = with_outcome(decisions.with_time().with_rule())
    order = ("-at", "-entry_index") if is_by_time else ("-entry_index",)
    newest_first = ready.order_by(*order)
    block = list(newest_first.values(*_FIELDS)[:BLOCK])
    while block:
        words = DecisionWords.objects.filter(decision__in=[row["pk"] for row in block])
        facts = dict(words.order_by("number").values_list("decision_id", "facts"))
        for row in block:
            yield row | {"facts": facts.get(row["pk"], "")}
        last = Cut(block[-1]["at"], block[-1]["entry_index"])
        older = (
            newest_first.filter(older_than(last, "at"))
            if is_by_time
            else newest_first.filter(entry_index__lt=last.entry_index)
        )
        block = list(older.values(*_FIELDS)[:BLOCK])


def _address_form(page: str) -> str:
    """Return the address of a page with braces in the place of its reference.

    To reverse three addresses a row would take longer than all else of it.
    """
    sample = f"x{'a' * 26}"
    return settings.BASE_URL + reverse(page, args=[sample]).replace(sample, "{}")
