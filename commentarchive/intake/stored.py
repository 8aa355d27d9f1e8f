"""The comments of an article that the archive has, for a capture to be compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Any, NamedTuple

from django.db.models import QuerySet

from commentarchive.importers.parsed import ParsedComment
from commentarchive.matching import Key
from commentarchive.models import (
    Comment,
    Post,
    Revision,
    RevisionOrigin,
    RevisionText,
)
from commentarchive.storage.prepared import Prepared
from commentarchive.text.similar import same_words
from commentarchive.threads.days import ALL_DAY
from commentarchive.threads.evidence import NOTHING, Facts, told_kind


class StoredVersion(NamedTuple):
    """One text of a comment that is stored."""

    pk: int
    number: int
    commitment: str
    same_as: int = 0
    # How its text is written; "" where that was erased.
    form: str = ""

    @property
    def words(self) -> int:
        """The first version of the same words."""
        return self.same_as or self.pk


NO_VERSION = StoredVersion(0, 0, "")


@dataclass(slots=True, kw_only=True)
class StoredComment:
    """A comment that the archive has, with the versions of its text."""

    pk: int
    ref: str
    parent_pk: int | None
    position: int
    depth: int
    visibility: str
    source_state: str
    source_parent: str
    is_placeholder: bool
    when: float
    # The copy that first held it, and the facts as they stand.
    capture_pk: int = 0
    facts: Facts = NOTHING
    email: str = ""
    ip: str = ""
    is_decided: bool = False
    # Every version by its keyed digest; the newest; and the one that the public sees.
    # After a decision the public may see an older one: it is then the one that copies
    # told last, 0 where that is the newest.
    versions: dict[bytes, StoredVersion] = field(default_factory=dict)
    last: StoredVersion = NO_VERSION
    # The number of the last one, also if that was redacted here: no copy tells it.
    last_number: int = 0
    shown_pk: int = 0
    # The best version of each wording: the last that is stored of it.
    best: dict[int, StoredVersion] = field(default_factory=dict)

    def add_version(self, digest: bytes, version: StoredVersion) -> None:
        """Add a version; they come by their numbers."""
        self.last = self.versions[digest] = self.best[version.words] = version

    @property
    def has_hour(self) -> bool:
        """Return whether it is known at what hour it was made."""
        return self.when != inf and not self.facts.day_only

    def may_be_of(self, moment: float) -> bool:
        """Return whether it may have been made at a moment, by all that is known."""
        if self.facts.day_only:
            return self.when <= moment < self.when + ALL_DAY.total_seconds()
        return self.when in {inf, moment}

    @property
    def shown(self) -> StoredVersion:
        """The version that the public sees or that was told last, else the newest."""
        for version in self.versions.values():
            if version.pk == self.shown_pk:
                return version
        return self.last


@Prepared
def _comments_in_copies_of(post_pk: int) -> QuerySet[Comment, Any]:
    return Comment.objects.in_copies_of([post_pk]).values_list(
        *("pk", "ref", "parent_id", "position", "depth", "visibility"),
        *("source_state", "capture_id", "current_revision_id", "decided_entry"),
        *("private_address__email", "private_address__ip"),
        *("kind", "commenter__name__name", "commenter__name__link"),
        *("commenter__name__person", "posted_at", "printed_at", "utc_offset"),
        *("day_only", "source_type", "source_parent", "told_revision_id"),
        *("scheme", "source_id", "twin"),
    )


@Prepared
def _versions_in_copies_of(post_pk: int) -> QuerySet[Revision, Any]:
    own = Comment.objects.in_copies_of([post_pk])
    return (
        Revision.objects.filter(comment__in=own)
        .order_by("number")
        .values_list(
            *("comment_id", "fingerprint", "pk", "number", "commitment"),
            *("same_as_id", "text__form", "origin"),
        )
    )


def stored_comments(post: Post) -> dict[Key, StoredComment]:
    """Read the comments in an article's copies with their versions; two queries."""
    found: dict[Key, StoredComment] = {}
    by_pk: dict[int, StoredComment] = {}
    for row in _comments_in_copies_of.stream(post.pk):
        pk, ref, parent_pk, position, depth, visibility, state, capture_pk, *more = row
        current_pk, decided, email, ip, kind, name, link, person, *rest = more
        posted_at, printed, offset, day_only, word, parent_id, told_pk, *key = rest
        comment = StoredComment(
            pk=pk,
            ref=ref,
            parent_pk=parent_pk,
            position=position,
            depth=depth,
            visibility=visibility,
            source_state=state,
            source_parent=parent_id,
            is_placeholder=capture_pk is None,
            when=rank_of(posted_at),
            capture_pk=capture_pk or 0,
            facts=Facts(
                *(told_kind(kind, word), name or "", link, person or ""),
                *(posted_at, printed, offset, parent_id),
                day_only=day_only,
            ),
            email=email or "",
            ip=ip or "",
            is_decided=decided is not None,
            shown_pk=(current_pk if decided is None else told_pk) or 0,
        )
        found[Key(*key)] = by_pk[comment.pk] = comment
    texts = _versions_in_copies_of.stream(post.pk)
    for comment_pk, digest, pk, number, *rest in texts:
        if stored := by_pk.get(comment_pk or 0):
            commitment, same_as, form, origin = rest
            stored.last_number = number
            if origin == RevisionOrigin.REDACTED:
                continue
            version = StoredVersion(pk, number, commitment, same_as or 0, form or "")
            stored.add_version(bytes(digest), version)
    return found


