"""Exhibit: the copies of the blog that the threads were read from."""

from collections.abc import Iterator, Sequence

from django.conf import settings

from commentarchive.captures.copy_dates import in_words
from commentarchive.importers.registry import named
from commentarchive.models import Capture, CaptureState
from commentarchive.models.capture import CaptureQuerySet
from moderation.evidence.blocks import Block, Exhibit, Facts, Heading, Words
from moderation.evidence.cases import Case
from moderation.evidence.look import Look, on_clock


def copies_of(case: Case, look: Look) -> CaptureQuerySet:
    """Return the copies that hold the threads of a case, up to the signed state."""
    found = Capture.objects.filter(
        look.on_record(), manifests__post__in=case.posts
    ).distinct()
    return (found if look.is_sealed else found.public()).order_by("pk")


def copy_exhibit(case: Case, look: Look) -> Exhibit:
    """Return each copy with its digest and how it was made."""
    blocks: list[Block] = []
    for copy in copies_of(case, look).select_related("blog", "file"):
        blocks += [Heading(f"Copy {copy.ref}"), Facts(list(_facts(copy, look)))]
        remarks = _remarks(copy.progress)
        if remarks:
            blocks.append(Words(" ".join(remarks)))
    return Exhibit(
        title="Copies of the blog, with their digests",
        how=(
            "Each file was read as it came and is kept. Its bytes are not in this "
            "bundle, since they hold what other people wrote and their addresses; "
            "whoever is given the file can compare its digest."
        ),
        about="copies",
        blocks=blocks or [Words("No copy is on record.")],
    )


def _facts(copy: Capture, look: Look) -> Iterator[tuple[str, str]]:
    zone = copy.blog.time_zone
    reader = named(copy.importer)
    yield "Where from", f"{copy.blog.title}, {copy.blog.address or 'address not known'}"
    yield "What it is", reader.label
    yield "Read by", f"reader “{copy.importer}”, version {copy.importer_version}"
    yield "Made and read", in_words(copy, zone)
    yield "Read at", on_clock(copy.taken_at, zone)
    whole = copy.state == CaptureState.COMPLETE
    yield "Whole", "yes" if whole else f"no: {copy.get_state_display()}"
    yield "Size", f"{copy.size} bytes"
    # As on its public page: with it, guesses at erased words could be confirmed.
    if copy.kept_sha256:
        yield "SHA-256 as received", "not printed, since comments were erased from it"
    else:
        yield "SHA-256 as received", copy.sha256
    if copy.kept_sha256 == "none":
        yield "What is kept", "only what was read: the file was deleted by an erasure"
    elif copy.kept_sha256:
        yield "SHA-256 as kept, after erasures", copy.kept_sha256
    if copy.root:
        yield "Digest of all articles and comments in it", copy.root
    if look.is_sealed and getattr(copy, "file", None):
        yield "Name of the file", copy.file.name
    yield "Its page", f"{settings.BASE_URL}{copy.get_absolute_url()}"
    yield "Public record", f"no. {copy.entry_index}"


def _remarks(progress: dict[str, object]) -> Sequence[str]:
    """Return how something that was entered by hand reached the archive."""
    how = progress.get("how", ())
    return [f"{each}" for each in how] if isinstance(how, list | tuple) else ()
