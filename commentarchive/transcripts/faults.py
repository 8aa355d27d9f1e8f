"""What keeps marks from being imported, in sentences that name the line."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from commentarchive.text.addresses import normalise
from commentarchive.transcripts.marks import THE_ARTICLE, Mark, Marks, Role
from commentarchive.transcripts.times import fault_of


class Fault(NamedTuple):
    """Something to put right first; `line` is 0 where it is about the whole text."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else self.reason


def faults(marks: Marks, now: datetime) -> list[Fault]:
    """Return what has to be put right before these marks can be imported."""
    return [
        *_of_whole(marks),
        *_of_article(marks, now),
        *_of_order(marks.paragraphs),
        *_of_comments(marks, now),
    ]


def _of_whole(marks: Marks) -> Iterator[Fault]:
    undecided = [each.place.line for each in marks.paragraphs if each.role is None]
    if undecided:
        number = f"{len(undecided)} paragraphs are"
        if len(undecided) == 1:
            number = "a paragraph is"
        yield Fault(undecided[0], f"{number} not decided yet")
    if not any(each.role is Role.START for each in marks.paragraphs):
        yield Fault(0, "no paragraph starts a comment")


def _of_article(marks: Marks, now: datetime) -> Iterator[Fault]:
    article = marks.article
    if not (article.title or article.address):
        yield Fault(0, "the article needs a title or an address")
    addresses = {"the article's address": article.address}
    if article.cross_post:
        addresses["the address of the cross-post"] = article.cross_post.address
        if not (article.cross_post.blog or article.cross_post.address):
            yield Fault(0, "the cross-post needs the name of its blog, or an address")
    for of, address in addresses.items():
        is_one = normalise(address) and len(address.split()) == 1
        if address and not is_one:
            yield Fault(0, f"{of} is none that begins with http:// or https://")
    if fault := fault_of(article.date, now):
        yield Fault(0, f"the article's date: {fault}")


def _of_order(marks: Sequence[Mark]) -> Iterator[Fault]:
    """Find what goes on where nothing has begun."""
    has_begun = False
    for mark in marks:
        if mark.role in {Role.ARTICLE, Role.START}:
            has_begun = True
        elif mark.role not in {None, Role.NO_PART} and not has_begun:
            yield Fault(mark.place.line, "it goes on, but nothing starts before it")
            return


def _of_comments(marks: Marks, now: datetime) -> Iterator[Fault]:
    starts = {each.place for each in marks.paragraphs if each.role is Role.START}
    for mark in marks.paragraphs:
        line = mark.place.line
        if mark.claim is not None and not mark.claim.blog:
            yield Fault(line, "the claim does not say which blog it is about")
        if mark.facts is None:
            continue
        if fault := fault_of(mark.facts.time, now):
            yield Fault(line, fault)
        answers = mark.facts.answers
        if answers is None or answers == THE_ARTICLE:
            continue
        if answers not in starts:
            yield Fault(line, f"it answers line {answers}, where no comment starts")
        elif answers >= mark.place:
            yield Fault(line, f"it answers line {answers}, which does not come before")
