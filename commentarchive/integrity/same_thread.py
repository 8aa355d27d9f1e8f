"""Check which articles are one thread, and whom readers see, against the record."""

from collections.abc import Iterator, Sequence

from django.db.models import Q, QuerySet

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import Comment, Post, SamePair, SameThread
from commentarchive.storage.prepared import Prepared


class SameThreads:
    """Follows which articles were tied and untied, entry by entry."""

    def __init__(self) -> None:
        self._made: dict[str, ReadEntry] = {}
        self._ended: dict[str, ReadEntry] = {}

    def follow(self, entries: Sequence[ReadEntry]) -> None:
        """Take further entries into account."""
        for said in entries:
            if said.event == "crosspost.confirm":
                self._made[said.subject] = said
            elif said.event == "crosspost.refuse":
                self._ended[said.subject] = said

    def compare(self) -> Iterator[Difference]:
        """Report ties and pairs that are not as the record says, or not followed."""
        for tie in _ties():
            made, ended = self._made.get(tie.ref), self._ended.get(tie.ref)
            if not _is_on_record(tie, made, ended):
                reason = f"tie {tie.ref} of two articles is not what the record says"
                yield Difference(tie.entry_index, reason)
            for said, is_ending in ((made, False), (ended, True)):
                if said and not _has_its_words(tie, said, is_ending=is_ending):
                    reason = f"the words of tie {tie.ref} are not those on record"
                    yield Difference(said.index, reason)
        yield from _not_followed()


def _is_on_record(
    tie: SameThread, made: ReadEntry | None, ended: ReadEntry | None
) -> bool:
    if made is None or made.index != tie.entry_index:
        return False
    if tie.ended_entry != (ended.index if ended else None):
        return False
    pairs = tie.pairs.all()
    if made.public["kind"] != "same_thread" or made.public["pairs"] != len(pairs):
        return False
    if any(
        (pair.comment.post_id, pair.other.post_id) != (tie.post_id, tie.other_id)
        for pair in pairs
    ):
        return False
    return "pair_list" not in made.opened or made.value("pair_list") == tie.pair_list


def _has_its_words(tie: SameThread, said: ReadEntry, *, is_ending: bool) -> bool:
    if "evidence" not in said.opened:
        return True
    words = [each.evidence for each in tie.words.all() if each.is_ending == is_ending]
    return words == [said.value("evidence")]


@Prepared
def _ties() -> QuerySet[SameThread]:
    ties = SameThread.objects.select_related("post", "other")
    related = ("words", "pairs__comment", "pairs__other")
    return ties.prefetch_related(*related).order_by("pk")


@Prepared
def _tied() -> QuerySet[SameThread, tuple[int, int]]:
    return SameThread.objects.standing().values_list("post", "other")


@Prepared
def _paired() -> QuerySet[SamePair, tuple[int, int]]:
    standing = SamePair.objects.filter(tie__ended_entry=None)
    return standing.values_list("comment", "other")


@Prepared
def _led_articles(
    tied: tuple[int, ...],
) -> QuerySet[Post, tuple[int, str, int | None]]:
    led = Post.objects.filter(Q(leader__isnull=False) | Q(pk__in=tied))
    return led.values_list("pk", "ref", "leader")


@Prepared
def _led_comments() -> QuerySet[Comment, tuple[int, int | None]]:
    led = Comment.objects.filter(leader__isnull=False)
    return led.values_list("pk", "leader")


def _not_followed() -> Iterator[Difference]:
    """Find articles and comments that are led otherwise than the standing ties say."""
    posts: dict[int, int | None] = {}
    for one, other in _tied():
        posts[one] = posts[other] = other
    comments: dict[int, int | None] = {}
    for one, other in _paired():
        comments[one] = comments[other] = other
    for pk, ref, leader in _led_articles(tuple(posts)):
        if posts.get(pk) != leader:
            yield Difference(None, f"article {ref} is not shown as its ties say")
    found = dict(_led_comments())
    wrong = {
        pk for pk in found.keys() | comments.keys() if found.get(pk) != comments.get(pk)
    }
    if not wrong:
        return
    for ref in Comment.objects.filter(pk__in=wrong).values_list("ref", flat=True):
        yield Difference(None, f"comment {ref} is not shown as its pairs say")
