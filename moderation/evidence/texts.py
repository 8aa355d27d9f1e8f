"""Exhibits: the comments in question, each with all its versions."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Count, Q

from commentarchive.discussion.query import thread_rows
from commentarchive.discussion.versions import Version, public_versions
from commentarchive.models import Comment, Post, Revision, RevisionOrigin, Visibility
from commentarchive.models.comment import CommentQuerySet
from commentarchive.text.plain import plain_text
from commentarchive.threads.days import in_words
from commentarchive.threads.notice_words import interval
from commentarchive.threads.thread_rows import ThreadRow
from moderation.evidence.blocks import (
    Blacked,
    Block,
    Exhibit,
    Facts,
    Heading,
    Quote,
    Words,
)
from moderation.evidence.cases import Case
from moderation.evidence.look import Look, on_clock
from moderation.evidence.threads import place_of

_NOT_PUBLIC = "readers may not read this version"
_HIDDEN = "readers do not see the comment"


def text_exhibit(case: Case, look: Look) -> Exhibit:
    """Return the comments in question, with every version that was ever seen."""
    every = _in_question(case, look)
    own = _sealed(every) if look.is_sealed else _shown(every)
    blocks: list[Block] = list(own)
    if case.is_whole:
        blocks.insert(0, Words(_WHOLE))
    elif not blocks:
        blocks.append(Words("No comment is in question."))
    return Exhibit(
        title="The comments in question, in all their versions",
        how=(
            "Taken from the copies of the blog that are named in this bundle. A "
            "version is never edited: a changed text is a version of its own. Who sees "
            f"which is as it was after record no. {look.last}."
        ),
        about="comments",
        blocks=blocks,
    )


_WHOLE = (
    "Of this discussion, the comments that have more than one version, that readers do "
    "not see, or that somebody decided on. Every other one has a single version, which "
    "stands in the discussion itself."
)


def _in_question(case: Case, look: Look) -> CommentQuerySet:
    """Select the comments that are shown with all their versions."""
    if not case.is_whole:
        return Comment.objects.filter(pk__in=case.comments)
    several = Revision.objects.filter(comment__post__in=case.posts, number__gt=1)
    return Comment.objects.filter(post__in=case.posts).filter(
        ~Q(visibility__in=(Visibility.PUBLISHED, Visibility.INTERNAL))
        | look.on_record("decided_entry")
        | Q(pk__in=several.values("comment"))
    )


# What the other side sees.


def _shown(comments: CommentQuerySet) -> Iterator[Block]:
    """Yield what readers see of each, and that there is more."""
    public = comments.public()
    versions = public_versions(public)
    counts = dict(
        public.annotate(number=Count("revisions")).values_list("ref", "number")
    )
    zones = Post.objects.filter(comments__in=public).values_list(
        "blog__time_zone", flat=True
    )
    for zone in sorted(set(zones)):
        own = public.filter(post__blog__time_zone=zone).in_thread_order()
        for row in thread_rows(own, zone):
            yield from _shown_row(row, versions.get(row.ref, ()), counts[row.ref])


def _shown_row(
    row: ThreadRow, versions: Sequence[Version], number: int
) -> Iterator[Block]:
    place = place_of(row)
    yield Heading(f"Comment {row.ref}")
    yield Facts(
        [
            ("By, and when", place.above or "not shown"),
            ("Readers see", place.known or "the comment"),
        ]
    )
    if not row.is_shown:
        for which in range(1, number + 1):
            yield Blacked(f"Version {which}", _HIDDEN)
        return
    if not versions:
        yield Quote("Version 1", place.text)
        return
    for each in versions:
        above = (
            f"Version {each.number}, {RevisionOrigin(each.origin).label}, in a copy "
        )
        above += f"made {interval(each.early, each.late)}"
        if each.html is None:
            yield Blacked(above, _NOT_PUBLIC)
        else:
            yield Quote(above, plain_text(each.html))


# What a solicitor sees.


def _sealed(comments: CommentQuerySet) -> Iterator[Block]:
    """Yield all that is held of each, hidden texts too; no address."""
    texts: defaultdict[int, list[Revision]] = defaultdict(list)
    for revision in (
        Revision.objects.filter(comment__in=comments)
        .select_related("text", "capture")
        .order_by("comment", "number")
    ):
        texts[revision.comment_id or 0].append(revision)
    read = comments.read().select_related("capture", "parent")
    for comment in read.in_thread_order():
        yield Heading(f"Comment {comment.ref}")
        yield Facts(list(_sealed_facts(comment)))
        for version in texts[comment.pk]:
            yield _sealed_text(comment, version)
        if not texts[comment.pk]:
            yield Words("Its text was never seen here.")


def _sealed_facts(comment: Comment) -> Iterator[tuple[str, str]]:
    when = comment.local_time
    name = comment.commenter.name if comment.commenter else None
    yield "Name", name.name if name and name.name else "not known"
    if name and name.link:
        yield "Link of the name", name.link
    yield "Made", in_words(when) if when else "at a time not known"
    if comment.printed_at:
        yield "Time as it was printed", comment.printed_at
    yield "Number at its blog", comment.source_id
    yield "State at its blog", comment.source_state or "not told"
    yield "Readers see it as", comment.get_visibility_display()
    if comment.parent:
        yield "Answers", f"comment {comment.parent.ref}"


def _sealed_text(comment: Comment, version: Revision) -> Block:
    zone = comment.post.blog.time_zone
    above = f"Version {version.number}, {version.get_origin_display()}"
    if version.capture:
        read = on_clock(version.capture.taken_at, zone)
        above += f", from copy {version.capture.ref}, read {read}"
    if version.pk == comment.current_revision_id:
        shown = comment.visibility == Visibility.PUBLISHED
        above += ", which readers see" if shown else ", the one that stands"
    text = getattr(version, "text", None)
    if text is None:
        return Blacked(above, "it was erased")
    return Quote(above, text.plain)
