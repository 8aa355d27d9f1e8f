"""Find numbers that a blog gave to comments which no copy of it holds."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Length

from commentarchive.captures.answered_gaps import Evidence
from commentarchive.importers.registry import IMPORTERS
from commentarchive.models import (
    CaptureState,
    Comment,
    GapKind,
    Manifest,
    OtherNumber,
)
from commentarchive.storage.prepared import Prepared


def left_out_numbers(blog: int) -> Iterator[Evidence]:
    """Find numbers that are left out between neighbouring comments of one article.

    Only where an importer says that its source numbers the comments of a blog in turn,
    and not of a blog that has moved and begun to count anew.

    1. Go through the blog's comments by number. Where two neighbours are of one
       article, the numbers between them were nobody else's either.
    2. Report the sum per article, after the comment before its largest hole.
    3. Report none where more numbers are missing than there are comments: there,
       most of them were spam, or were given to other things.
    """
    if _other_numbers(blog):
        return
    for scheme in (each.name for each in IMPORTERS if each.numbers_in_turn):
        if not _in_whole_copies(blog, scheme):
            continue
        comments_in: dict[int, int] = defaultdict(int)
        holes_in: dict[int, list[tuple[int, int]]] = defaultdict(list)
        last_number, last_post, last_pk = 0, 0, 0
        for number, post, pk in _numbered_comments(blog, scheme):
            comments_in[post] += 1
            left_out = number - last_number - 1
            if post == last_post and left_out > 0:
                holes_in[post].append((left_out, last_pk))
            last_number, last_post, last_pk = number, post, pk
        for post, holes in holes_in.items():
            total = sum(size for size, _pk in holes)
            if total <= comments_in[post]:
                yield Evidence(post, GapKind.ID_RANGE, max(holes)[1], 0, total)


@Prepared
def _other_numbers(blog: int) -> QuerySet[OtherNumber, int]:
    return OtherNumber.objects.filter(blog=blog).values_list("pk", flat=True)[:1]


@Prepared
def _in_whole_copies(blog: int, scheme: str) -> QuerySet[Manifest, int]:
    whole = Manifest.objects.filter(
        post__blog=blog, scheme=scheme, capture__state=CaptureState.COMPLETE
    )
    return whole.filter(capture__importer=scheme).values_list("pk", flat=True)[:1]


def _numbered_comments(blog: int, scheme: str) -> Iterator[tuple[int, int, int]]:
    """Yield a blog's numbered comments in order: number, article, key.

    They are read a part at a time, never all into memory.
    """
    for source_id, post, pk in _by_number.stream(blog, scheme):
        if source_id.isdecimal():
            yield int(source_id), post, pk


@Prepared
def _by_number(blog: int, scheme: str) -> QuerySet[Comment, tuple[str, int, int]]:
    # Ids are stored as text: the shorter of two numbers is the smaller one.
    rows = Comment.objects.filter(post__blog=blog, scheme=scheme)
    in_order = rows.order_by(Length("source_id"), "source_id")
    return in_order.values_list("source_id", Coalesce("told_below_id", "post_id"), "pk")
