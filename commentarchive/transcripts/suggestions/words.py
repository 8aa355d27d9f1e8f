"""What the words of a language tell.

Another language is another value of `Words` in `languages.py`. The lists are short and
of general words: whatever is not on them suggests nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass


# Each value is itself alone: patterns are made of it once.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Words:
    """The words of one language, in lower case; some are patterns of words."""

    commonest: frozenset[str]
    # As dates print them: the first three letters of each are enough.
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    # What stands between a date and its hour.
    at_hour: tuple[str, ...]
    # "Ann says:" and "Ann said…" stand above comments; "Ann wrote:" may also stand
    # before a quotation.
    says: tuple[str, ...]
    wrote: tuple[str, ...]
    # "Ann on 3 May", "Posted by Ann", "3 days ago".
    on_date: tuple[str, ...]
    posted_by: tuple[str, ...]
    ago: str
    # What stands between a name and a date: "Ann wrote on 3 May".
    spoke: tuple[str, ...]
    # Of the lines above a mail: who wrote it, when, and others.
    mail_from: tuple[str, ...]
    mail_date: tuple[str, ...]
    mail_others: tuple[str, ...]
    # Never the name in such a line.
    pronouns: frozenset[str]
    # What pages print in the place of a name.
    nameless: frozenset[str]
    # What pages print to be clicked on; sure by themselves, or beside others.
    sure_buttons: frozenset[str]
    buttons: frozenset[str]
    # The same with a number: "2 likes", "page 1 of 3".
    counted: tuple[str, ...]
    # Before such a number, and between it and an article's title.
    to_show: tuple[str, ...]
    about: tuple[str, ...]
    # What opens an attribution, before the name of a blog.
    attributions: tuple[str, ...]
    by: tuple[str, ...]
    at_address: tuple[str, ...]
    # Before a source that stands by itself in a paragraph.
    via: tuple[str, ...]
    # Words inside names of blogs: "The Friends of the Pier".
    in_names: frozenset[str]
    # What opens a sentence like a name does, and is none.
    openers: frozenset[str]
    # What is said to somebody whose name follows: "Quite right, Ann."
    greetings: tuple[str, ...]
    # Who is greeted without a name.
    no_names: frozenset[str]
    # "you", "your".
    second_person: frozenset[str]
    # Speaking to somebody of what he wrote.
    replies: tuple[str, ...]
    # One who writes comments, and what he writes.
    writers: tuple[str, ...]
    writings: tuple[str, ...]
    from_or_by: tuple[str, ...]
    postscripts: tuple[str, ...]
    # What headings are made of, and names are not.
    headings: frozenset[str]
    # Of claims: what was done to comments, and how many.
    blocked: tuple[str, ...]
    not_published: tuple[str, ...]
    # Before a verb of what people did themselves.
    first_person: frozenset[str]
    auxiliaries: frozenset[str]
    passive: tuple[str, ...]
    possessives: tuple[str, ...]
    negations: frozenset[str]
    numbers: tuple[str, ...]
    both: str
    twice: str
    of: str
    on_blog: tuple[str, ...]


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of some words, the longest first."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"
