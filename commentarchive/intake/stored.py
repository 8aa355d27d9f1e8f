"""What the archive has of an article already, for a copy to be compared with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from commentarchive.importers.parsed import ParsedComment
from commentarchive.matching import Key
from commentarchive.models import Comment, Post, Revision, RevisionText
from commentarchive.text.similar import same_words


class Version(NamedTuple):
    """One text of a comment that is stored."""

    pk: int
    number: int
    commitment: str


NO_VERSION = Version(0, 0, "")


@dataclass(slots=True, kw_only=True)
class Known:
    """A comment that the archive has already."""

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
    # Facts that no source has given yet.
    lacks_name: bool = False
    lacks_address: bool = False
    # Every text of it, by its keyed digest; the last one, and the one last followed.
    versions: dict[bytes, Version] = field(default_factory=dict)
    last: Version = NO_VERSION
    told_pk: int = 0


def known_comments(post: Post) -> dict[Key, Known]:
    """Read an article's comments with their captured texts; two queries."""
    found: dict[Key, Known] = {}
    by_pk: dict[int, Known] = {}
    rows = Comment.objects.filter(post=post).values_list(
        *("pk", "ref", "parent_id", "position", "depth", "visibility"),
        *("source_state", "source_parent", "capture_id", "posted_at"),
        *("commenter_id", "private_address__comment_id"),
        *("current_revision_id", "decided_entry"),
        *("scheme", "source_id", "twin"),
    )
    for row in rows.iterator(chunk_size=5000):
        pk, ref, parent_pk, position, depth, visibility, state, parent_id, *more = row
        capture_id, posted_at, commenter_id, address_id, shown_pk, decided, *key = more
        known = Known(
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
            # After a decision the public may see another text than the last one read.
            told_pk=(shown_pk or 0) if decided is None else 0,
        )
        found[Key(*key)] = by_pk[known.pk] = known
    texts = (
        Revision.objects.filter(comment__post=post)
        .order_by("number")
        .values_list("comment_id", "fingerprint", "pk", "number", "commitment")
    )
    for comment_pk, digest, pk, number, commitment in texts.iterator(chunk_size=5000):
        if known_row := by_pk.get(comment_pk or 0):
            known_row.last = Version(pk, number, commitment)
            known_row.versions[bytes(digest)] = known_row.last
    return found


def is_untold(parsed: ParsedComment) -> bool:
    """Tell whether a copy names a comment without giving its text.

    Pages show links from other blogs so.
    """
    return parsed.form == "page" and not parsed.raw


def same_versions(
    read: Mapping[Key, tuple[ParsedComment, bytes]], known: Mapping[Key, Known]
) -> dict[Key, Version]:
    """Find the stored version that each comment reads as, however it is written.

    A text as stored and the same as a page shows it are one version. At most one
    query, for texts whose digest is not known.
    """
    found: dict[Key, Version] = {}
    unlike: dict[Key, Known] = {}
    for key, (parsed, digest) in read.items():
        row = known.get(key)
        if row is None or row.is_placeholder:
            continue
        if is_untold(parsed):
            told = [each for each in row.versions.values() if each.pk == row.told_pk]
            found[key] = (told or [row.last])[0]
        elif digest in row.versions:
            found[key] = row.versions[digest]
        elif row.pk and row.versions:
            unlike[key] = row
    if not unlike:
        return found
    words = _words(each.pk for row in unlike.values() for each in row.versions.values())
    for key, row in unlike.items():
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
