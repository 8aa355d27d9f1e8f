"""Copies: the files that were read."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from commentarchive.api.pages import Ordered, Page, Ref, blog_called, cut, only, page_at
from commentarchive.api.rows import in_utc
from commentarchive.models import Capture as StoredCapture
from commentarchive.threads.days import hour_of

router = Router(tags=["Archive"])


class Capture(Schema):
    """One reading of one file."""

    id: str
    blog: str = Field(description="Slug of its blog.")
    source: str = Field(description="What kind of file it is.")
    reader_version: int
    state: str = Field(description="reading, complete, partial or abandoned.")
    size: int = Field(description="In bytes.")
    sha256: str | None = Field(
        description="Digest of the file; null once comments were erased from it."
    )
    kept_sha256: str | None = Field(
        description="Digest of the file as kept, where comments were erased from it."
    )
    root: str | None = Field(description="Digest of all articles and comments in it.")
    read_at: datetime
    written_at: datetime | None = Field(
        description="When it was made; null where only the day is known, or nothing."
    )
    written_on: date | None = Field(
        description="The day on which it was made, by the clock of its blog."
    )
    read_with: str = Field(description="Reference of the first file read with it.")
    states: dict[str, int] = Field(description="How many comments had which state.")
    record: int | None = Field(description="Number of its entry in the public record.")
    page: str


class Captures(Page[Capture]):
    """A page of copies."""


class CapturesAsked(Ordered):
    """Which copies are asked for."""

    blog: str | None = Field(None, max_length=100, description="Slug of a blog.")


def _capture(row: StoredCapture) -> Capture:
    # With the digest of the whole file somebody could confirm a guess at erased words.
    made_at = row.made_at(row.blog.time_zone)
    is_cut = row.kept_sha256 != ""
    return Capture(
        id=row.ref,
        blog=row.blog.slug,
        source=row.importer,
        reader_version=row.importer_version,
        state=row.state,
        size=row.size,
        sha256=None if is_cut else row.sha256,
        kept_sha256=row.kept_sha256 if is_cut and row.kept_sha256 != "none" else None,
        root=row.root or None,
        read_at=row.taken_at,
        written_at=in_utc(hour_of(made_at)),
        written_on=made_at.date() if made_at else None,
        read_with=row.reading,
        states={str(k): int(v) for k, v in row.progress.get("states", {}).items()},
        record=row.entry_index,
        page=page_at("capture-detail", row.ref),
    )


@router.get("/captures/", response=Captures, summary="Copies")
def captures(request: HttpRequest, asked: Query[CapturesAsked]) -> Any:
    """List the copies of blogs that anybody may see."""
    rows = StoredCapture.objects.public().select_related("blog")
    if asked.blog is not None:
        rows = rows.filter(blog=blog_called(asked.blog))
    return cut(request, rows, asked).into(_capture)


@router.get("/captures/{ref:ref}/", response=Capture, summary="One copy")
def capture(request: HttpRequest, ref: Ref) -> Any:
    """Return one copy."""
    return _capture(
        only(StoredCapture.objects.public().select_related("blog"), ref=ref)
    )
