"""Sweep what an erasure leaves in files and freed pages, after its transactions.

Every step may be repeated at any time: the next sweep finishes one that was cut short.
"""

import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from commentarchive.captures import files as capture_files
from commentarchive.captures.files import DAMAGE
from commentarchive.erasure.freed_pages import (
    SweepUnfinished,
    empty_log,
    rewrite_tables,
)
from commentarchive.importers.cut import CannotCut, IsToErase, cut
from commentarchive.importers.parsed import ParsedComment, ParsedPost, Unreadable
from commentarchive.importers.registry import detect, named
from commentarchive.ledger import on_disk
from commentarchive.matching import article_id, comment_id, fingerprint
from commentarchive.models import (
    Capture,
    CaptureState,
    Comment,
    Manifest,
    OtherNumber,
    Revision,
    TranscriptDraft,
)
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import short_write

_numbered_again = re.compile(r"(.+)@\d+")
# Ending of kept bytes while they are being replaced.
REPLACED = ".zst.replaced"


def sweep(comments: Collection[Comment]) -> None:
    """Remove what is left of erased comments (given with their articles).

    The import lock is held. A step that fails does not stop the others; all failures
    are raised at the end as one SweepUnfinished.
    """
    failures: list[str] = []
    # 1. Finish what an earlier sweep began: it may have left the words in a file.
    settle_replaced()
    # 2. Cut the comments out of the kept bytes of every copy that may hold them.
    for capture, held in copies_of(comments).items():
        _try(failures, _cut_out, capture, held)
    # 3. Delete drafts: a crash while bytes were being kept leaves some behind.
    for draft in capture_files.folder().glob("*.part"):
        if draft.is_dir():
            shutil.rmtree(draft)
        else:
            draft.unlink()
    # 4. Overwrite what the database has freed but not yet zeroed.
    if not connection.in_atomic_block:
        is_sqlite = connection.vendor == "sqlite"
        _try(failures, empty_log if is_sqlite else rewrite_tables)
    if failures:
        raise SweepUnfinished("; ".join(failures))


def _try(failures: list[str], step: Callable[..., None], *arguments: object) -> None:
    try:
        step(*arguments)
    except SweepUnfinished as error:
        failures.append(str(error))


def sweep_copy(capture: Capture) -> None:
    """Cut out of a new copy what was erased before; the import lock is held.

    Raise SweepUnfinished.
    """
    if erased := _erased_of_bytes(capture.sha256):
        _cut_out(capture, erased)


@Prepared
def _erased_of_bytes(sha256: str) -> QuerySet[Comment]:
    # One file may hold several blogs, each with a copy of its own.
    blogs = Capture.objects.filter(sha256=sha256).values("blog")
    erased = Comment.objects.filter(post__blog__in=blogs, visibility="erased")
    return erased.select_related("post", "told_below")


def forget_unnamed(sha256: str) -> None:
    """Delete kept bytes unless some copy or draft names them."""
    if sha256 not in _named_digests():
        capture_files.forget(sha256)


def settle_replaced() -> None:
    """Finish or undo the replacements of kept bytes that were cut short."""
    named = _named_digests()
    # 1. A row that still names the old bytes: the crash came before it was changed.
    for path in capture_files.folder().glob(f"*/*{REPLACED}"):
        sha256 = path.name.removesuffix(REPLACED)
        if sha256 in named:
            on_disk.rename(path, capture_files.path_of(sha256))
        else:
            on_disk.remove(path)
    # 2. Bytes as received came back with a backup, though a copy has cut ones.
    replaced = Capture.objects.exclude(kept_sha256="").values_list("sha256", flat=True)
    for sha256 in set(replaced) - named:
        capture_files.forget(sha256)


def strays() -> set[str]:
    """Return the digests of kept bytes that no copy and no draft names."""
    return capture_files.all_digests() - _named_digests()


def _named_digests() -> set[str]:
    """Return the digests under which the bytes of copies and open drafts are kept."""
    drafts = TranscriptDraft.objects.open().values_list("sha256", flat=True)
    return {capture.digest_of_bytes for capture in Capture.objects.all()}.union(drafts)


def copies_of(comments: Collection[Comment]) -> dict[Capture, list[Comment]]:
    """Return each copy that holds, or may hold, some of these comments."""
    by_post: dict[int, dict[int, Comment]] = defaultdict(dict)
    for comment in comments:
        by_post[comment.copied_below_id][comment.pk] = comment
    found: dict[Capture, list[Comment]] = defaultdict(list)
    # A copy that is being read, or was read in part, may hold more than its manifests
    # say: all comments of its blog are looked for in it.
    blogs = tuple({comment.post.blog_id for comment in comments})
    for capture in _not_complete(blogs):
        found[capture] += [c for c in comments if c.post.blog_id == capture.blog_id]
    for manifest in _manifests_of.stream(tuple(by_post)):
        to_erase = by_post[manifest.post_id]
        for row in manifest.unpack():
            if row.comment in to_erase:
                found[manifest.capture].append(to_erase[row.comment])
    # Other blogs' copies of the same bytes name the same file.
    held = {capture.sha256: comments for capture, comments in found.items()}
    for alike in _of_bytes(tuple(held)):
        found.setdefault(alike, list(held[alike.sha256]))
    return found


