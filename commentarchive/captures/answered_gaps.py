"""What another source of a thread answers of what seems to be missing from one.

While two articles are tied as one thread, what the other one holds is not missing.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Q

from commentarchive.models import Comment, GapKind, Post, RevisionText, Visibility
from commentarchive.text.similar import bare_words


class Evidence(NamedTuple):
    """Why something may be missing from an article: after which comment, how many."""

    post: int
    kind: str
    after: int | None
    at_least: int
    at_most: int
    said_in: int | None = None


# A quotation that the other source holds is that many words more, at least.
MORE_WORDS = 3


def without_answered(found: Counter[Evidence]) -> Counter[Evidence]:
    """Return the evidence, with how often, that no other source answers."""
    if not found:
        return found
    tied = Post.objects.filter(
        pk__in={each.post for each in found}, leader__isnull=False
    )
    leaders = dict(tied.values_list("pk", "leader"))
    return Counter(
        {
            each: times
            for each, times in found.items()
            if each.post not in leaders
            or not _is_answered(each, leaders[each.post] or 0)
        }
    )


def texts_of_thread(post: int) -> Iterator[tuple[int | None, str]]:
    """Yield every text known of a thread, in each of its sources, with its comment.

    The same comment from another source goes by the one that leads.
    """
    group = Q(pk=post) | Q(leader__in=Post.objects.filter(pk=post).values("leader"))
    posts = Post.objects.filter(group)
    copied = Comment.objects.in_copies_of(posts.values("pk"))
    comments = RevisionText.objects.filter(revision__comment__in=copied)
    articles = RevisionText.objects.filter(revision__post__in=posts)
    for pk, leader, plain in comments.values_list(
        "revision__comment", "revision__comment__leader", "plain"
    ):
        yield leader or pk, plain
    for plain in articles.values_list("plain", flat=True):
        yield None, plain


def _is_answered(evidence: Evidence, leader: int) -> bool:
    others = Comment.objects.filter(post__leader=leader)
    if evidence.kind == GapKind.PRINTED_COUNT:
        there = others.filter(leader=None).exclude(post=evidence.post)
        more = there.filter(visibility=Visibility.PUBLISHED).count()
        return more >= evidence.at_most
    if evidence.kind == GapKind.MISSING_PARENT:
        replies = Comment.objects.filter(parent=evidence.after, leader__isnull=False)
        same = others.filter(leader__in=replies.values("leader")).exclude(
            pk__in=replies
        )
        parents = same.filter(parent__capture__isnull=False)
        return parents.exists()
    if evidence.kind == GapKind.QUOTED and evidence.at_least == 0:
        return _says_more(evidence.said_in)
    return False


def _says_more(pk: int | None) -> bool:
    """Return whether the same comment has clearly more words in another source."""
    own = Comment.objects.filter(leader__isnull=False).filter(pk=pk or 0).first()
    if own is None:
        return False
    mine = _newest_text(own)
    for other in Comment.objects.filter(leader=own.leader_id).exclude(pk=own.pk):
        theirs = _newest_text(other)
        has_more = len(theirs.split()) >= len(mine.split()) + MORE_WORDS
        if has_more and all(word in bare_words(theirs) for word in _lines(mine)):
            return True
    return False


def _lines(plain: str) -> list[str]:
    return [words for line in plain.splitlines() if (words := bare_words(line))]


def _newest_text(comment: Comment) -> str:
    texts = RevisionText.objects.filter(revision__comment=comment)
    newest = texts.order_by("-revision__number").values_list("plain", flat=True)
    return newest.first() or ""
