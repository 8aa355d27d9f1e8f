"""Check the notices on articles, names and threads against the record and the rows."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from commentarchive.actions.part_notices import COLUMN_OF, MARKS
from commentarchive.actions.withheld_names import wrongly_shown
from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.models import (
    Blog,
    Commenter,
    Part,
    PartNotice,
    PartNoticeKind,
    Post,
    Visibility,
)
from commentarchive.models.part_notice import OF_ARTICLES, OF_NAMES
from commentarchive.storage.prepared import Prepared

_MARKING = {
    "thread.close": (Part.THREAD, PartNoticeKind.CLOSED.value),
    "thread.reopen": (Part.THREAD, ""),
    "ban.set": (Part.BAN, PartNoticeKind.BARRED.value),
    "ban.lift": (Part.BAN, ""),
}


class _Said(NamedTuple):
    """What the last entry on a part makes of it: the kind of its notice, or ""."""

    entry: int
    kind: str


class PartNotices:
    """Follows the entries on parts, then compares rows and notices with the last."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, Part], _Said] = {}
        # The last entry on the text or the title of each article.
        self._decided: dict[str, int] = {}
        # The version that each article was last put back with.
        self._versions: dict[str, tuple[int, str | None]] = {}

    def check(self, entries: Sequence[ReadEntry]) -> Iterator[Difference]:
        """Follow some entries; report those whose notice is not there."""
        about = [said for said in entries if _part_of(said) is not None]
        if not about:
            return
        span = (about[0].index, about[-1].index)
        found = PartNotice.objects.filter(opened_entry__range=span)
        notices = {
            each.opened_entry: each
            for each in found.select_related("post", "commenter")
        }
        for said in about:
            part, kind = _part_of(said) or (Part.TEXT, "")
            keeps = said.event.endswith(".no_action")
            self._last[said.subject, part] = _Said(said.index, kind)
            if part in {Part.TEXT, Part.TITLE}:
                self._decided[said.subject] = said.index
            if said.event == "post.restore":
                self._versions[said.subject] = said.index, said.public["text"]
            elif said.event == "post.redact":
                shown = said.public.get("shown")
                self._versions[said.subject] = said.index, str(shown)
            notice = notices.pop(said.index, None)
            own = _key(notice) if notice else None
            if keeps or not kind:
                if notice is not None:
                    reason = f"it opened no notice on {said.subject}"
                    yield Difference(said.index, reason)
            elif notice is None or own != (said.subject, part) or notice.kind != kind:
                reason = f"the notice on {said.subject} that it opened is not there"
                yield Difference(said.index, reason)

    def compare(self) -> Iterator[Difference]:
        """Report parts that are shown or hidden otherwise than the record has it."""
        stand: dict[tuple[str, Part], str] = {}
        for notice in _notices.stream():
            if notice.is_open:
                stand[_key(notice)] = notice.kind
            said = self._last.get(_key(notice))
            ends = notice.closed_entry or notice.opened_entry
            if said is None or said.entry < ends:
                reason = f"a notice on {_key(notice)[0]} cites what is no entry of it"
                yield Difference(ends, reason)
            elif notice.is_open != (notice.closed_entry is None):
                reason = f"a closed notice on {_key(notice)[0]} is open again"
                yield Difference(notice.closed_entry, reason)
        yield from self._rows(_articles.stream(), OF_ARTICLES, stand)
        yield from self._rows(_names.stream(), OF_NAMES, stand)
        for blog in _blogs():
            for name in wrongly_shown(blog):
                reason = f"name {name.ref} is shown otherwise than other names like it"
                yield Difference(None, reason)
        yield from self._versions_shown()
        for (ref, _part), said in self._last.items():
            yield Difference(said.entry, f"{ref}, of which it speaks, is not there")

    def _rows(
        self,
        rows: Iterable[tuple[Any, ...]],
        parts: Sequence[Part],
        stand: dict[tuple[str, Part], str],
    ) -> Iterator[Difference]:
        """Compare the columns of rows with the notices that stand, and the record."""
        for ref, *values in rows:
            for part, value in zip(parts, values, strict=True):
                said = self._last.pop((ref, part), None)
                kind = stand.get((ref, part), "")
                is_fitting = value == ((kind != "") if part in MARKS else kind)
                if part is Part.NAME and not kind:
                    # It may be hidden with another name of the same words.
                    is_fitting = True
                if not is_fitting or kind != (said.kind if said else ""):
                    reason = f"the {part.label} of {ref} is shown otherwise than"
                    index = said.entry if said else None
                    yield Difference(index, f"{reason} its notices and the record say")

    def _versions_shown(self) -> Iterator[Difference]:
        """Compare which decision stands on an article, and which version is shown."""
        last = dict(self._decided)
        for ref, index, commitment in _decided_articles():
            if last.pop(ref, None) != index:
                yield Difference(index, f"article {ref} cites another decision")
            restored = self._versions.get(ref)
            if restored and restored[1] != commitment:
                reason = f"article {ref} shows another version than was put back"
                yield Difference(restored[0], reason)
        for ref, index in last.items():
            yield Difference(index, f"article {ref} does not know of it")


@Prepared
def _blogs() -> QuerySet[Blog, int]:
    return Blog.objects.order_by("pk").values_list("pk", flat=True)


@Prepared
def _articles() -> QuerySet[Post, tuple[Any, ...]]:
    columns = [COLUMN_OF[part] for part in OF_ARTICLES]
    return Post.objects.order_by("pk").values_list("ref", *columns)


@Prepared
def _names() -> QuerySet[Commenter, tuple[Any, ...]]:
    columns = [COLUMN_OF[part] for part in OF_NAMES]
    return Commenter.objects.order_by("pk").values_list("ref", *columns)


@Prepared
def _notices() -> QuerySet[PartNotice]:
    notices = PartNotice.objects.select_related("post", "commenter")
    return notices.order_by("pk")


@Prepared
def _decided_articles() -> QuerySet[Post, tuple[str, int, str]]:
    decided = Post.objects.filter(decided_entry__isnull=False)
    columns = ("ref", "decided_entry", "current_revision__commitment")
    return decided.values_list(*columns)


def _part_of(said: ReadEntry) -> tuple[Part, str] | None:
    """Return which part an entry is of and what it makes of it; None for others."""
    if said.event in _MARKING:
        return _MARKING[said.event]
    if said.event.startswith(("post.", "commenter.")) and "aspect" in said.public:
        to = said.public["to"]
        return Part(said.public["aspect"]), "" if to == Visibility.PUBLISHED else to
    return None


def _key(notice: PartNotice) -> tuple[str, Part]:
    subject = notice.post or notice.commenter
    return (subject.ref if subject else ""), Part(notice.part)
