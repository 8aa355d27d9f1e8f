"""Check what was found of cross-posts against the record."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import CrossPost, CrossPostFinding
from commentarchive.storage.prepared import Prepared


class CrossPosts:
    """Follows which cross-posts the record says were found, or withdrawn."""

    def __init__(self) -> None:
        self._said: dict[int, ReadEntry] = {}
        # The last entry that confirmed each tie.
        self._confirmed: dict[str, ReadEntry] = {}

    def follow(self, entries: Sequence[ReadEntry]) -> None:
        """Take further entries into account."""
        for said in entries:
            is_of_it = said.event in {"crosspost.confirm", "crosspost.refuse"}
            if is_of_it and said.public["kind"] == "cross_post":
                self._said[said.index] = said
                if said.event == "crosspost.confirm":
                    self._confirmed[said.subject] = said

    def compare(self) -> Iterator[Difference]:
        """Report findings that are not on record, or missing, and ties unlike them."""
        withdrawn: dict[int, bool] = {}
        known: set[int] = set()
        for row in _findings.stream():
            known.add(row.entry_index)
            withdrawn[row.tie_id] = row.is_withdrawal
            said = self._said.get(row.entry_index)
            if said is None or _row_of(row) != (said.subject, said.event):
                reason = "what was found of a cross-post is not what the record says"
                yield Difference(row.entry_index, reason)
            elif not _has_its_words(row, said):
                reason = "the words on a cross-post are not those on record"
                yield Difference(row.entry_index, reason)
        for index in self._said:
            if index not in known:
                yield Difference(index, "what was found of a cross-post is missing")
        yield from self._other_blogs()
        for pk, ref, is_withdrawn in _ties():
            if is_withdrawn != withdrawn.get(pk, False):
                reason = f"cross-post {ref} stands otherwise than the record says"
                yield Difference(None, reason)

    def _other_blogs(self) -> Iterator[Difference]:
        """Report ties whose other blog is not the one of their last entry."""
        for ref, blog, is_proposal, index in _other_blogs():
            said = self._confirmed.get(ref)
            if is_proposal:
                # Nothing is on record of a proposal but that it was refused.
                if said is not None:
                    reason = f"cross-post {ref} is proposed, and was confirmed"
                    yield Difference(said.index, reason)
            elif said is None and blog is not None:
                reason = f"no entry says that cross-post {ref} was confirmed"
                yield Difference(index, reason)
            elif said is not None and not _is_told(said, blog):
                reason = f"the other blog of cross-post {ref} is another"
                yield Difference(said.index, reason)


@Prepared
def _findings() -> QuerySet[CrossPostFinding]:
    found = CrossPostFinding.objects.select_related("tie", "words")
    return found.order_by("entry_index")


@Prepared
def _ties() -> QuerySet[CrossPost, tuple[int, str, bool]]:
    return CrossPost.objects.values_list("pk", "ref", "is_withdrawn")


@Prepared
def _other_blogs() -> QuerySet[CrossPost, tuple[str, str | None, bool, int | None]]:
    return CrossPost.objects.values_list(
        *("ref", "other_blog__ref", "is_proposal"),
        "post__capture__entry_index",
    )


def _is_told(said: ReadEntry, blog: str | None) -> bool:
    """Return whether an entry tells of a blog, or of none: openly, or sealed."""
    if "sealed_blog" not in said.committed:
        return said.public.get("blog") == blog
    return blog is not None and said.is_text("sealed_blog", blog)


def _row_of(row: CrossPostFinding) -> tuple[str, str]:
    verb = "refuse" if row.is_withdrawal else "confirm"
    return row.tie.ref, f"crosspost.{verb}"


def _has_its_words(row: CrossPostFinding, said: ReadEntry) -> bool:
    words = getattr(row, "words", None)
    attribution, reason = (words.attribution, words.reason) if words else ("", "")
    told = {"evidence": reason, "pair_list": ""}
    if not row.is_withdrawal:
        told |= {"evidence": attribution, "reason": reason}
    is_whole = ("reason" in said.committed) == (reason != "") or row.is_withdrawal
    opened = told.keys() & said.opened.keys()
    return is_whole and all(said.value(name) == told[name] for name in opened)