def rank_of(moment: datetime | None) -> float:
    return moment.timestamp() if moment else inf


def lacks_text(parsed: ParsedComment) -> bool:
    """Return whether a capture names a comment without its text.

    Themes print links from other blogs by their titles alone.
    """
    return parsed.form == "page" and not parsed.raw


class Match(NamedTuple):
    """The stored version of a text, and the best one of the same words."""

    version: StoredVersion
    best: StoredVersion
    # Whether the version is this very text, and not only the same words.
    is_exact: bool = False


def match_versions(
    read: Mapping[Key, tuple[ParsedComment, bytes]],
    stored_by_key: Mapping[Key, StoredComment],
) -> dict[Key, Match]:
    """Find the stored version with each comment's text, whatever its form.

    A stored text and the same text as a theme prints it are one wording. Costs at
    most one query, for the texts whose digest is not stored.
    """
    found: dict[Key, Match] = {}
    unmatched: dict[Key, StoredComment] = {}
    for key, (parsed, digest) in read.items():
        row = stored_by_key.get(key)
        if row is None or row.is_placeholder:
            continue
        exact = row.shown if lacks_text(parsed) else row.versions.get(digest)
        if exact is not None and parsed.form != exact.form == "page":
            # A page showed what its blog stores, to the letter; this is better still.
            exact = None
        if exact is not None:
            best = row.best.get(exact.words, exact)
            found[key] = Match(exact, best, is_exact=True)
        elif row.best:
            unmatched[key] = row
    versions = [v for row in unmatched.values() for v in row.best.values()]
    plain = _plain(v.pk for v in versions)
    for key, row in unmatched.items():
        parsed = read[key][0]
        for best in sorted(row.best.values(), key=_by_number, reverse=True):
            is_exact = best.form == parsed.form != "page"
            if best.pk not in plain or is_exact:
                continue
            if same_words(plain[best.pk], parsed.plain):
                found[key] = Match(best, best)
                break
    return found


def _by_number(version: StoredVersion) -> int:
    return version.number


def _plain(pks: Iterable[int]) -> dict[int, str]:
    wanted = list(pks)
    if not wanted:
        return {}
    texts = RevisionText.objects.filter(pk__in=wanted)
    return dict(texts.values_list("pk", "plain"))
