"""Comments of one article found again under other numbers, after a move."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf

from commentarchive.importers.dates import is_exact
from commentarchive.importers.parsed import ParsedComment, ParsedPost
from commentarchive.intake.stored import StoredComment
from commentarchive.matching import Key, fingerprint
from commentarchive.models import Comment, OtherNumber, Post, RevisionText
from commentarchive.text.similar import bare_words, same_words


def has_a_number_of_here(
    parsed: ParsedPost, stored: Mapping[Key, StoredComment]
) -> bool:
    """Return whether a comment surely has the number that it has here.

    Almost always the first one that is looked at tells.
    """
    for each in parsed.comments:
        known = stored.get(Key(parsed.scheme, each.source_id, 0))
        if known and known.has_hour and known.when == moment_of(each):
            return True
    return False


def renumbered(parsed: ParsedPost, numbers: Mapping[str, str]) -> ParsedPost:
    """Return an article with other numbers of its comments, and of their parents."""
    comments = [
        each._replace(
            source_id=numbers.get(each.source_id, each.source_id),
            parent_id=numbers.get(each.parent_id, each.parent_id),
        )
        for each in parsed.comments
    ]
    return replace(parsed, comments=comments)


class CommentNumbers:
    """The comments of one article, and which of those here they are."""

    def __init__(
        self,
        parsed: ParsedPost,
        post: Post,
        stored: Mapping[Key, StoredComment],
    ) -> None:
        self._parsed, self._post = parsed, post
        self._stored = {
            key: each
            for key, each in stored.items()
            if key.scheme == parsed.scheme and not each.is_placeholder
        }
        # Comments that replies here name, and that no copy has held yet.
        self._awaited = {
            key.source_id
            for key, each in stored.items()
            if key.scheme == parsed.scheme and each.is_placeholder
        }
        self._by_number: dict[str, list[StoredComment]] = {}
        for key, each in self._stored.items():
            self._by_number.setdefault(key.source_id, []).append(each)
        # New numbers, and the comments here that they are of.
        self.remembered: dict[str, int | None] = {}

    @property
    def is_renumbered(self) -> bool:
        """Whether no comment that was read stands here under its own number."""
        numbered = [each for each in self._parsed.comments if each.source_id]
        return bool(self._stored and numbered) and not any(
            self._is_here(each) for each in numbered
        )

    def find(self, *, by_words: bool, numbered_alike: set[int]) -> dict[str, str]:
        """Return the number here of each comment whose number is another one there.

        By what is remembered, and `by_words` also by name, time and text. None of
        those that are `numbered_alike` has another number.
        """
        known = self._remembered()
        unfound = [
            each
            for each in self._parsed.comments
            if each.source_id and not self._is_here(each)
        ]
        taken = {
            each.pk
            for read in self._parsed.comments
            if self._is_here(read)
            for each in self._by_number.get(read.source_id, ())
        } | numbered_alike
        renamed: dict[str, str] = {}
        numbers = {each.pk: key.source_id for key, each in self._stored.items()}
        for each in list(unfound):
            pk = known.get(each.source_id)
            if pk in numbers and pk not in taken:
                renamed[each.source_id] = numbers[pk]
                taken.add(pk)
                unfound.remove(each)
        if known or by_words:
            unheard = [each for each in unfound if each.source_id not in self._awaited]
            for each, pk in self._alike(unheard, taken, has_moved=bool(renamed)):
                renamed[each.source_id] = numbers[pk]
                self.remembered[each.source_id] = pk
        for each in unfound:
            if each.source_id in renamed or each.source_id not in self._by_number:
                continue
            if (known or by_words) and self._is_another(each):
                renamed[each.source_id] = self._free(each.source_id)
        # A comment that was given another one's number is not also that one.
        return {old: new for old, new in renamed.items() if old != new}

    def _remembered(self) -> dict[str, int]:
        rows = OtherNumber.objects.filter(post=self._post, scheme=self._parsed.scheme)
        known = rows.exclude(comment=None).values_list("source_id", "comment")
        return {number: pk for number, pk in known if pk is not None}

    def _is_here(self, read: ParsedComment) -> bool:
        """Return whether a comment stands here under its number, and is not another."""
        several = self._by_number.get(read.source_id, ())
        moment = moment_of(read)
        if not several:
            return False
        if moment is None or any(each.may_be_of(moment) for each in several):
            return True
        digest = fingerprint(read.raw)
        return any(digest in each.versions for each in several)

    def _is_another(self, read: ParsedComment) -> bool:
        """Return whether a comment with a number of here is somebody else's words."""
        pks = [each.pk for each in self._by_number[read.source_id]]
        names, plains, now = names_of(pks), plains_of(pks), bare_words(read.plain)
        is_by_another = bool(read.name) and all(
            names[pk] and names[pk] != read.name for pk in pks
        )
        before = [bare_words(plain) for pk in pks for plain in plains.get(pk, ())]
        # A page may have read a name or a text with words of its theme.
        return is_by_another and not any(now in each or each in now for each in before)

    def _alike(
        self, unfound: Sequence[ParsedComment], taken: set[int], *, has_moved: bool
    ) -> list[tuple[ParsedComment, int]]:
        """Pair comments of the same name, time and text, where no other is like them.

        Several that are alike are paired in order, but only where there are as many of
        them here as there, and another pair shows that their thread has moved.
        """
        fitting = self._fitting(unfound, taken)
        # The reads that are like the same comments here, by these.
        groups: dict[tuple[int, ...], list[ParsedComment]] = {}
        for each in {each.source_id: each for each in unfound}.values():
            if pks := fitting.get(each.source_id):
                groups.setdefault(pks, []).append(each)
        shared = Counter(pk for pks in groups for pk in pks)
        found = [
            list(zip(reads, pks, strict=True))
            for pks, reads in groups.items()
            if len(reads) == len(pks) and all(shared[pk] == 1 for pk in pks)
        ]
        if has_moved or any(len(pairs) == 1 for pairs in found):
            return [pair for pairs in found for pair in pairs]
        return []

    def _fitting(
        self, unfound: Sequence[ParsedComment], taken: set[int]
    ) -> dict[str, tuple[int, ...]]:
        """Return the comments here that each one has the name, time and text of."""
        by_moment: dict[float, list[StoredComment]] = {}
        for each in self._stored.values():
            if each.pk not in taken and each.has_hour:
                by_moment.setdefault(each.when, []).append(each)
        possible = {
            each.source_id: by_moment.get(moment_of(each) or inf, [])
            for each in unfound
        }
        pks = {stored.pk for several in possible.values() for stored in several}
        names, plains = names_of(pks), plains_of(pks)
        fitting: dict[str, tuple[int, ...]] = {}
        for read in unfound:
            digest = fingerprint(read.raw)
            found = []
            for stored in possible[read.source_id]:
                is_same_text = digest in stored.versions or any(
                    same_words(plain, read.plain) for plain in plains.get(stored.pk, ())
                )
                # An erased comment has no name any more.
                is_same_name = names[stored.pk] in {"", read.name} or not read.name
                if is_same_text and is_same_name:
                    found.append(stored.pk)
            fitting[read.source_id] = tuple(found)
        return fitting

    def _free(self, number: str) -> str:
        turn = 2
        while f"{number}@{turn}" in self._by_number:
            turn += 1
        return f"{number}@{turn}"


def moment_of(read: ParsedComment) -> float | None:
    """Return when a comment was made; None where that is not told exactly."""
    utc = read.when.utc
    return utc.timestamp() if utc and is_exact(read.when) else None


def names_of(pks: Iterable[int]) -> dict[int, str]:
    found = Comment.objects.filter(pk__in=list(pks))
    return {
        pk: name or "" for pk, name in found.values_list("pk", "commenter__name__name")
    }


def plains_of(pks: Iterable[int]) -> dict[int, list[str]]:
    """Return the texts of comments, every version."""
    found: dict[int, list[str]] = {}
    texts = RevisionText.objects.filter(revision__comment__in=list(pks))
    for pk, plain in texts.values_list("revision__comment", "plain"):
        if pk is not None:
            found.setdefault(pk, []).append(plain)
    return found
