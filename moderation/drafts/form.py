"""What a form of a draft decides: each field names the place of its paragraph."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from commentarchive.transcripts.marks import (
    THE_ARTICLE,
    TIME_LABELS,
    Answers,
    ArticleFacts,
    CannotMark,
    Claim,
    CommentFacts,
    CrossPost,
    Mark,
    Marks,
    Role,
    Time,
    merged,
    split,
    with_role,
)
from commentarchive.transcripts.paragraphs import Paragraph, Place
from commentarchive.transcripts.suggestions.accepting import (
    accepted,
    all_accepted,
    refused,
)
from commentarchive.transcripts.suggestions.suggestion import Suggestion

type Sent = Mapping[str, str]
MOST_DIGITS = 9


def with_form(marks: Marks, sent: Sent) -> Marks:
    """Return the marks as a form's fields decide them; what is not sent stays.

    Raise CannotMark for a role, a kind of time or a place that there is not.
    """
    if "title" in sent:
        marks = replace(marks, article=_article(sent))
    changed = marks
    for mark in marks.paragraphs:
        if f"role-{mark.place}" in sent:
            changed = with_role(changed, mark.place, _role(sent, mark.place))
    read = tuple(_with_fields(each, sent) for each in changed.paragraphs)
    return replace(changed, paragraphs=read)


def with_button(
    marks: Marks,
    blocks: Sequence[Paragraph],
    suggested: Sequence[Suggestion],
    sent: Sent,
) -> Marks:
    """Return the marks as the button that was pressed changes them.

    Raise CannotMark for what cannot be done, with the reason.
    """
    if place := sent.get("merge"):
        return merged(marks, place_of(place))
    for block in blocks:
        if words := sent.get(f"split-{block.place}", "").strip():
            marks = split(marks, block, _offset(block, words))
    for name, change in (("accept", accepted), ("refuse", refused)):
        if wanted := sent.get(name):
            return change(marks, _one(suggested, wanted))
    if kind := sent.get("accept_kind"):
        answered = marks.accepted | marks.refused
        of_kind = (each for each in suggested if each.kind == kind and each.decides)
        return all_accepted(marks, [e for e in of_kind if e.id not in answered])
    return marks


def place_of(text: str) -> Place:
    """Return a place as it stands in a form. Raise CannotMark for anything else."""
    parts = text.split(".")
    if len(parts) > 2 or not all(
        each.isascii() and each.isdigit() and len(each) <= MOST_DIGITS for each in parts
    ):
        message = "There is no such place in the text."
        raise CannotMark(message)
    return Place(*map(int, parts))


def _role(sent: Sent, place: Place) -> Role | None:
    word = sent[f"role-{place}"]
    if not word:
        return None
    if word not in {*Role}:
        message = f"line {place}: there is no such role"
        raise CannotMark(message)
    return Role(word)


def _with_fields(mark: Mark, sent: Sent) -> Mark:
    """Read what is known of a comment, and of quotations and claims."""
    place = mark.place
    if f"role-{place}" not in sent:
        return mark
    claim = mark.claim
    if f"claim-blog-{place}" in sent:
        number = sent.get(f"claim-number-{place}", "").strip()
        if number and not (number.isascii() and number.isdigit() and len(number) < 5):
            message = f"line {place}: say in figures how many comments were blocked"
            raise CannotMark(message)
        blog = sent[f"claim-blog-{place}"].strip()
        claim = Claim(blog=blog, number=int(number or 0)) if blog or number else None
    facts = mark.facts
    if facts is not None and f"name-{place}" in sent:
        facts = CommentFacts(
            name=sent[f"name-{place}"].strip(),
            time=_time(sent, f"-{place}"),
            answers=_answers(sent.get(f"answers-{place}", "")),
        )
    is_lost = f"lost-{place}" in sent
    return replace(mark, facts=facts, claim=claim, lacks_quotation=is_lost)


def _answers(word: str) -> Answers:
    if word in {"", THE_ARTICLE}:
        return THE_ARTICLE if word else None
    return place_of(word)


def _time(sent: Sent, after: str) -> Time:
    kind = sent.get(f"time{after}", "unknown")
    for known in TIME_LABELS:
        if kind == known:
            typed = (f"{name}{after}" for name in ("printed", "since", "until"))
            return Time(known, *(sent.get(name, "").strip() for name in typed))
    message = "There is no such kind of time."
    raise CannotMark(message)


def _article(sent: Sent) -> ArticleFacts:
    def typed(name: str) -> str:
        return sent.get(name, "").strip()

    origin = CrossPost(
        blog=typed("origin_blog"),
        author=typed("origin_author"),
        address=typed("origin_address"),
    )
    return ArticleFacts(
        title=typed("title"),
        blog=typed("blog_name"),
        address=typed("article_address"),
        author=typed("author"),
        date=_time(sent, ""),
        cross_post=None if origin == CrossPost() else origin,
    )


def _offset(block: Paragraph, words: str) -> int:
    """Return where some words begin in a paragraph, in which they stand once."""
    if block.text.count(words) != 1:
        often = "several times" if words in block.text else "not"
        message = (
            f"line {block.place}: the words at which it is to be split stand "
            f"{often} in it"
        )
        raise CannotMark(message)
    return block.text.index(words)


def _one(suggested: Sequence[Suggestion], wanted: str) -> Suggestion:
    for each in suggested:
        if each.id == wanted:
            return each
    message = "That suggestion is not made any more."
    raise CannotMark(message)
