"""An article and its addresses."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse

from commentarchive.importers.parsed import LIVE_STATUSES
from commentarchive.ledger import rows
from commentarchive.ledger.merkle.refs import LENGTH
from commentarchive.models.blog import Blog, BlogVisibility
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.models.words import every_word
from commentarchive.text.shown_names import shown_name
from commentarchive.text.unseen import marked
from commentarchive.threads import part_words
from commentarchive.threads.part_words import placeholder


class PostKind(models.TextChoices):
    """What the source calls it."""

    POST = "post", "article"
    PAGE = "page", "page"
    ATTACHMENT = "attachment", "attached page"
    OTHER = "other", "other"
    CONTACT = "contact", "contact form"


# States in which a blog shows an article to nobody, or to some only.
PRIVATE_STATUSES = (
    *("draft", "auto-draft", "pending", "future", "private", "trash", "password"),
    "scheduled",
)


# What notices on parts of articles say.
KINDS = tuple(part_words.KINDS.items())


# Articles that nobody has released, and no question at the desk holds back.
_LEFT_TO_IMPORTS: dict[str, Any] = {"is_held_back": False, "released_entry": None}


def has_shown_article() -> Exists:
    """Ask whether the article that an attached page belongs to is public."""
    of_it = Post.objects.filter(blog=OuterRef("blog"), source_id=OuterRef("live_with"))
    return Exists(of_it.filter(is_public=True))


@cache
def is_led_out_of_sight(leader: str = "leader") -> Q:
    """Ask whether an article is shown in the place of one that readers do not see."""
    seen = Post.objects.filter(pk=OuterRef(leader), is_public=True)
    is_hidden = ~Exists(seen.exclude(blog__visibility=BlogVisibility.STAFF))
    # Nothing is looked up where there is one source.
    return Q(Q(**{f"{leader}__isnull": False}), is_hidden)


class PostQuerySet(models.QuerySet["Post"]):
    def public(self) -> Self:
        """Keep what its own blog shows, on blogs that anybody may see.

        Of one thread from several sources, only the article that readers see.
        """
        return self.reachable().filter(Q(leader=None) | Q(leader=F("pk")))

    def reachable(self) -> Self:
        """Keep public articles, and those whose address leads to one of them."""
        own = self.filter(is_public=True).exclude(blog__visibility=BlogVisibility.STAFF)
        return own.exclude(is_led_out_of_sight())

    def note_texts(self) -> None:
        """Note that texts or comments came to some articles, or texts to those.

        Where readers do not see them, their words are looked at again.
        """
        self.filter(has_phrases=True).update(has_phrases=False)

    def settle_types(self, let_through: Collection[str]) -> None:
        """Show articles of unknown types exactly where their type is let through.

        The rows are those of one blog; what its source does not call live stays hidden.
        """
        own = self.exclude(source_type="").filter(**_LEFT_TO_IMPORTS)
        let = Q(source_type__in=let_through, status__in=LIVE_STATUSES)
        own.filter(let, is_public=False).update(is_public=True)
        own.filter(~let, is_public=True).update(is_public=False)
        self.settle_attached()

    def settle_attached(self) -> None:
        """Make each attached page of a blog public exactly while its article is."""
        tied = self.exclude(live_with="").filter(source_type="", **_LEFT_TO_IMPORTS)
        is_shown = has_shown_article()
        # Again, since one may be attached to another.
        while tied.filter(is_shown, is_public=False).update(is_public=True):
            pass
        while tied.filter(~is_shown, is_public=True).update(is_public=False):
            pass

    def left_for_staff(self) -> Self:
        """Keep what an import showed to nobody because its source does not say enough.

        Drafts and what else a blog keeps to itself are left out, and so is an article
        that waits for an answer.
        """
        kept = self.filter(is_public=False, is_held_back=False, live_with="")
        return kept.exclude(status__in=PRIVATE_STATUSES).filter(released_entry=None)

    def titled(self) -> Self:
        """Fetch each article's current title and its blog with it."""
        return self.select_related("blog", "current_revision__text", "put_right")

    def count_by_blog(self) -> dict[int, int]:
        """Count the public articles of each blog that has any, by its primary key."""
        return dict(
            self.public().order_by().values_list("blog").annotate(n=Count("pk"))
        )

    def newest_first(self) -> Self:
        """Order by time, newest first; what has no date comes last."""
        return self.order_by(F("published_at").desc(nulls_last=True), "-pk")

    def with_shown_title(self) -> Self:
        """Keep articles whose title no notice stands for."""
        return self.filter(hidden_title="")

    def titled_with(self, words: Sequence[str]) -> Self:
        """Keep articles whose current title holds every word, hidden ones too."""
        told = every_word("current_revision__text__title", words)
        put_right = every_word("put_right__title", words)
        return self.filter(told | put_right).newest_first()


