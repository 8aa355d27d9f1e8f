"""The comments of an article that the archive has, for a capture to be compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from commentarchive.importers.parsed import ParsedComment
from commentarchive.matching import Key
from commentarchive.models import Comment, Post, Revision, RevisionText
from commentarchive.text.similar import same_words


class StoredVersion(NamedTuple):
    """One text of a comment that is stored."""

    pk: int
    number: int
    commitment: str


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
    # Facts that no source has told yet.
    lacks_name: bool = False
    lacks_address: bool = False
    # Every version by its keyed digest; the newest; and the one that the public sees,
    # 0 after a decision, since the public may then see an older one.
    versions: dict[bytes, StoredVersion] = field(default_factory=dict)
    last: StoredVersion = NO_VERSION
    shown_pk: int = 0


def stored_comments(post: Post) -> dict[Key, StoredComment]:
    """Read an article's comments and the digests of their versions; two queries."""
    found: dict[Key, StoredComment] = {}
    by_pk: dict[int, StoredComment] = {}
    rows = Comment.objects.filter(post=post).values_list(
        *("pk", "ref", "parent_id", "position", "depth", "visibility"),
        *("source_state", "source_parent", "capture_id", "posted_at"),
        *("commenter_id", "private_address__comment_id"),
        *("current_revision_id", "decided_entry"),
        *("scheme", "source_id", "twin"),
    )
    for row in rows.iterator(chunk_size=5000):
        pk, ref, parent_pk, position, depth, visibility, state, parent_id, *more = row
        capture_id, posted_at, commenter_id, address_id, current_pk, decided, *key = (
            more
        )
        comment = StoredComment(
            pk=pk,
            ref=ref,
            parent_pk=parent_pk,
            position=position,
            depth=depth,
            visibility=visibility,
            source_state=state,
            source_parent=parent_id,
            is_placeholder=capture_id is None,
            when=posted_at.timestamp() if posted_at else inf,
            lacks_name=commenter_id is None,
            lacks_address=address_id is None,
            shown_pk=(current_pk or 0) if decided is None else 0,
        )
        found[Key(*key)] = by_pk[comment.pk] = comment
    texts = (
        Revision.objects.filter(comment__post=post)
        .order_by("number")
        .values_list("comment_id", "fingerprint", "pk", "number", "commitment")
    )
    for comment_pk, digest, pk, number, commitment in texts.iterator(chunk_size=5000):
        if stored := by_pk.get(comment_pk or 0):
            stored.last = StoredVersion(pk, number, commitment)
            stored.versions[bytes(digest)] = stored.last
    return found


def lacks_text(parsed: ParsedComment) -> bool:
    """Return whether a capture names a comment without its text.

    Themes print links from other blogs by their titles alone.
    """
    return parsed.form == "page" and not parsed.raw


def match_versions(
    read: Mapping[Key, tuple[ParsedComment, bytes]],
    stored_by_key: Mapping[Key, StoredComment],
) -> dict[Key, StoredVersion]:
    """Find the stored version with each comment's text, whatever its form.

    A stored text and the same text as a theme prints it are one version. Costs at
    most one query, for the texts whose digest is not stored.
    """
    found: dict[Key, StoredVersion] = {}
    unmatched: dict[Key, StoredComment] = {}
    for key, (parsed, digest) in read.items():
        row = stored_by_key.get(key)
        if row is None or row.is_placeholder:
            continue
        if lacks_text(parsed):
            shown = [v for v in row.versions.values() if v.pk == row.shown_pk]
            found[key] = (shown or [row.last])[0]
        elif digest in row.versions:
            found[key] = row.versions[digest]
        elif row.pk and row.versions:
            unmatched[key] = row
    if not unmatched:
        return found
    words = _words(v.pk for row in unmatched.values() for v in row.versions.values())
    for key, row in unmatched.items():
        parsed = read[key][0]
        for version in sorted(row.versions.values(), reverse=True):
            form, plain = words.get(version.pk, ("", ""))
            is_exact = form == parsed.form != "page"
            if form and not is_exact and same_words(plain, parsed.plain):
                found[key] = version
                break
    return found


def _words(pks: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = RevisionText.objects.filter(pk__in=list(pks))
    return {
        pk: (form, plain) for pk, form, plain in rows.values_list("pk", "form", "plain")
    }
