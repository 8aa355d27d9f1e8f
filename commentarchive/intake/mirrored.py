"""One comment under the numbers of two systems, where a source's own field says so.

WordPress's plugin for Disqus leaves the Disqus id with each comment that it fetched,
Disqus the number of each that the blog sent, and WordPress's importer of Blogger the
number of each that it brought over. By that, and never by name and text alone, a
comment of one meets that of the other, in whatever order the two are read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import batched

from commentarchive.importers.parsed import ParsedComment, ParsedPost, Remark
from commentarchive.intake.moved_comments import moment_of, plains_of
from commentarchive.intake.stored import StoredComment
from commentarchive.matching import Key, told_parent
from commentarchive.models import Blog, Capture, Comment, OtherNumber, Post
from commentarchive.storage.write_locks import long_write
from commentarchive.text.similar import same_words

# Clocks set wrong explain hours between two copies of one comment, and no more.
_MOST_APART = 24 * 60 * 60
# Comments that are looked up by one query.
_PART = 500

type Pair = tuple[Key, Key]


@dataclass(slots=True)
class Mirrored:
    """What a file tells of other systems' numbers, and what it was met by."""

    # The key of each comment in its own system, and in the other one.
    told: set[Pair] = field(default_factory=set)
    # Comments apart although another system's number is told: other times, or several
    # comments of one number.
    apart: int = 0
    # Comments that read like ones from another system, and no field says that they are.
    alike: int = 0

    def note(self, parsed: ParsedPost) -> None:
        """Take in what an article's comments tell; what several claim is nobody's."""
        claims = _claims(parsed)
        if not claims:
            return
        for each in parsed.comments:
            own = Key(parsed.scheme, each.source_id, 0)
            for number in each.same_as if each.source_id else ():
                if claims[number] == 1:
                    self.told.add((own, Key(*number, 0)))

    def meet(
        self, parsed: ParsedPost, post: Post, stored: Mapping[Key, StoredComment]
    ) -> ParsedPost:
        """Return an article whose comments stand under their keys here."""
        others = {
            key: each
            for key, each in stored.items()
            if key.scheme != parsed.scheme and not each.is_placeholder
        }
        if not others:
            return parsed
        known = _known(parsed, post, others)
        met = self._met(parsed, stored, others, known)
        self._count_alike(parsed, others, met)
        return _renamed(parsed, {**known, **met}, met) if met or known else parsed

    def _met(
        self,
        parsed: ParsedPost,
        stored: Mapping[Key, StoredComment],
        others: Mapping[Key, StoredComment],
        known: Mapping[str, Key],
    ) -> dict[str, Key]:
        """Return the key here of each comment that another system brought."""
        claims = _claims(parsed)
        bearers = {key: number for number, key in known.items()}
        met: dict[str, Key] = {}
        taken: set[Key] = set()
        for each in parsed.comments:
            own = Key(parsed.scheme, each.source_id, 0)
            if not each.source_id or each.source_id in met:
                continue
            if own in stored and not stored[own].is_placeholder:
                continue
            target = known.get(each.source_id)
            number = next((s for s in each.same_as if Key(*s, 0) in others), None)
            if target is None and number is not None:
                target = Key(*number, 0)
                is_free = bearers.get(target, each.source_id) == each.source_id
                if claims[number] > 1 or not is_free:
                    self.apart += 1
                    continue
            if target is None or target in taken:
                continue
            if _is_contradicted(each, others[target]):
                self.apart += 1
                continue
            met[each.source_id] = target
            taken.add(target)
        return met

    def _count_alike(
        self,
        parsed: ParsedPost,
        others: Mapping[Key, StoredComment],
        met: Mapping[str, Key],
    ) -> None:
        """Count the comments with name, time and words of another system's."""
        taken = set(met.values())
        by_moment: dict[tuple[float, str], list[StoredComment]] = {}
        for key, each in others.items():
            if each.has_hour and each.facts.name and key not in taken:
                by_moment.setdefault((each.when, each.facts.name), []).append(each)
        likely: list[tuple[ParsedComment, list[StoredComment]]] = []
        for read in parsed.comments:
            moment = moment_of(read)
            if read.source_id in met or moment is None:
                continue
            if several := by_moment.get((moment, read.name)):
                likely.append((read, several))
        plains: dict[int, list[str]] = {}
        for part in batched({e.pk for _read, some in likely for e in some}, _PART):
            plains |= plains_of(part)
        for read, several in likely:
            self.alike += any(
                same_words(plain, read.plain)
                for each in several
                for plain in plains.get(each.pk, ())
            )

    def add(self, other: "Mirrored") -> None:
        """Take over what was counted of other articles of the same file."""
        self.apart += other.apart
        self.alike += other.alike

    @property
    def remarks(self) -> list[Remark]:
        """Return what the report says, in sentences with counts."""
        found = []
        if self.alike:
            found.append(
                f"{_comments(self.alike)} like comments of this blog that came from "
                "another system: the same name, time and words; no field says that "
                "they are the same, and they are kept apart"
            )
        if self.apart:
            found.append(
                f"{self.apart} numbers of another system lead to a comment of another "
                "time, or several to one; those comments are kept apart"
            )
        return [Remark("byte 0", each) for each in found]

    def remember(self, blog: Blog, capture: Capture) -> None:
        """Put the other system's number beside each comment that has one.

        Only of comments that the copy holds.
        """
        for part in batched(sorted(self.told), _PART):
            rows = _rows(part, blog, capture)
            with long_write():
                OtherNumber.objects.bulk_create(rows, ignore_conflicts=True)