@Prepared
def _not_complete(blogs: tuple[int, ...]) -> QuerySet[Capture]:
    own = Capture.objects.filter(blog__in=blogs)
    return own.exclude(state=CaptureState.COMPLETE)


@Prepared
def _manifests_of(posts: tuple[int, ...]) -> QuerySet[Manifest]:
    manifests = Manifest.objects.filter(post__in=posts)
    return manifests.select_related("capture").order_by("pk")


@Prepared
def _of_bytes(digests: tuple[str, ...]) -> QuerySet[Capture]:
    return Capture.objects.filter(sha256__in=digests)


def _cut_out(capture: Capture, held: Iterable[Comment]) -> None:
    """Replace a copy's kept bytes by ones with markers in place of comments.

    Deletes them as a whole where the source's importer cannot cut. Changes nothing
    where they were cut out before. The digest of the bytes as received stays beside
    that of the bytes as kept.
    """
    before = capture.digest_of_bytes
    path = capture_files.path_of(before)
    if not path.is_file():
        return
    try:
        if named(capture.importer).cutting is None:
            # In such a file the words cannot be located: it goes as a whole.
            kept: capture_files.StoredFile | None = capture_files.NOTHING
        else:
            kept = _cleaned(capture, held)
    except (Unreadable, CannotCut, OSError, RuntimeError, *DAMAGE) as error:
        message = f"nothing could be cut out of copy {capture.ref} ({error})"
        raise SweepUnfinished(message) from error
    if kept is None:
        return
    # The old bytes are renamed before the row changes and deleted after it: wherever
    # a crash falls, the next sweep finds them by their ending.
    replaced = path.with_name(f"{before}{REPLACED}")
    on_disk.rename(path, replaced)
    with short_write():
        capture.kept_sha256 = kept.sha256
        capture.save(update_fields=["kept_sha256"])
    settle_replaced()


def _cleaned(
    capture: Capture, held: Iterable[Comment]
) -> capture_files.StoredFile | None:
    """Keep a copy's bytes without some comments; None if it holds none of them."""
    folder = capture_files.folder()
    with tempfile.TemporaryDirectory(dir=folder, suffix=".part") as drafts:
        received, cleaned = Path(drafts) / "received", Path(drafts) / "cleaned"
        with (
            capture_files.opened(capture.digest_of_bytes) as stream,
            received.open("wb") as out,
        ):
            shutil.copyfileobj(stream, out)
        source = detect(received, source=capture.importer)
        if not cut(source, cleaned, *_matcher(held, capture)):
            return None
        return capture_files.keep(cleaned)


def _matcher(held: Iterable[Comment], capture: Capture) -> tuple[IsToErase, set[str]]:
    """Return a test that recognises erased comments in a file, and their ids.

    A comment of the file is one to erase if its id is among theirs, and

    1. that id is unique in the blog, or
    2. no other comment of that article has the id, or
    3. its text is one of the erased ones.
    """
    # What an import did not take in was erased before: the copy noted its digest.
    texts: dict[str, set[bytes]] = defaultdict(set)
    for source_id, digest in capture.progress.get("suppressed", ()):
        texts[source_id].add(bytes.fromhex(digest))
    held = list(held)
    found = Revision.objects.filter(comment__in=held)
    for source_id, known in found.values_list("comment__source_id", "fingerprint"):
        texts[source_id].add(bytes(known))
        # A number that was somebody else's already is kept as "7@2".
        if own := _numbered_again.fullmatch(source_id):
            texts[own[1]].add(bytes(known))
    # After a move one number may be two comments': there only the text tells.
    posts = {comment.copied_below_id for comment in held}
    renumbered = OtherNumber.objects.filter(post__in=posts).exclude(comment=None)
    shared_numbers = set(renumbered.values_list("source_id", flat=True))
    of_held = found.filter(comment__other_numbers__comment__isnull=False)
    for number, known in of_held.values_list(
        "comment__other_numbers__source_id", "fingerprint"
    ):
        texts[number].add(bytes(known))
    twins = Comment.objects.in_copies_of(posts).filter(twin__gte=1)
    below = Coalesce("told_below_id", "post_id")
    shared = set(twins.values_list(below, "scheme", "source_id"))
    unique = _unique(held)
    alone = {
        ((comment.told_below or comment.post).source_id, comment.source_id)
        for comment in held
        if (comment.copied_below_id, comment.scheme, comment.source_id) not in shared
    }

    def is_to_erase(post: ParsedPost, comment: ParsedComment) -> bool:
        source_id = comment_id(comment)
        known = texts.get(source_id)
        if known is None:
            return False
        if source_id in shared_numbers:
            return fingerprint(comment.raw) in known
        is_only = (post.scheme, source_id) in unique
        key = (article_id(post), source_id)
        return is_only or key in alone or fingerprint(comment.raw) in known

    # "~" marks a digest in place of an id; no file holds that.
    return is_to_erase, {known for known in texts if not known.startswith("~")}


def _unique(held: Collection[Comment]) -> set[tuple[str, str]]:
    """Return the ids, with their id spaces, that only one comment of its blog has."""
    blogs = {comment.post.blog_id for comment in held}
    ids = {comment.source_id for comment in held}
    alike = Comment.objects.filter(post__blog__in=blogs, source_id__in=ids)
    numbers = Counter(alike.values_list("scheme", "source_id"))
    return {key for key, number in numbers.items() if number == 1}
