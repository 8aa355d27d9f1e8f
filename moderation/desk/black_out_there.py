"""What blacking out the same words would take in other texts: places, or why none.

Only what stands in exactly these words is blacked out along with others; somebody
looks by themselves at what says it nearly, or whose text has changed at its blog.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from commentarchive.models import Part, Redaction, Revision, RevisionText
from commentarchive.text.blacking_out import Span
from commentarchive.text.passage_places import places_of, text_beside
from commentarchive.text.passages import Passage
from moderation.actions.parts import PartSubject, Target, read_part
from moderation.actions.places import text_to_black_out
from moderation.actions.subjects import Subject, read_subjects, source_of
from moderation.forms.chosen import Chosen, as_seen
from moderation.forms.elsewhere import Source

_NEARLY = "not in exactly these words: black it out by itself"
_NEARLY_TOO = "in other words as well: look at it by itself afterwards"
_CHANGED = "readers see another text than its blog has: black it out by itself"
_OLD_MARKS = "other words of it are blacked out under no rule that is known: by itself"


class Said(NamedTuple):
    """Words to black out, and their rule's number, 0 for that of the decision."""

    passage: Passage
    rule: int = 0


class There(NamedTuple):
    """One text that says the words, as it is chosen, and what is to be told of it."""

    chosen: Chosen
    alone: str = ""


def black_out_there(
    subjects: Sequence[Subject | PartSubject], said: Sequence[Said]
) -> list[There]:
    """Return comments and articles' texts with the places that have the words.

    What is blacked out in them stays so, under its own rules. Three queries for all.
    """
    shown = [each.current.pk for each in subjects if each.current]
    standing = {
        each.revision_id: each.places
        for each in Redaction.objects.filter(revision__in=shown)
    }
    sources = [text_to_black_out(each) for each in subjects]
    of_them = RevisionText.objects.filter(revision__in=[s.pk for s in sources if s])
    html: dict[int, str] = dict(of_them.values_list("revision", "html"))
    return [
        _in_one(subject, source, (standing, html), said)
        for subject, source in zip(subjects, sources, strict=True)
    ]


def own_there(
    source: Source, said: Sequence[Said], *, is_chosen: bool
) -> Chosen | None:
    """Return the text whose words are looked for, to be decided on with the others.

    `is_chosen` where they are those that were chosen in it. None for a title.
    """
    subject: Subject | PartSubject
    if source.comment is not None:
        [subject] = read_subjects([source.comment])
    elif source.post is not None and source.part == Part.TEXT:
        subject = read_part(Target(post=source.post, part=Part.TEXT))
    else:
        return None
    text = text_to_black_out(subject)
    if not is_chosen or text is None:
        return black_out_there([subject], said)[0].chosen
    # Under one rule for all it is that of the decision.
    rules = {rule for _start, _end, rule in source.places}
    places = tuple((s, e, r if len(rules) > 1 else 0) for s, e, r in source.places)
    return replace(as_seen(subject), places=places, places_of=text.commitment)


def _in_one(
    subject: Subject | PartSubject,
    source: Revision | None,
    read: tuple[Mapping[int, Sequence[Span]], Mapping[int, str]],
    said: Sequence[Said],
) -> There:
    chosen, (standing, html) = as_seen(subject), read
    current = subject.current
    if source is None or current is None or source_of(current) != source:
        return There(chosen, _CHANGED)
    text = html.get(source.pk, "")
    kept = standing.get(current.pk, ())
    if not all(span.rule for span in kept):
        return There(chosen, _OLD_MARKS)
    found = [
        (start, end, each.rule)
        for each in said
        for start, end in places_of(each.passage, text)
        if not any(span.start <= start and end <= span.end for span in kept)
    ]
    if not found:
        return There(chosen, _NEARLY)
    places = sorted({*((s.start, s.end, s.rule) for s in kept), *found})
    rest = text_beside(text, [(start, end) for start, end, _rule in places])
    is_near = any(each.passage.likeness(rest) for each in said)
    return There(
        replace(chosen, places=tuple(places), places_of=source.commitment),
        _NEARLY_TOO if is_near else "",
    )
