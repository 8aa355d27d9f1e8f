"""Which stored version of an article a capture holds, and which one stands."""

from typing import NamedTuple

from django.db.models import QuerySet

from commentarchive.importers.parsed import UNKNOWN_STATUS, ParsedPost
from commentarchive.intake.other_copies import OtherCopies
from commentarchive.matching import fingerprint
from commentarchive.models import Post, Revision
from commentarchive.storage.prepared import Prepared
from commentarchive.text.similar import same_words
from commentarchive.threads.evidence import NOBODY, Copy, Rank, Source, as_written


class ArticleMatch(NamedTuple):
    """What a capture holds of an article's text, and whether that is to stand."""

    # The stored version that it holds; None for a text that is new or not kept.
    version: Revision | None
    is_new: bool = False
    # The first of the versions that a new one tells better, without an edit.
    same_as: int | None = None
    # Whether it is to stand; None where the later copy is followed.
    stands: bool | None = False


class _Worth(NamedTuple):
    """How good a text is: whether it is there at all, and how it is known."""

    # 2 for a text, 1 for a title alone, 0 for neither.
    extent: int
    source: Source

    @property
    def rank(self) -> tuple[int, Rank]:
        """What counts before the time of a copy."""
        return self.extent, self.source.rank


def article_fingerprint(parsed: ParsedPost) -> bytes:
    """Digest an article's title and text with the matching key (32 bytes)."""
    return fingerprint("article", parsed.title, parsed.raw)


def is_same_article(post: Post, parsed: ParsedPost, match: ArticleMatch) -> bool:
    """Return whether a capture has the status and text of an article as stored.

    Neither better nor worse evidence of what stands is a change.
    """
    if parsed.status not in {post.status, UNKNOWN_STATUS}:
        return False
    if match.version is None:
        return not match.is_new or match.same_as is not None
    return match.stands is False or match.version.pk == post.told_revision_id


def match_article(
    post: Post, parsed: ParsedPost, copy: Copy, others: OtherCopies
) -> ArticleMatch:
    """Find the stored version that a capture holds, and whether it is to stand.

    1. Worse evidence than what is shown changes nothing: a page does not undo what an
       export told, whatever its theme made of it.
    2. Better evidence is a version of its own that takes the place of what is shown.
    3. Of exports the later one is followed. Of pages, and of answers of one interface,
       the better copy is; other words than those that are stored are an edit.
    """
    versions = _told_of(post.pk)
    shown = _shown_or_newest(post, versions)
    worth = _Worth(_extent(parsed), as_written(copy.source, parsed.form))
    if shown is None:
        return ArticleMatch(None, is_new=True, stands=True)
    if not worth.extent:
        return ArticleMatch(None)
    digest = article_fingerprint(parsed)
    exact = next((v for v in versions if _is_it(v, parsed, digest)), None)
    if exact == shown and parsed.form != "page":
        return ArticleMatch(shown, stands=None)
    before = _worth(shown, others)
    if worth.rank > before.rank:
        first = None if exact else shown.same_as_id or shown.pk
        return ArticleMatch(exact, is_new=not exact, same_as=first, stands=True)
    alike = exact or _of_same_words(parsed, versions)
    if worth.rank < before.rank:
        return ArticleMatch(alike)
    if parsed.form != "page":
        return ArticleMatch(alike, is_new=alike is None, stands=None)
    is_better = worth.source > before.source
    if exact or (alike and not is_better):
        return ArticleMatch(alike, stands=is_better)
    words = (alike.same_as_id or alike.pk) if alike else None
    return ArticleMatch(None, is_new=True, same_as=words, stands=is_better)


@Prepared
def _told_of(post_pk: int) -> QuerySet[Revision]:
    # What was blacked out here is told by no copy.
    told = Revision.objects.filter(post=post_pk).at_source()
    return told.select_related("text").order_by("-number")


def _is_it(version: Revision, parsed: ParsedPost, digest: bytes) -> bool:
    """Return whether a version has this text, written in a form that is as good."""
    text = getattr(version, "text", None)
    is_rendered = text is None or text.form == "page"
    return bytes(version.fingerprint) == digest and (
        parsed.form == "page" or not is_rendered
    )


def _extent(parsed: ParsedPost) -> int:
    return 2 if parsed.has_text else int(parsed.title != "")


def _worth(version: Revision, others: OtherCopies) -> _Worth:
    text = getattr(version, "text", None)
    source = others.best_with_article(version.pk)
    form = text.form if text else "page"
    if text is None or source is None:
        return _Worth(0, NOBODY)
    extent = 2 if text.raw or form != "page" else int(text.title != "")
    return _Worth(extent, as_written(source, form))


def _of_same_words(parsed: ParsedPost, versions: list[Revision]) -> Revision | None:
    """Return the newest version of the same words that is written as well.

    What a blog stores is never held as some page's rendering of it: those words would
    stand by worse evidence than there is.
    """
    is_stored = parsed.form != "page"
    for version in versions:
        text = getattr(version, "text", None)
        if text is None or (is_stored and text.form in {"page", parsed.form}):
            continue
        if not same_words(text.title, parsed.title):
            continue
        if same_words(text.plain, parsed.plain):
            return version
    return None


def _shown_or_newest(post: Post, versions: list[Revision]) -> Revision | None:
    """Return the version that stands by the copies, else the first of some.

    They are sorted newest first.
    """
    for version in versions:
        if version.pk == post.told_revision_id:
            return version
    return versions[0] if versions else None
