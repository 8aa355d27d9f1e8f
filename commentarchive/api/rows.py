"""Comments, notices and gaps as the interface shows them: what a page shows."""

from datetime import UTC, date, datetime
from typing import Self

from ninja import Field, Schema

from commentarchive.api.pages import address_of, page_at
from commentarchive.models import Tombstone
from commentarchive.threads.days import hour_of
from commentarchive.threads.notice_words import notice_title
from commentarchive.threads.thread_rows import GapRow, NoticeRow, ThreadRow

# The clock on which rows are read: all times here are UTC.
CLOCK = "UTC"


class Notice(Schema):
    """What is said in a comment's place, or above one that is still shown."""

    kind: str = Field(description="What happened: held, removed, spam, withheld, …")
    words: str = Field(description="The same as pages print it.")
    known: str = Field(
        description="How it is known: decided, imported, observed, inferred, claimed."
    )
    since_not_before: datetime | None
    since_not_after: datetime | None
    until_not_before: datetime | None
    until_not_after: datetime | None
    ends_at: datetime | None = Field(
        description="When it ends by itself; null where it is for good."
    )
    is_in_force: bool
    was_public: bool = Field(description="Whether readers had seen the comment.")
    decided_by: str
    rule: str
    statement: str = Field(description="Address of the statement of reasons, or “”.")
    ended_by: str = Field(description="Address of the statement that ended it, or “”.")
    copy_without: str | None = Field(
        description="Reference of the copy that shows that it happened."
    )
    copy_with: str | None = Field(
        description="Reference of the last copy that held it, where it vanished."
    )

    @classmethod
    def of_row(cls, row: NoticeRow) -> Self:
        """Return the notice in force at a place of a thread."""
        return cls(
            kind=row.kind,
            words=notice_title(row),
            known=row.grade,
            since_not_before=in_utc(row.not_before),
            since_not_after=in_utc(row.not_after),
            until_not_before=None,
            until_not_after=None,
            ends_at=in_utc(row.ends_at),
            is_in_force=True,
            was_public=row.was_public,
            decided_by=row.actor,
            rule=row.clause,
            statement=address_of(row.statement_path),
            ended_by="",
            copy_without=row.capture_ref or None,
            copy_with=row.seen_ref or None,
        )

    @classmethod
    def of_tombstone(cls, stored: Tombstone) -> Self:
        """Return any notice that a comment had; reads both copies."""
        opened, seen = stored.opened_capture, stored.seen_capture
        row = NoticeRow(
            *(stored.kind, stored.grade),
            *(stored.since_not_before, stored.since_not_after),
            *(stored.actor_label, stored.clause_label, stored.statement_path),
            opened.ref if opened else "",
            stored.was_public,
            seen.ref if seen else "",
            ends_at=stored.ends_at,
        )
        return cls.of_row(row).model_copy(
            update={
                "until_not_before": in_utc(stored.until_not_before),
                "until_not_after": in_utc(stored.until_not_after),
                "is_in_force": stored.is_open,
                "ended_by": address_of(stored.closing_path),
            }
        )


class LookAlike(Schema):
    """Another name of the same blog that one looks like."""

    id: str
    name: str
    by: str = Field(description="By what they look alike, in words.")


class Name(Schema):
    """A name as its blog showed it."""

    id: str | None = Field(description="Null where the name has no page.")
    name: str = Field(description="“” while it is hidden.")
    hidden: str | None = Field(
        description="What its notice says while it is hidden: held, removed, …"
    )
    looks_like: LookAlike | None = Field(
        description="Another name, shown today, that it poses as; null for most."
    )


class Comment(Schema):
    """One place in a thread: a comment, or the notice in its place."""

    id: str
    post: str = Field(description="Reference of its article.")
    parent: str | None = Field(description="Reference of the comment it answers.")
    position: int = Field(description="Its place in the thread today, from 0.")
    depth: int
    kind: str
    state: str = Field(
        description="published, or why no text is shown; unknown: never seen here."
    )
    posted_at: datetime | None = Field(
        description="In UTC; null where no hour is known."
    )
    posted_on: date | None = Field(description="The day, by the clock of its source.")
    printed_at: str = Field(description="The time as its source printed it, or “”.")
    name: Name | None
    html: str | None = Field(description="Its text, cleaned; null unless published.")
    is_edited: bool
    notice: Notice | None
    page: str = Field(description="Address of its page for people.")


def comment_of(row: ThreadRow, post: str) -> Comment:
    """Return a place of a thread; text and name are there only where they are shown."""
    alike = row.alike
    name = Name(
        id=row.name_ref if row.is_shown else None,
        name="" if row.name_hidden_as else row.name,
        hidden=row.name_hidden_as or None,
        looks_like=LookAlike(id=alike.ref, name=alike.name, by=alike.by)
        if alike
        else None,
    )
    return Comment(
        id=row.ref,
        post=post,
        parent=row.parent_ref or None,
        position=row.position,
        depth=row.depth,
        kind=row.kind,
        state=row.visibility,
        posted_at=in_utc(hour_of(row.when)),
        posted_on=row.when.date() if row.when else None,
        printed_at=row.printed,
        name=name if row.name else None,
        html=row.html if row.is_shown else None,
        is_edited=row.is_edited and row.is_shown,
        notice=Notice.of_row(row.notice) if row.notice else None,
        page=page_at("comment-detail", row.ref),
    )


class ThreadGap(Schema):
    """Something that may be missing at a place of a thread."""

    id: str
    at_least: int
    at_most: int | None = Field(description="Null where nothing bounds it.")
    kind: str
    known: str = Field(description="inferred, claimed, or observed once proven.")
    said_in: str | None = Field(description="Reference of the comment that says so.")
    proof: str | None = Field(description="Reference of the copy that proves it.")
    answer: str = Field(description="What the blog answered last, or “”.")
    answered_at: datetime | None

    @classmethod
    def of_row(cls, row: GapRow) -> Self:
        """Return a gap as a thread shows it."""
        return cls(
            id=row.ref,
            at_least=row.at_least,
            at_most=row.at_most,
            kind=row.kind,
            known=row.grade,
            said_in=row.said_in_ref or None,
            proof=row.proof_ref or None,
            answer=row.answer,
            answered_at=in_utc(row.answered),
        )


def in_utc(moment: datetime | None) -> datetime | None:
    """Return a time on the clock of UTC."""
    return moment.astimezone(UTC) if moment else None
