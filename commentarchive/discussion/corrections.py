"""What was put right by hand of a comment or an article, as pages say it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet

from commentarchive.ledger.append import By
from commentarchive.ledger.models import Role
from commentarchive.models import Aspect, Comment, Correction, Post
from commentarchive.models.commenter import is_hidden_name
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.storage.prepared import Prepared
from commentarchive.text.shown_names import shown_name
from commentarchive.threads.days import in_words
from commentarchive.threads.evidence import APART, read_time

UNKNOWN = "not known"
# What a correction of a title or a name says while a notice stands for it.
NOT_SHOWN = "not shown"
# What distinguishes people of one name is not shown.
FIRST_TAKEN, SOMEBODY_ELSE = "as the copies tell it", "somebody else of that name"


class CorrectionLine(NamedTuple):
    """One correction, or the taking back of one, in words."""

    ref: str
    made_at: PrintedTime | None
    by: str
    what: str
    # As it read before, and as it reads by this.
    before: str
    after: str
    reason: str
    entry_index: int
    is_undoing: bool
    # Whether somebody looked at it and kept it as it read.
    is_kept: bool
    # Whether it stands, and can be taken back.
    stands: bool


def corrections_of(
    subject: Comment | Post, *, for_staff: bool = False
) -> list[CorrectionLine]:
    """Return the corrections of it in the order of the record; three queries at most.

    Readers get none while they do not see their subject. Reads article and blog.
    """
    is_comment = isinstance(subject, Comment)
    post = subject.post if isinstance(subject, Comment) else subject
    found = _corrections(subject.pk, is_comment, for_staff)
    ids = {
        value
        for each in found
        if each.aspect == Aspect.PARENT
        for value in (each.words.before, each.words.after)
    }
    places: dict[str, str] = {}
    if isinstance(subject, Comment) and ids:
        places = _places(subject, ids - {""})
    moves = [each.words for each in found if each.aspect == Aspect.ARTICLE]
    if moves:
        values = {value for each in moves for value in (each.before, each.after)}
        places |= _articles(values, for_staff=for_staff)
    zone = post.blog.time_zone
    lines = [_line(each, zone, places, for_staff=for_staff) for each in found]
    if for_staff:
        return lines
    return [
        line._replace(before=NOT_SHOWN, after=NOT_SHOWN, reason="")
        if _is_of_hidden_words(each, post)
        else line
        for each, line in zip(found, lines, strict=True)
    ]


def _is_of_hidden_words(correction: Any, post: Post) -> bool:
    if correction.aspect in {Aspect.NAME, Aspect.PERSON}:
        names_hidden: bool = correction.names_hidden
        return names_hidden
    return correction.aspect == Aspect.TITLE and post.hidden_title != ""


@Prepared
def _corrections(
    key: int,
    is_comment: bool,  # prepared queries know places
    for_staff: bool,
) -> QuerySet[Correction]:
    told = Correction.objects.filter(words__isnull=False)
    rows = told.filter(comment=key) if is_comment else told.filter(post=key)
    read = (rows if for_staff else rows.public()).order_by("entry_index")
    return read.select_related("words", "actor", "undone_by").annotate(
        names_hidden=is_hidden_name(
            "comment__post__blog", "words__before", "words__after"
        )
    )


def _line(
    row: Correction, zone: str, places: dict[str, str], *, for_staff: bool
) -> CorrectionLine:
    before, after = (
        _shown(value, row.aspect, zone, places, for_staff=for_staff)
        for value in (row.words.before, row.words.after)
    )
    return CorrectionLine(
        ref=row.ref,
        made_at=printed_time(row.made_at, None, zone),
        by=By(actor=row.actor, role=Role(row.role)).shown,
        what=row.get_aspect_display(),
        before=before,
        after=after,
        reason=row.words.reason,
        entry_index=row.entry_index,
        is_undoing=row.undoes_id is not None,
        is_kept=row.undoes_id is None and row.words.before == row.words.after,
        stands=row.undoes_id is None and not hasattr(row, "undone_by"),
    )


def _shown(
    value: str, aspect: str, zone: str, places: dict[str, str], *, for_staff: bool
) -> str:
    if aspect == Aspect.ARTICLE:
        return places.get(value, UNKNOWN)
    if aspect == Aspect.PARENT:
        return places.get(value, "a comment that is not here") if value else "none"
    if aspect == Aspect.PERSON:
        return SOMEBODY_ELSE if value.startswith(APART) else FIRST_TAKEN
    if aspect == Aspect.TIME and value:
        moment, day_only = read_time(value)
        local = printed_time(moment, None, zone, day_only=day_only)
        return in_words(local) if local else UNKNOWN
    return (value if for_staff else shown_name(value)) or UNKNOWN


def _articles(values: Iterable[str], *, for_staff: bool) -> dict[str, str]:
    """Return how articles are named under which a comment stands, or stood.

    Readers are told no title of what is not public.
    """
    parts = {value: value.split() for value in values}
    refs = {each[0] for each in parts.values()}
    posts = Post.objects.all() if for_staff else Post.objects.public()
    titles = {post.ref: post.title for post in posts.titled().filter(ref__in=refs)}
    found: dict[str, str] = {}
    for value, (ref, *above) in parts.items():
        title = titles.get(ref)
        name = f"“{title}”" if title is not None else "an article that is not public"
        found[value] = f"{name}, as an answer to a comment there" if above else name
    return found


def _places(comment: Comment, ids: set[str]) -> dict[str, str]:
    """Return how the comments with these ids are named: by their place."""
    copied = Comment.objects.in_copies_of([comment.copied_below_id])
    beside = copied.filter(scheme=comment.scheme, source_id__in=ids, twin=0)
    found = beside.values_list("source_id", "position")
    return {source_id: f"comment {position + 1}" for source_id, position in found}
