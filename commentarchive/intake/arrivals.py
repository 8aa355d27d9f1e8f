"""What a batch brings, as judges are shown it."""

from collections.abc import Mapping, Sequence

from commentarchive.importers.parsed import ParsedComment, When
from commentarchive.intake.judges import Arrival
from commentarchive.intake.new_articles import NewArticle
from commentarchive.intake.plan import PlannedComment, visibility_of
from commentarchive.matching import Key
from commentarchive.models import Visibility


def arrivals_of_new(article: NewArticle, pks: Sequence[int]) -> list[Arrival]:
    """Return every comment of a new article."""
    return [
        _arrival(
            pk,
            place.comment,
            visibility_of(place.comment),
            place.when,
            is_new=True,
        )
        for place, pk in zip(article.places, pks, strict=True)
    ]


def arrivals_of_slice(
    comments: Sequence[PlannedComment], rows: Mapping[Key, tuple[int, str]]
) -> list[Arrival]:
    """Return the comments of a slice that are new or have a new text.

    What was erased here before is shown to nobody.
    """
    return [
        _arrival(
            rows[comment.key][0],
            comment.parsed,
            comment.visibility,
            comment.when,
            is_new=comment.change == "new",
        )
        for comment in comments
        if comment.parsed
        and not comment.is_suppressed
        and (comment.change == "new" or comment.has_new_text)
    ]


def _arrival(
    pk: int, parsed: ParsedComment, visibility: Visibility, when: When, *, is_new: bool
) -> Arrival:
    return Arrival(
        comment_pk=pk,
        visibility=visibility,
        name=parsed.name,
        link=parsed.link,
        plain=parsed.plain,
        html=parsed.html,
        is_new=is_new,
        posted_at=when.utc,
    )
