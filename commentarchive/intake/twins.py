"""The key of each comment of an article; one id with two texts in a file is two."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from commentarchive.importers.parsed import ParsedComment, ParsedPost, Remark
from commentarchive.intake.stored import StoredComment
from commentarchive.matching import Key, comment_id, fingerprint
from commentarchive.models import Visibility


@dataclass(slots=True)
class Keyed:
    """The comments of an article with their digests by key, and what was noted."""

    read: dict[Key, tuple[ParsedComment, bytes]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    duplicates: int = 0


def keyed(
    parsed: ParsedPost,
    stored: dict[Key, StoredComment],
    erased: Mapping[str, frozenset[bytes]],
) -> Keyed:
    """Return each comment by its key; two texts under one id in one file are twins.

    Another text than the stored one is an edit, not a twin.

    `erased` holds the digests of erased texts by the id of their comment.
    """
    found = Keyed()
    texts: dict[tuple[str, str], dict[bytes, ParsedComment]] = {}
    for each in parsed.comments:
        source_id, digest = comment_id(each), fingerprint(each.raw)
        space = each.scheme or parsed.scheme
        seen = texts.get((space, source_id))
        if seen is None:
            texts[space, source_id] = {digest: each}
            continue
        if digest in seen:
            found.duplicates += 1
            reason = f"comment {source_id} stands twice with one text; kept once"
        else:
            reason = f"comment {source_id} has two texts under one id; both are kept"
            seen[digest] = each
        found.remarks.append(Remark(f"byte {each.byte}", reason))
    for (space, source_id), seen in texts.items():
        gone = erased.get(source_id, frozenset())
        numbers = _twins(Key(space, source_id, 0), list(seen), stored, gone)
        for digest, each in seen.items():
            key = Key(space, source_id, numbers[digest])
            found.read[key] = (each, digest)
    return found


def _twins(
    first: Key,
    digests: list[bytes],
    stored: dict[Key, StoredComment],
    erased: frozenset[bytes],
) -> dict[bytes, int]:
    """Assign a number to each text of one id.

    Stored texts keep theirs, others get the lowest free ones. An erased text
    that comes again gets the number of what was erased.
    """
    if len(digests) == 1 and first._replace(twin=1) not in stored:
        return {digests[0]: 0}
    numbers: dict[bytes, int] = {}
    gone: set[int] = set()
    twin = 0
    while stored_row := stored.get(first._replace(twin=twin)):
        for digest in digests:
            if digest in stored_row.versions and digest not in numbers:
                numbers[digest] = twin
                break
        if stored_row.visibility == Visibility.ERASED:
            gone.add(twin)
        twin += 1
    free = sorted(set(range(twin + len(digests))) - set(numbers.values()))
    # Erased texts first, so that the number of what was erased is not given to
    # another text; what is left over may be an edit of it, and is treated as one.
    for digest in sorted(digests, key=lambda each: each not in erased):
        if digest not in numbers:
            fitting = [number for number in free if number in gone]
            numbers[digest] = fitting[0] if digest in erased and fitting else free[0]
            free.remove(numbers[digest])
    return numbers
