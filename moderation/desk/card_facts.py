"""What a card shows beside its comment: branch, record of the name, what is alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, F
from rapidfuzz import fuzz

from commentarchive.discussion.query import thread_rows
from commentarchive.models import Comment, Visibility
from commentarchive.search.look_up import Asked, newest_hits
from commentarchive.search.triggers import PUBLIC, SEALED
from commentarchive.text.search_words import words_of
from commentarchive.text.similar import bare_words
from commentarchive.threads.render import join, render_window
from moderation.models import Decision

# Comments above, and first replies below, that a card shows.
PARENTS, REPLIES = 3, 2
# Rare words of a text by which others like it are looked for, of how many letters.
RARE, LETTERS = 5, 4
# Texts that are compared, how like they have to be of 100, and how many are shown.
COMPARED, ALIKE, SHOWN = 20, 85, 3


def branch_around(comment: Comment) -> str:
    """Render what a comment answers and what answers it, as the public sees it."""
    above: list[int] = []
    of_parents = Comment.objects.filter(pk=comment.pk).values_list(
        *("parent", "parent__parent", "parent__parent__parent")
    )
    for parents in of_parents:
        above = [pk for pk in parents[:PARENTS] if pk is not None]
    replies = Comment.objects.filter(post=comment.post_id, parent=comment.pk)
    below = replies.in_thread_order().values_list("pk", flat=True)[:REPLIES]
    around = Comment.objects.filter(pk__in=[*above, comment.pk, *below])
    rows = thread_rows(around.in_thread_order(), comment.post.blog.time_zone)
    return join([render_window(rows)]).decode() if rows else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRecord:
    """How a name has fared on its blog so far."""

    published: int
    hidden: int
    # Rule, its title, and how often a decision under it stands.
    rules: Sequence[tuple[int, str, int]]


def record_of_name(comment: Comment) -> NameRecord | None:
    """Count what is published and hidden of a comment's name; two queries."""
    if comment.commenter_id is None:
        return None
    own = Comment.objects.filter(commenter=comment.commenter_id).exclude(pk=comment.pk)
    counts = own.order_by().values_list("visibility").annotate(number=Count("pk"))
    states = dict(counts)
    published = states.pop(Visibility.PUBLISHED, 0)
    standing = Decision.objects.filter(
        comment__commenter=comment.commenter_id,
        entry_index=F("comment__decided_entry"),
        clause__isnull=False,
    ).exclude(comment=comment)
    rules = standing.values_list("clause__number", "clause__title")
    counted = rules.annotate(number=Count("pk")).order_by("-number")
    return NameRecord(
        published=published, hidden=sum(states.values()), rules=list(counted)
    )


class Similar(NamedTuple):
    """A comment that says nearly the same, and the decision that stands on it."""

    comment: Comment
    decision: Decision | None


def similar_to(comment: Comment, plain: str) -> list[Similar]:
    """Find comments that say nearly the same, and what became of them; newest first.

    By its rarest-looking words in the index of all texts, public and sealed.
    """
    bare = bare_words(plain)
    long = {word for word in words_of(plain) if len(word) >= LETTERS}
    needed = sorted(long, key=lambda word: (-len(word), word))[:RARE]
    if len(needed) < RARE:
        return []
    pks = [
        hit.subject
        for table in (PUBLIC, SEALED)
        for hit in newest_hits(_with_words(table, needed), COMPARED)
        if hit.subject != comment.pk
    ]
    found = Comment.objects.filter(pk__in=pks).read().order_by("-posted_at", "-pk")
    alike = [
        each
        for each in found
        if each.current_revision
        and fuzz.ratio(bare, bare_words(each.current_revision.text.plain)) >= ALIKE
    ][:SHOWN]
    entries = [each.decided_entry for each in alike if each.decided_entry]
    decisions = {
        made.entry_index: made
        for made in Decision.objects.filter(entry_index__in=entries).select_related(
            "clause"
        )
    }
    return [Similar(each, decisions.get(each.decided_entry or -1)) for each in alike]


def _with_words(table: str, needed: Sequence[str]) -> Asked:
    return Asked(
        table=table,
        shown=None,
        needed=needed,
        unwanted=(),
        phrases=(),
        since=None,
        until=None,
        weighed=(),
    )