class Post(models.Model):
    """One article on one blog; its facts change only where a better copy tells them."""

    ref = models.CharField(max_length=LENGTH, unique=True)
    blog = models.ForeignKey(Blog, models.PROTECT, related_name="posts")
    scheme = models.CharField(max_length=20)
    source_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=PostKind)
    # The source's word, where it is no kind that is known here: kind is "other" then.
    source_type = models.CharField(max_length=60, blank=True, default="", db_default="")
    published_at = models.DateTimeField(null=True, db_index=True)
    printed_at = models.CharField(max_length=60, blank=True)
    # Minutes east of UTC of the printed time; None where the source did not tell.
    utc_offset = models.SmallIntegerField(null=True)
    # As `Comment.day_only`.
    day_only = models.BooleanField(default=False, db_default=False)
    capture = models.ForeignKey(
        "Capture", models.PROTECT, db_index=False, related_name="+"
    )
    # As `Comment.settlings`.
    settlings = models.PositiveSmallIntegerField(default=0, db_default=0)

    status = models.CharField(max_length=20)
    # The id of the article that an attached page is shown with.
    live_with = models.CharField(max_length=200, blank=True, default="")
    is_public = models.BooleanField(default=False)
    # Whether it waits for an answer: it may be another article, from before a move.
    is_held_back = models.BooleanField(default=False, db_default=False)
    # The entry by which staff published it, or took it back. While there is one,
    # imports do not change who may see it.
    released_entry = models.BigIntegerField(null=True)
    # Not held by the database, for the reason given at Comment.current_revision.
    current_revision = models.ForeignKey(
        "Revision",
        models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    # What each copy of its thread changed, in the order they were made; see
    # `captures.history.summary`. Empty while there is one copy.
    copies = models.JSONField(default=list)
    # When later whole exports lacked it, by which copies; see `captures.absent`.
    absences = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField())
    )
    # As `Comment.has_phrases`, of its texts and those of all comments on it: looked at
    # while readers do not see it.
    has_phrases = models.BooleanField(default=False, db_default=False)
    # Whether its title or its author was put right by hand: `put_right` has them.
    is_put_right = models.BooleanField(default=False, db_default=False)
    # The article that readers see, while it is tied to the same thread from another
    # source: that one, or itself. Not held by the database, as above.
    leader = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="same_articles",
    )
    # The kinds of the open notices on its text and its title (`PartNotice`); "" where
    # readers see them. And whether it is noted here that its discussion is closed.
    hidden_text = models.CharField(
        max_length=20, choices=KINDS, blank=True, default="", db_default=""
    )
    hidden_title = models.CharField(
        max_length=20, choices=KINDS, blank=True, default="", db_default=""
    )
    is_closed = models.BooleanField(default=False, db_default=False)
    # The entry of the last decision on its text or its title. While there is one,
    # imports do not change which version readers see.
    decided_entry = models.BigIntegerField(null=True)
    # What copies tell by now, where that decision keeps readers from it: news for the
    # desk. Not held by the database, as above.
    news_revision = models.ForeignKey(
        "Revision",
        models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    # Places in its public thread while every window of it is stored, else None.
    stored_places = models.PositiveIntegerField(null=True)
    # By what they were rendered, and what they hold together; see `StoredThread`.
    stored_key = models.BigIntegerField(default=0, db_default=0)
    stored_shown = models.PositiveIntegerField(default=0, db_default=0)
    stored_hidden = models.PositiveIntegerField(default=0, db_default=0)
    stored_notices = models.PositiveIntegerField(default=0, db_default=0)
    stored_bytes = models.PositiveBigIntegerField(default=0, db_default=0)

    objects = PostQuerySet.as_manager()

    row_rule = rows.fact(
        derived=(
            *("status", "live_with", "is_public", "current_revision_id"),
            *("stored_places", "stored_key", "stored_shown", "stored_hidden"),
            *("stored_notices", "stored_bytes", "copies", "absences"),
            *("is_held_back", "released_entry", "is_put_right", "leader_id"),
            *("has_phrases", "hidden_text", "hidden_title", "is_closed"),
            *("decided_entry", "news_revision_id"),
        ),
        filled_once=("source_id",),
        settled=(
            *("kind", "source_type"),
            *("published_at", "printed_at", "utc_offset", "day_only"),
        ),
        counter="settlings",
    )

    class Meta:
        verbose_name = "article"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["blog", "scheme", "source_id"],
                condition=~models.Q(source_id=""),
                name="one_post_a_source_id",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["leader"],
                condition=models.Q(leader__isnull=False),
                name="same_articles",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(is_public=False, has_phrases=False),
                name="hidden_without_phrases",
            ),
            models.Index(
                fields=["blog"],
                condition=models.Q(has_phrases=False),
                name="posts_without_phrases",
            ),
            models.Index(
                fields=["decided_entry"],
                condition=models.Q(decided_entry__isnull=False),
                name="articles_decided_on",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("post-detail", args=[self.ref])

    @property
    def title(self) -> str:
        """Its current title, with its unseen characters named, as pages show it.

        What happened to it, while it is hidden. Costs two queries unless `titled()`
        fetched it.
        """
        if self.hidden_title:
            return placeholder("title", self.hidden_title)
        return marked(self.known_title) or "Untitled"

    @property
    def known_title(self) -> str:
        """Its current title as readers may know it; "" for none, or while hidden."""
        return "" if self.hidden_title else self.sealed_title

    @property
    def sealed_title(self) -> str:
        """Its current title as it was put right, else as told; hidden or not."""
        title = self.put_right.title if self.is_put_right else None
        return self.told_title if title is None else title

    @property
    def told_title(self) -> str:
        """Its current title as the copies tell it."""
        text = self._current_text
        return text.title if text else ""

    @property
    def author(self) -> str:
        """Its author as put right, else as the copies tell it; "" where not known."""
        author = self.put_right.author if self.is_put_right else None
        text = self._current_text
        return (text.byline if text else "") if author is None else author

    @property
    def shown_author(self) -> str:
        """Its author as readers see it: without addresses and numbers."""
        return shown_name(self.author)

    @property
    def shown_text(self) -> Any:
        """Its current text as readers see it: a RevisionText, or None."""
        return None if self.hidden_text else self._current_text

    @property
    def told_revision_id(self) -> int | None:
        """The version that its copies tell, whether readers may see it or not.

        While words of it are blacked out, it is kept from them as news are.
        """
        return self.news_revision_id or self.current_revision_id

    @property
    def has_part_notices(self) -> bool:
        """Whether any notice stands on its text, its title or its discussion."""
        return bool(self.hidden_text or self.hidden_title or self.is_closed)

    @property
    def shown_as(self) -> "Post":
        """The article that readers see in its place: itself, or a better source's."""
        return self.leader or self

    @property
    def _current_text(self) -> Any:
        # A RevisionText or None: versions are of articles, and not the other way round.
        revision = self.current_revision
        return getattr(revision, "text", None) if revision else None

    @property
    def local_time(self) -> PrintedTime | None:
        """When it was published, on the clock of its blog."""
        zone = self.blog.time_zone
        return printed_time(
            self.published_at, self.utc_offset, zone, day_only=self.day_only
        )


class PostAddressQuerySet(models.QuerySet["PostAddress"]):
    def shown(self) -> Self:
        """Keep the addresses that readers see: they may hold the words of a title."""
        return self.filter(post__hidden_title="")


class PostAddress(models.Model):
    """An address under which the article was ever found."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="addresses")
    address = models.CharField(max_length=1000)
    normal_address = models.CharField(max_length=1000, db_index=True)

    objects = PostAddressQuerySet.as_manager()

    row_rule = rows.fact()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post", "normal_address"], name="one_row_an_address"
            )
        ]
        verbose_name_plural = "post addresses"

    def __str__(self) -> str:
        return self.address
