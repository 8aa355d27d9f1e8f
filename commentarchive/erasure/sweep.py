"""What an erasure leaves in files and freed pages: swept after its transactions.

Every step may be done again at any time; what was cut short is finished by the next.
"""

import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from django.db import DatabaseError, connection
from zstandard import ZstdError

from commentarchive.captures import files as capture_files
from commentarchive.importers.cut import CannotCut, Wanted, cut
from commentarchive.importers.parsed import ParsedComment, ParsedPost, Unreadable
from commentarchive.importers.registry import detect, named
from commentarchive.ledger.triggers import ruled_models
from commentarchive.matching import article_id, comment_id, fingerprint
from commentarchive.models import (
    Capture,
    CaptureState,
    Comment,
    Manifest,
    Revision,
    Segment,
)
from commentarchive.storage.write_locks import short_write

# What is added to the name of kept bytes while others take their place.
REPLACED = ".zst.replaced"
# PostgreSQL: how long to wait for those who read a table, before it is left.
PATIENCE = "10s"


class SweepUnfinished(Exception):
    """Something could not be swept just now; the message says what."""


def sweep(comments: Collection[Comment]) -> None:
    """Sweep what is left of erased comments, given with their articles.

    The import lock is held. Goes on where one thing fails, and raises SweepUnfinished
    with all that did at the end.
    """
    failures: list[str] = []
    settle_replaced()
    for capture, held in _copies_of(comments).items():
        _try(failures, _repack, capture, held)
    for draft in capture_files.folder().glob("*.part"):
        if draft.is_dir():
            shutil.rmtree(draft)
        else:
            draft.unlink()
    if not connection.in_atomic_block:
        is_sqlite = connection.vendor == "sqlite"
        _try(failures, _truncate_log if is_sqlite else _rewrite_tables)
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
    erased = Comment.objects.filter(post__blog=capture.blog_id, visibility="erased")
    if erased.exists():
        _repack(capture, erased.select_related("post"))


def forget_unnamed(sha256: str) -> None:
    """Delete bytes that were kept again, unless some copy names them."""
    if sha256 not in _named():
        capture_files.forget(sha256)


def settle_replaced() -> None:
    """Finish the replacing of kept bytes that was cut short, one way or the other."""
    named = _named()
    for path in capture_files.folder().glob(f"*/*{REPLACED}"):
        sha256 = path.name.removesuffix(REPLACED)
        if sha256 in named:
            path.replace(capture_files.path_of(sha256))
        else:
            path.unlink()
    # Put back from a backup, as they were received.
    replaced = Capture.objects.exclude(kept_sha256="").values_list("sha256", flat=True)
    for sha256 in set(replaced) - named:
        capture_files.forget(sha256)


def strays() -> set[str]:
    """List the digests of kept bytes that no copy names, whatever is in them."""
    return capture_files.all_digests() - _named()


def _named() -> set[str]:
    """List the digests under which the bytes of copies are kept; one query."""
    return {capture.digest_of_bytes for capture in Capture.objects.all()}


def _copies_of(comments: Collection[Comment]) -> dict[Capture, list[Comment]]:
    """Find the copies that held comments."""
    by_post: dict[int, dict[int, Comment]] = defaultdict(dict)
    for comment in comments:
        by_post[comment.post_id][comment.pk] = comment
    found: dict[Capture, list[Comment]] = defaultdict(list)
    # What is still being read may hold anything; a copy cut short, what it lost.
    blogs = {comment.post.blog_id for comment in comments}
    told_whole = CaptureState.COMPLETE
    for capture in Capture.objects.filter(blog__in=blogs).exclude(state=told_whole):
        found[capture] += [c for c in comments if c.post.blog_id == capture.blog_id]
    manifests = Manifest.objects.filter(post__in=by_post).select_related("capture")
    for manifest in manifests.order_by("pk").iterator():
        wanted = by_post[manifest.post_id]
        for row in manifest.unpack():
            if row.comment in wanted:
                found[manifest.capture].append(wanted[row.comment])
    return found


