"""What is decided around a paragraph, as far as suggestions need it."""

from collections.abc import Sequence

from commentarchive.transcripts.marks import Marks, Role, number_of
from commentarchive.transcripts.paragraphs import Paragraph, Place


def role_of(marks: Marks, place: Place) -> Role | None:
    """Return what a paragraph was decided to be."""
    return marks.paragraphs[number_of(marks, place)].role


def going_on(
    marks: Marks, first: Paragraph, rest: Sequence[Paragraph]
) -> tuple[tuple[Place, Role], ...]:
    """Return the roles of paragraphs that belong to a first one.

    They follow from the first one's; nothing does where that is undecided.
    """
    role = role_of(marks, first.place)
    if role is None or role is Role.NO_PART:
        return ()
    goes_on = Role.ARTICLE if role is Role.ARTICLE else Role.MORE
    return tuple(
        (each.place, goes_on) for each in rest if role_of(marks, each.place) is None
    )
