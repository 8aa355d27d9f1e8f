"""What every other copy of an article tells of it, to judge by evidence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q, QuerySet

from commentarchive.importers.parsed import UNKNOWN_STATUS
from commentarchive.importers.registry import facts_of
from commentarchive.models import Comment, Correction, Manifest, Testimony
from commentarchive.storage.prepared import Prepared
from commentarchive.threads.capture_diff import PUBLISHED
from commentarchive.threads.evidence import Copy, Facts, Source, Told, copy_of

# A copy of an article: the key of its capture, and which article of the file it is.
type Turn = tuple[int, int]

# No copy at all: every one of the article's is another one.
NO_COPY: Turn = (0, 0)


@dataclass(slots=True)
class _Held:
    """What copies held: each by its turn, and who held which comment and text."""

    copies: dict[Turn, Copy] = field(default_factory=dict)
    # Those whose testimonies are stored where they told otherwise.
    keeping: set[Turn] = field(default_factory=set)
    # Those that hold the article's own record, and not its comments alone.
    recording: set[Turn] = field(default_factory=set)
    comments: dict[int, list[Turn]] = field(default_factory=lambda: defaultdict(list))
    # Which of them had it public.
    public: set[tuple[int, Turn]] = field(default_factory=set)
    versions: dict[int, list[Turn]] = field(default_factory=lambda: defaultdict(list))
    articles: dict[int, list[Turn]] = field(default_factory=lambda: defaultdict(list))


class OtherCopies:
    """The copies of an article but one; what they held is read when it is asked for."""

    def __init__(self, post_pk: int, this: Turn) -> None:
        self._post_pk = post_pk
        self._this = this

    def of_comment(
        self, comment_pk: int, stands: Facts, first_capture: int
    ) -> Iterator[Told]:
        """Yield what each copy told of a comment whose facts stand as they do.

        Copies that are older than testimonies told nothing that is known, but the one
        from which the facts were taken first.
        """
        turns = self._held.comments.get(comment_pk, ())
        yield from self._told(turns, comment_pk, stands, first_capture)

    def of_article(self, stands: Facts, first_capture: int) -> Iterator[Told]:
        """Yield what each copy told of the article itself."""
        for told in self._told(self._held.copies, 0, stands, first_capture):
            turn = (told.copy.capture, told.copy.ordinal)
            if told.is_stored or turn in self._held.recording:
                yield told
            else:
                yield told._replace(facts=told.facts._replace(kind=""))

    def _told(
        self, turns: Iterable[Turn], comment_pk: int, stands: Facts, first: int
    ) -> Iterator[Told]:
        stored = self._testimonies.get(comment_pk, {})
        for turn in turns:
            copy = self._held.copies[turn]
            was_public = not comment_pk or (comment_pk, turn) in self._held.public
            if turn in stored:
                yield Told(copy, stored[turn], is_stored=True, was_public=was_public)
            elif turn in self._held.keeping or copy.capture == first:
                yield Told(copy, copy.can_tell(stands), was_public=was_public)

    def corrections_of(self, comment_pk: int) -> Mapping[str, str]:
        """Return what was put right by hand of a comment, by aspect."""
        return self._corrections.get(comment_pk, {})

    def corrections_of_article(self) -> Mapping[str, str]:
        """Return what was put right by hand of the article itself, by aspect."""
        return self._corrections.get(0, {})

    def best_with_version(self, revision_pk: int) -> Source | None:
        """Return the best copy that held a text of a comment; None if none did."""
        return self._best(self._held.versions.get(revision_pk, ()))

    def best_with_article(self, revision_pk: int) -> Source | None:
        """Return the best copy that held a text of the article; None if none did."""
        return self._best(self._held.articles.get(revision_pk, ()))

    def _best(self, turns: Iterable[Turn]) -> Source | None:
        return max((self._held.copies[turn].source for turn in turns), default=None)

    @cached_property
    def _held(self) -> _Held:
        held = _Held()
        for manifest in _manifests_of(self._post_pk):
            turn = (manifest.capture_id, manifest.ordinal)
            if turn == self._this:
                continue
            if turn not in held.copies:
                held.copies[turn] = _copy_of(manifest)
                held.articles[manifest.post_revision_id or 0].append(turn)
            if manifest.post_status != UNKNOWN_STATUS:
                held.recording.add(turn)
            if manifest.keeps_facts:
                held.keeping.add(turn)
            for row in manifest.unpack():
                held.comments[row.comment].append(turn)
                if row.state == PUBLISHED:
                    held.public.add((row.comment, turn))
                held.versions[row.revision].append(turn)
        return held

    @cached_property
    def _testimonies(self) -> dict[int, dict[Turn, Facts]]:
        """What is stored of each comment, and under 0 of the article."""
        found: dict[int, dict[Turn, Facts]] = defaultdict(dict)
        for told_of in (_told_of_article, _told_of_comments):
            for row in told_of(self._post_pk):
                found[row.comment_id or 0][row.capture_id, row.ordinal] = Facts(
                    *(row.kind, row.name, row.link, row.person, row.posted_at),
                    *(row.printed_at, row.utc_offset, row.parent, row.title),
                    row.day_only,
                )
        return found

    @cached_property
    def _corrections(self) -> dict[int, dict[str, str]]:
        """What stands above the copies, by comment, and under 0 of the article."""
        return standing_corrections(self._post_pk)


def standing_corrections(post_pk: int) -> dict[int, dict[str, str]]:
    """Return what was put right by hand, by comment and aspect; 0 is the article.

    Of two corrections of one fact the later one stands. What was erased is left out.
    """
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for pk, aspect, after in _standing(post_pk):
        found[pk or 0][aspect] = after
    return found


@Prepared
def _manifests_of(post_pk: int) -> QuerySet[Manifest]:
    held = Manifest.objects.filter(post=post_pk)
    return held.order_by("capture", "ordinal", "part").select_related("capture")


@Prepared
def _told_of_article(post_pk: int) -> QuerySet[Testimony]:
    return Testimony.objects.filter(post=post_pk)


@Prepared
def _told_of_comments(post_pk: int) -> QuerySet[Testimony]:
    copied = Comment.objects.in_copies_of([post_pk])
    return Testimony.objects.filter(comment__in=copied)


@Prepared
def _standing(post_pk: int) -> QuerySet[Correction, tuple[int | None, str, str]]:
    rows = Correction.objects.standing().filter(
        Q(post=post_pk) | Q(comment__in=Comment.objects.in_copies_of([post_pk])),
        words__isnull=False,
    )
    return rows.values_list("comment", "aspect", "words__after")


def _copy_of(manifest: Manifest) -> Copy:
    capture = manifest.capture
    facts = facts_of(capture.importer)
    return copy_of(
        facts.rank,
        capture.sha256,
        (manifest.capture_id, manifest.ordinal),
        manifest.time.not_before,
        tells_kinds=facts.tells_kinds,
        tells_parents=manifest.tells_parents,
    )