def _repack(capture: Capture, held: Iterable[Comment]) -> None:
    """Keep a copy's bytes anew, with markers in place of comments.

    Nothing changes where they are cut out already. The digest of what was received
    stays beside that of what is kept.
    """
    before = capture.digest_of_bytes
    path = capture_files.path_of(before)
    if not path.is_file():
        return
    try:
        if named(capture.importer).cutting is None:
            # Nobody can tell where in it the words are.
            kept: capture_files.StoredFile | None = capture_files.NOTHING
        else:
            kept = _cleaned(capture, held)
    except (Unreadable, CannotCut, OSError, ZstdError, RuntimeError) as error:
        message = f"nothing could be cut out of copy {capture.ref} ({error})"
        raise SweepUnfinished(message) from error
    if kept is None:
        return
    # Whatever cuts this short, the next sweep finds the old bytes by their name.
    replaced = path.with_name(f"{before}{REPLACED}")
    path.replace(replaced)
    with short_write():
        capture.kept_sha256 = kept.sha256
        capture.save(update_fields=["kept_sha256"])
    settle_replaced()


def _cleaned(
    capture: Capture, held: Iterable[Comment]
) -> capture_files.StoredFile | None:
    """Keep a copy's bytes without some comments; None where it holds none of them."""
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


def _matcher(held: Iterable[Comment], capture: Capture) -> tuple[Wanted, set[str]]:
    """Recognise comments in a file: by id and text, or by article and id alone.

    By article and id only where no other text stands under that id. The copy itself
    has noted what its import did not take in. Gives the ids, too.
    """
    texts: dict[str, set[bytes]] = defaultdict(set)
    for source_id, digest in capture.progress.get("suppressed", ()):
        texts[source_id].add(bytes.fromhex(digest))
    held = list(held)
    found = Revision.objects.filter(comment__in=held)
    for source_id, known in found.values_list("comment__source_id", "fingerprint"):
        texts[source_id].add(bytes(known))
    posts = {comment.post_id for comment in held}
    twins = Comment.objects.filter(post__in=posts, twin__gte=1)
    shared = set(twins.values_list("post_id", "scheme", "source_id"))
    unique = _unique(held)
    alone = {
        (comment.post.source_id, comment.source_id)
        for comment in held
        if (comment.post_id, comment.scheme, comment.source_id) not in shared
    }

    def wanted(post: ParsedPost, comment: ParsedComment) -> bool:
        source_id = comment_id(comment)
        known = texts.get(source_id)
        if known is None:
            return False
        is_only = (post.scheme, source_id) in unique
        key = (article_id(post), source_id)
        return is_only or key in alone or fingerprint(comment.raw) in known

    return wanted, {each for each in texts if not each.startswith("~")}


def _unique(held: Collection[Comment]) -> set[tuple[str, str]]:
    """List the ids, with their id spaces, that one comment alone of its blog has."""
    blogs = {comment.post.blog_id for comment in held}
    ids = {comment.source_id for comment in held}
    alike = Comment.objects.filter(post__blog__in=blogs, source_id__in=ids)
    numbers = Counter(alike.values_list("scheme", "source_id"))
    return {key for key, number in numbers.items() if number == 1}


def _truncate_log() -> None:
    """Move SQLite's write-ahead log into the database, whose freed pages are zeroed."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [busy, *_pages] = cursor.fetchone()
    if busy:
        message = "somebody reads all the time, so that the database’s log stays"
        raise SweepUnfinished(message)


def _rewrite_tables() -> None:
    """Rewrite PostgreSQL's tables of words: a plain VACUUM leaves bytes in pages."""
    tables = [
        model._meta.db_table for model, rule in ruled_models() if rule.kind == "side"
    ]
    tables.append(Segment._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{PATIENCE}'")
        try:
            for table in tables:
                cursor.execute(f'VACUUM (FULL) "{table}"')
        except DatabaseError as error:
            message = f"the tables of words could not be rewritten ({error})"
            raise SweepUnfinished(message) from error
        finally:
            cursor.execute("RESET lock_timeout")