def _claims(parsed: ParsedPost) -> Counter[tuple[str, str]]:
    """Count the comments of an article that say they have each number elsewhere."""
    told = [each.same_as for each in parsed.comments if each.same_as]
    return Counter(number for numbers in told for number in numbers)


def _comments(number: int) -> str:
    return "1 comment reads" if number == 1 else f"{number} comments read"


def _known(
    parsed: ParsedPost, post: Post, others: Mapping[Key, StoredComment]
) -> dict[str, Key]:
    """Return the key here by each number that is remembered in the copy's system."""
    by_pk = {each.pk: key for key, each in others.items()}
    rows = OtherNumber.objects.filter(post=post, scheme=parsed.scheme)
    found: dict[str, Key | None] = {}
    for number, pk in rows.values_list("source_id", "comment"):
        if pk in by_pk:
            # Of a number that several comments have, none is meant.
            found[number] = None if number in found else by_pk[pk]
    return {number: key for number, key in found.items() if key is not None}


def _is_contradicted(read: ParsedComment, stored: StoredComment) -> bool:
    """Return whether their times say that a number is of another comment by now.

    A blog that has moved numbers its comments anew, and Disqus goes on with the old.
    """
    moment = moment_of(read)
    if moment is None or stored.may_be_of(moment):
        return False
    return abs(moment - stored.when) > _MOST_APART


def _renamed(
    parsed: ParsedPost, known: Mapping[str, Key], met: Mapping[str, Key]
) -> ParsedPost:
    def renamed(each: ParsedComment) -> ParsedComment:
        own = met.get(each.source_id, Key(parsed.scheme, each.source_id, 0))
        parent = each.parent_id
        if parent:
            above = known.get(parent, Key(parsed.scheme, parent, 0))
            parent = told_parent(own.scheme, above)
        scheme = own.scheme if own.scheme != parsed.scheme else ""
        return each._replace(source_id=own.source_id, parent_id=parent, scheme=scheme)

    return replace(parsed, comments=[renamed(each) for each in parsed.comments])


def _rows(pairs: Iterable[Pair], blog: Blog, capture: Capture) -> list[OtherNumber]:
    """Return the numbers of comments that are here under one key of each pair."""
    wanted = list(pairs)
    keys = {key for pair in wanted for key in pair}
    found: dict[Key, list[Comment]] = {}
    here = Comment.objects.filter(
        post__blog=blog,
        post__manifests__capture=capture,
        source_id__in={key.source_id for key in keys},
        scheme__in={key.scheme for key in keys},
        twin=0,
    ).exclude(capture=None)
    for each in here.distinct():
        key = Key(each.scheme, each.source_id, 0)
        found.setdefault(key, []).append(each)
    rows = []
    for own, other in wanted:
        mine, theirs = found.get(own, []), found.get(other, [])
        # Two comments that stand apart have no number in common.
        if len(mine) + len(theirs) != 1:
            continue
        [one], number = (mine, other) if mine else (theirs, own)
        rows.append(
            OtherNumber(
                blog=blog,
                post_id=one.post_id,
                comment=one,
                scheme=number.scheme,
                source_id=number.source_id,
                capture=capture,
            )
        )
    return rows
