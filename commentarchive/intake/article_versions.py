"""Which stored version of an article a capture holds."""

from commentarchive.importers.parsed import UNKNOWN_STATUS, ParsedPost
from commentarchive.matching import fingerprint
from commentarchive.models import Post, Revision
from commentarchive.text.similar import same_words


def article_fingerprint(parsed: ParsedPost) -> bytes:
    """Digest an article's title and text with the matching key (32 bytes)."""
    return fingerprint("article", parsed.title, parsed.raw)


def is_same_article(post: Post, parsed: ParsedPost) -> bool:
    """Return whether a capture has the status and text of an article as stored."""
    if parsed.status not in {post.status, UNKNOWN_STATUS}:
        return False
    version = stored_version(post, parsed)
    return version is not None and version.pk == post.current_revision_id


def stored_version(post: Post, parsed: ParsedPost) -> Revision | None:
    """Find the stored version with a capture's text; None if the text is new.

    1. A capture without the text stands for the version that is shown.
    2. A page stands for the version of an export, whatever its theme made of it.
    3. Else the newest version of the same digest, or of the same words where one of
       the two texts comes from a page.
    """
    versions = list(post.revisions.select_related("text").order_by("-number"))
    if not parsed.has_text:
        return _shown_or_newest(post, versions)
    exported = [version for version in versions if _is_exported(version)]
    if parsed.form == "page" and exported:
        return _shown_or_newest(post, exported)
    digest = article_fingerprint(parsed)
    for version in versions:
        if bytes(version.fingerprint) == digest:
            return version
    for version in versions:
        text = getattr(version, "text", None)
        if text is None or (text.form == parsed.form != "page"):
            continue
        if not same_words(text.title, parsed.title):
            continue
        if same_words(text.plain, parsed.plain):
            return version
    return None


def _shown_or_newest(post: Post, versions: list[Revision]) -> Revision | None:
    """Return the version that is shown, else the first of some sorted newest first."""
    for version in versions:
        if version.pk == post.current_revision_id:
            return version
    return versions[0] if versions else None


def _is_exported(version: Revision) -> bool:
    text = getattr(version, "text", None)
    return text is not None and text.form != "page" and bool(text.raw)
