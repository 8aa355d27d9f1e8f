"""Check what was entered by hand against its entries, and the entries against it."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, QuerySet

from commentarchive.captures.history import ENTERED
from commentarchive.ledger.comparison import Difference, ReadEntry
from commentarchive.ledger.models import Entry
from commentarchive.models import (
    Capture,
    CaptureState,
    Comment,
    Post,
    Revision,
)
from commentarchive.storage.prepared import Prepared


def check_entered(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Report entries of new rows whose row is not there, or is another."""
    yield from _check(entries, "post.new", Post.objects.all(), "article")
    yield from _check(entries, "comment.new", Comment.objects.all(), "comment")
    yield from _blogs(entries)
    yield from _texts(entries)


def _check[T: Model](
    entries: Sequence[ReadEntry], event: str, rows: QuerySet[T], what: str
) -> Iterator[Difference]:
    said = [each for each in entries if each.event == event]
    if not said:
        return
    refs = [each.subject for each in said]
    there = set(rows.filter(ref__in=refs).values_list("ref", flat=True))
    for each in said:
        if each.subject not in there:
            yield Difference(each.index, f"the {what} it speaks of is not there")


def _blogs(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    told = {each.subject: each for each in entries if each.event == "post.new"}
    if not told:
        return
    found = Post.objects.filter(ref__in=told)
    for ref, blog in found.values_list("ref", "blog__ref"):
        if told[ref].public["blog"] != blog:
            yield Difference(told[ref].index, f"article {ref} is of another blog")


def _texts(entries: Sequence[ReadEntry]) -> Iterator[Difference]:
    """Report comments that never had the text with which they were entered."""
    told = {
        each.subject: each
        for each in entries
        if each.event == "comment.new" and each.public["text"] is not None
    }
    if not told:
        return
    texts = Revision.objects.filter(comment__ref__in=told)
    held = set(texts.values_list("comment__ref", "commitment"))
    for ref, said in told.items():
        if (ref, said.public["text"]) not in held:
            yield Difference(said.index, f"comment {ref} never had the text entered")


def compare_entered() -> Iterator[Difference]:
    """Report what was entered by hand and has no entry of its own."""
    for unsaid in _UNSAID:
        for ref, index in unsaid():
            yield Difference(index, f"no entry says that {ref} was entered by hand")


def _without_entry(
    rows: type[Model], event: str
) -> QuerySet[Any, tuple[str, int | None]]:
    done = Capture.objects.filter(importer__in=ENTERED).exclude(
        state=CaptureState.READING
    )
    own = Entry.objects.filter(event=event, subject=OuterRef("ref"))
    entered: QuerySet[Any] = QuerySet(rows).filter(capture__in=done)
    unsaid = entered.filter(~Exists(own))
    return unsaid.values_list("ref", F("capture__entry_index"))


_UNSAID = [
    Prepared(partial(_without_entry, Post, "post.new")),
    Prepared(partial(_without_entry, Comment, "comment.new")),
]
