"""A person's file as a page: the same facts as in its JSON, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moderation.evidence.blocks import Blacked, Block, Facts, Heading, Quote, Words

# Facts of a comment: in the file, and on the page.
_COMMENT = {
    "name": "Name",
    "link": "Link",
    "email": "E-mail address that came with it",
    "ip": "Internet address that came with it",
    "made_at": "Made",
    "printed_at": "Time as it was printed",
    "blog": "Blog",
    "article": "Article",
    "number_at_blog": "Number at its blog",
    "state_at_blog": "State at its blog",
    "readers_see_it_as": "Readers see it as",
    "page": "Its page",
}
_NAME = {"blog": "Blog", "name": "Name", "link": "Link", "ref": "Reference"}
_COPY = {
    "from": "Kind",
    "read_at": "Read",
    "comments": "Comments of yours in it",
}
_OTHERS = {
    "what": "What",
    "when": "When",
    "about": "About",
    "because": "Because",
    "state": "State",
    "number": "Number",
    "outcome": "Outcome",
}
_SENT_IN = {
    "own_reports": "Reports that came from the address",
    "own_claims": "Claims that came from the address",
    "own_complaints": "Complaints that came from the address",
    "own_subscriptions": "Audit reports that the address asked to have by mail",
    "erasures": "Erasures that were asked for",
}


def blocks_of(told: Mapping[str, Any]) -> list[Block]:
    """Return the whole file as blocks of a page."""
    return [
        Heading("Names"),
        *[_facts(each, _NAME) for each in told["names"]],
        *_decisions(told["decisions_on_names"]),
        Heading(f"Comments ({len(told['comments'])})"),
        *[block for each in told["comments"] for block in _comment(each)],
        Heading("Letters"),
        *[block for each in told["letters"] for block in _letter(each)],
        *[
            block
            for kind, title in _SENT_IN.items()
            for block in _others(title, told[kind])
        ],
        Heading("Copies that hold comments of yours"),
        *[
            _facts({**each, "ref": each["ref"]}, {"ref": "Copy", **_COPY})
            for each in told["copies"]
        ],
        Heading("Not in this file"),
        Words(_LEFT_OUT.format(number=told["notes_of_staff"])),
    ]


_LEFT_OUT = (
    "Who reported a comment, when and in which words; what others wrote; the words of "
    "corrections that may name others; and {number} notes of staff, since they may "
    "speak of others."
)


def _facts(row: Mapping[str, Any], names: Mapping[str, str]) -> Facts:
    return Facts(
        [(title, f"{row[name]}") for name, title in names.items() if row.get(name)]
    )


def _comment(row: Mapping[str, Any]) -> Iterator[Block]:
    yield Heading(f"Comment {row['ref']}")
    yield _facts(row, _COMMENT)
    for each in row["versions"]:
        above = f"Version {each['number']}, {each['how']}, copy {each['copy']}"
        if each["text"] is None:
            yield Blacked(above, "it was erased")
        else:
            yield Quote(above, each["text"])
    yield from _decisions(row["decisions"])
    if row["reports"]:
        yield Words(f"Reported by readers under: {'; '.join(row['reports'])}.")
    for each in row["corrections"]:
        changed = (
            f" from “{each['before']}” to “{each['after']}”" if each["after"] else ""
        )
        yield Words(f"Corrected on {each['when']}: {each['what']}{changed}.")
    for each in row["copies_told_otherwise"]:
        yield Words(
            f"Copy {each['copy']} told otherwise: name “{each['name']}”, link "
            f"“{each['link'] or ''}”, time “{each['printed_at']}”."
        )


def _decisions(rows: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    for each in rows:
        above = f"{each['what']}, {each['when']}, by {each['by']}; {each['statement']}"
        yield Quote(above, each["reason"] or "No reason is on record.")


def _letter(row: Mapping[str, Any]) -> Iterator[Block]:
    above = f"{row['what']} to {row['to']}, {row['when']}, {row['state']}"
    words = f"{row['subject']}\n\n{row['body']}" if row["body"] else "It was erased."
    yield Quote(above, words)


def _others(title: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    yield Heading(title)
    for each in rows:
        yield _facts(each, _OTHERS)
        words = each.get("words") or ()
        for text in [words] if isinstance(words, str) else words:
            yield Quote("In these words", text)
        for text in each.get("answers", ()):
            yield Quote("Answered", text)
    if not rows:
        yield Words("None.")
