"""One remark as its source recorded it."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import (
    Case,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse

from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.models.blog import BlogVisibility
from commentarchive.models.comment_words import CommentKind, Visibility
from commentarchive.models.post import Post, is_led_out_of_sight
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.models.words import every_word
from commentarchive.threads.long_texts import in_list

# The source state of a comment that is missing from a later whole copy.
GONE = "gone"


def _is_undated() -> "ExpressionWrapper[Q]":
    """Return the condition that a time is not known, for orders that an index serves.

    Not every database's index knows `nulls_last`.
    """
    return ExpressionWrapper(Q(posted_at=None), models.BooleanField())


# Of one comment from several sources, the one in whose place readers see it.
_HAS_A_PLACE = Q(leader=None) | Q(leader=F("pk"))


@cache
def is_hidden_elsewhere(leader: str = "leader") -> Q:
    """Ask whether another source's tie, or a decision there, hides a comment here.

    Of the same comment from several sources, each is hidden while any is.
    """
    same = Comment.objects.filter(leader=OuterRef(leader))
    hidden = Exists(same.exclude(visibility=Visibility.PUBLISHED))
    # Nothing is looked up where there is one source.
    return Q(Q(**{f"{leader}__isnull": False}), hidden)


class CommentQuerySet(models.QuerySet["Comment"]):
    def public(self) -> Self:
        """Keep every comment that has a place in a public thread.

        The place may hold a notice: only `shown()` ones have a public text.
        """
        own = self.in_thread().exclude(post__blog__visibility=BlogVisibility.STAFF)
        return own.exclude(is_led_out_of_sight("post__leader"))

    def in_copies_of(self, posts: "Iterable[int] | models.QuerySet[Any, Any]") -> Self:
        """Keep what copies hold below some articles; readers may find it elsewhere."""
        told_here = Q(told_below__in=posts)
        return self.filter(told_here | Q(post__in=posts, told_below=None))

    def in_thread(self) -> Self:
        """Keep what would be public if its blog were not for staff only."""
        internal = Comment.objects.filter(visibility=Visibility.INTERNAL)
        same = internal.filter(leader=OuterRef("leader"))
        own = self.filter(_HAS_A_PLACE, post__is_public=True)
        own = own.exclude(visibility=Visibility.INTERNAL)
        return own.exclude(Q(leader__isnull=False) & Exists(same))

    def shown(self) -> Self:
        """Keep the public comments whose text anybody may read."""
        published = self.public().filter(visibility=Visibility.PUBLISHED)
        return published.exclude(is_hidden_elsewhere())

    def settle_types(self, let_through: Collection[str]) -> None:
        """Show comments of unknown types exactly where their type is let through.

        The rows are those of one blog. What was decided on stays as it was decided;
        what its source does not call live stays internal.
        """
        own = self.filter(decided_entry=None).exclude(source_type="")
        let = own.filter(source_type__in=let_through)
        let.filter(visibility=Visibility.INTERNAL, source_state="live").update(
            visibility=Visibility.PUBLISHED
        )
        kept = own.exclude(source_type__in=let_through)
        kept.filter(visibility=Visibility.PUBLISHED).update(
            visibility=Visibility.INTERNAL
        )

    def left_for_staff(self) -> Self:
        """Keep what an import showed to nobody because its source does not say enough.

        Types that are not for readers, and states that no such source has. A comment
        that only a wrong parent speaks of is nothing that could be shown.
        """
        untold = Q(visibility=Visibility.HELD, source_state="unknown")
        left = Q(visibility=Visibility.INTERNAL) | untold
        return self.filter(left, decided_entry=None, capture__isnull=False)

    def oldest_first(self) -> Self:
        """Order by time, oldest first; what has no date comes last."""
        return self.order_by(_is_undated(), "posted_at", "pk")

    def with_news(self) -> Self:
        """Keep what something was told of since it was decided on; an index has it."""
        return self.filter(has_news=True)

    def note_news(self) -> None:
        """Note that something was told of those that were decided on."""
        self.filter(decided_entry__isnull=False, has_news=False).update(has_news=True)

    def in_thread_order(self) -> Self:
        """Order as a reader reads; the index on (post, position) serves it."""
        return self.order_by("post_id", "position")

    def newest_first(self) -> Self:
        """Order by time, newest first; what has no date comes last."""
        return self.order_by(F("posted_at").desc(nulls_last=True), "-pk")

    def read(self) -> Self:
        """Fetch name, text, article and blog with each comment."""
        return self.select_related(
            *("commenter__name", "current_revision__text"),
            *("post__blog", "post__current_revision__text", "post__put_right"),
        )

    def containing(self, words: Sequence[str]) -> Self:
        """Keep comments whose current text holds every word."""
        return self.filter(every_word("current_revision__text__plain", words))

    def with_notice(self) -> Self:
        """Join the open notice as `notice` and text and name where they are shown.

        Hidden texts are not even fetched: `shown_html` is null unless the comment is
        published. `shown_name` is also set where the notice shows the name and the
        blog shows hidden names; never where a notice stands for the name itself, which
        `name_hidden_as` then names. `hidden_as` is the same comment from another source
        where it is hidden there alone: readers see that one's notice.
        """
        is_published = Q(visibility=Visibility.PUBLISHED)
        published = is_published & ~is_hidden_elsewhere()
        elsewhere = Comment.objects.filter(leader=OuterRef("leader")).order_by("pk")
        hidden = elsewhere.exclude(visibility=Visibility.PUBLISHED).values("pk")[:1]
        named = published | Q(
            ~Q(notice__kind="withheld"),
            leader=None,
            notice__isnull=False,
            notice__shows_name=True,
            post__blog__show_hidden_names=True,
        )
        return self.annotate(
            notice=FilteredRelation("tombstones", condition=Q(tombstones__is_open=True))
        ).annotate(
            shown_html=Case(When(published, then=F("current_revision__text__html"))),
            shown_name=Case(
                When(
                    named & Q(commenter__hidden_name=""),
                    then=F("commenter__name__name"),
                )
            ),
            name_hidden_as=Case(When(published, then=F("commenter__hidden_name"))),
            hidden_as=Case(
                When(is_published & Q(leader__isnull=False), then=Subquery(hidden))
            ),
        )

    def with_parent_name(self) -> Self:
        """Join the parent as `parent_shown_ref`, and its name where it is shown.

        Or the kind of the notice that stands for the name. On a page, an editor's note
        is nobody's parent: readers do not see it.
        """
        internal = Q(parent__visibility=Visibility.INTERNAL)
        published = Q(parent__visibility=Visibility.PUBLISHED)
        published &= ~is_hidden_elsewhere("parent__leader")
        return self.annotate(
            parent_shown_ref=Case(When(~internal, then=F("parent__ref"))),
            parent_shown_name=Case(
                When(
                    published & Q(parent__commenter__hidden_name=""),
                    then=F("parent__commenter__name__name"),
                )
            ),
            parent_name_hidden_as=Case(
                When(published, then=F("parent__commenter__hidden_name"))
            ),
        )


class Comment(models.Model):
    """One remark. Its facts change only where a better copy tells them otherwise."""

    ref = models.CharField(max_length=LENGTH, unique=True)
    post = models.ForeignKey(
        Post, models.PROTECT, db_index=False, related_name="comments"
    )
    # The article in its copies, where it was put under another one by hand.
    told_below = models.ForeignKey(
        Post, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    scheme = models.CharField(max_length=20)
    source_id = models.CharField(max_length=200)
    # Counts repeated ids whose texts differ.
    twin = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=CommentKind, blank=True)
    # The source's word, where it is no kind that is known here: kind is "other" then.
    source_type = models.CharField(max_length=60, blank=True, default="", db_default="")
    commenter = models.ForeignKey(
        "Commenter", models.PROTECT, null=True, related_name="comments"
    )
    posted_at = models.DateTimeField(null=True)
    printed_at = models.CharField(max_length=60, blank=True)
    # Minutes east of UTC of the printed time; None where the source did not tell.
    utc_offset = models.SmallIntegerField(null=True)
    # Whether only the day is told: the time is then its beginning on the blog's clock.
    day_only = models.BooleanField(default=False, db_default=False)
    # The copy that first held it; none for a placeholder that only replies speak of.
    capture = models.ForeignKey(
        "Capture", models.PROTECT, null=True, db_index=False, related_name="+"
    )

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, related_name="replies"
    )
    position = models.PositiveIntegerField()
    depth = models.PositiveIntegerField()
    visibility = models.CharField(max_length=20, choices=Visibility)
    # Derived, and without a constraint: a comment is inserted before its text, and for
    # a row that refers to a missing one SQLite scans the table at each insert.
    current_revision = models.ForeignKey(
        "Revision",
        models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    # How many times a better copy has changed these facts.
    settlings = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Its state according to the last copy, and its parent's id by the best evidence.
    source_state = models.CharField(max_length=20, blank=True)
    source_parent = models.CharField(max_length=200, blank=True)
    # The entry of the decision that stands. While there is one, imports do not change
    # what the public sees.
    decided_entry = models.BigIntegerField(null=True)
    # The version that its copies tell by now, where such a decision stands; where none
    # is noted it is the newest from its blog. It may be an earlier one, to which the
    # blog went back. Not held by the database, as `current_revision`.
    told_revision = models.ForeignKey(
        "Revision",
        models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    # Whether something was told of it since that decision: a text, a state, a copy
    # that shows it. The desk looks closer at these, and at no others.
    has_news = models.BooleanField(default=False, db_default=False)
    # Whether its words are among those that nobody may repeat in public
    # (`HiddenPhrase`); looked at while it is hidden, or may have hidden texts.
    has_phrases = models.BooleanField(default=False, db_default=False)
    # In whose place readers see it, while it is tied to the same comment from another
    # source: that one, or itself. Not held by the database, as `current_revision`.
    leader = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="same_comments",
    )

    objects = CommentQuerySet.as_manager()

    row_rule = rows.fact(
        derived=(
            *("parent_id", "position", "depth", "visibility", "current_revision_id"),
            *("source_state", "source_parent", "decided_entry", "told_revision_id"),
            *("has_news", "has_phrases", "leader_id"),
        ),
        filled_once=("capture_id",),
        settled=(
            *("post_id", "told_below_id", "kind", "source_type", "commenter_id"),
            *("posted_at", "printed_at", "utc_offset", "day_only"),
        ),
        counter="settlings",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                *(Coalesce("told_below", "post"), "scheme", "source_id", "twin"),
                name="one_comment_an_id_in_copies",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["post", "position"], name="reading_order"),
            models.Index(
                fields=["parent"], condition=Q(parent__isnull=False), name="replies_to"
            ),
            models.Index(
                fields=["told_below"],
                condition=Q(told_below__isnull=False),
                name="moved_by_hand",
            ),
            models.Index(fields=["posted_at"], name="by_time"),
            models.Index(
                _is_undated(),
                # All that the desk counts by, so that it reads no row.
                *("posted_at", "id", "decided_entry", "visibility"),
                condition=Q(visibility="held"),
                name="waiting_by_time",
            ),
            models.Index(
                fields=["id"], condition=Q(has_news=True), name="news_of_decided"
            ),
            models.Index(
                fields=["id"],
                condition=Q(has_phrases=False)
                & ~Q(visibility="published")
                & ~Q(visibility="unknown")
                & ~Q(visibility="erased"),
                name="phrases_not_kept",
            ),
            models.Index(
                fields=["id"],
                condition=Q(has_phrases=False, visibility="published")
                & (Q(decided_entry__isnull=False) | Q(leader__isnull=False)),
                name="shown_without_phrases",
            ),
            models.Index(
                fields=["leader"],
                condition=Q(leader__isnull=False),
                name="same_comments",
            ),
            models.Index(
                fields=["capture"],
                condition=Q(visibility="internal", decided_entry=None),
                name="kept_from_readers",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("comment-detail", args=[self.ref])

    @property
    def copied_below_id(self) -> int:
        """The article below which its copies hold it."""
        return self.told_below_id or self.post_id

    @property
    def shown_as(self) -> "Comment":
        """The comment that readers see in its place: itself, or a better source's."""
        return self.leader or self

    @property
    def lines_in_copy(self) -> str:
        """Return which lines of a plain text it was read from; "" of other sources."""
        place, _, last = self.source_id.partition(":L")[2].partition("-")
        if self.scheme != "transcript" or not last:
            return ""
        # Behind a point is the character where it starts.
        first = place.partition(".")[0]
        return f"line {first}" if first == last else f"lines {first}–{last}"

    @property
    def in_thread_url(self) -> str:
        """Where its place in the thread is found at any time."""
        return reverse("comment-in-thread", args=[self.ref])

    @property
    def html_in_list(self) -> str:
        """Its public text as lists show it: long ones are cut, with a link to all."""
        shown = self.current_revision
        return in_list(shown.text.html, self.ref) if shown else ""

    @property
    def local_time(self) -> PrintedTime | None:
        """When it was made, on the clock of its blog; reads post and blog."""
        zone = self.post.blog.time_zone
        return printed_time(
            self.posted_at, self.utc_offset, zone, day_only=self.day_only
        )
