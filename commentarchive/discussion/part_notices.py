"""The notices that stand on an article, its title or its discussion, and on a name."""

from typing import NamedTuple

from django.db.models import QuerySet

from commentarchive.models import Commenter, Part, PartNotice, Post
from commentarchive.models.times import on_source_clock
from commentarchive.storage.prepared import Prepared
from commentarchive.text.unseen import marked
from commentarchive.threads.part_words import part_words
from commentarchive.threads.thread_rows import NoticeRow


class PartNoticeLine(NamedTuple):
    """One notice: on which part it stands, and its words as HTML."""

    part: str
    kind: str
    words: str


def open_notices_of(subject: Post | Commenter) -> list[PartNotice]:
    """Return the notices that stand on an article or a name.

    No query where its row says that there is none.
    """
    if not subject.has_part_notices:
        return []
    found = _open(subject.pk, isinstance(subject, Post))
    is_own = any(each.part == Part.NAME for each in found)
    if isinstance(subject, Commenter) and subject.hidden_name and not is_own:
        # It is hidden with another name of the same words.
        others = PartNotice.objects.filter(
            commenter__blog=subject.blog_id,
            commenter__name__looks=subject.name.looks,
        )
        standing = others.filter(part=Part.NAME, is_open=True)
        found = [*standing.order_by("opened_entry")[:1], *found]
    return found


@Prepared
def _open(key: int, of_article: bool) -> QuerySet[PartNotice]:  # values have places
    of_it = {"post" if of_article else "commenter": key}
    return PartNotice.objects.filter(**of_it, is_open=True).order_by("pk")


def notice_lines(subject: Post | Commenter) -> list[PartNoticeLine]:
    """Return the notices as pages print them, on the blog's clock; reads its blog."""
    zone = subject.blog.time_zone
    return [
        PartNoticeLine(each.part, each.kind, part_words(each.part, row_of(each, zone)))
        for each in open_notices_of(subject)
    ]


def words_of_notices(subject: Post | Commenter) -> str:
    """Return the words of all notices that stand, as HTML; "" where there is none."""
    return "".join(line.words for line in notice_lines(subject))


def row_of(notice: PartNotice, zone: str) -> NoticeRow:
    """Return what a notice says, with its times on a clock."""
    return NoticeRow(
        notice.kind,
        notice.grade,
        on_source_clock(notice.since_not_before, None, zone),
        on_source_clock(notice.since_not_after, None, zone),
        marked(notice.actor_label),
        marked(notice.clause_label),
        notice.statement_path,
        "",
    )
