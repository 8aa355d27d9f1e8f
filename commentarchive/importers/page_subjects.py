"""The subject line of a comment on a page: its author wrote that as well.

Drupal and SPIP ask for one. Where nobody fills it in, they make it of the text's first
words, or of the article's title.
"""

import html
import re
from collections import Counter
from collections.abc import Sequence

from commentarchive.importers.page_names import Author
from commentarchive.importers.page_parts import Comment, Part

_NAMED = frozenset({"dc:title", "schema:name", "schema:headline"})
_SPIP = re.compile(r"forum-titre(?:-\d+)?\Z")
_LONGEST = 300
_no_sign = re.compile(r"[\W_]+")


def subject_of(comment: Comment, author: Author, text: Part | None) -> str:
    """Return the subject line of a comment; "" where its page marks none as one."""
    for part in comment.inner():
        if part.is_hidden or not _is_subject(part):
            continue
        of_other = [each for each in (author.part, text) if each is not None]
        if any(each is part or each.holds(part) for each in of_other):
            continue
        words = " ".join(part.node.text(deep=True).split())
        # "(no subject)", in any language.
        is_none = words.startswith("(") and words.endswith(")")
        if words and not is_none and words != author.name and len(words) <= _LONGEST:
            return words
    return ""


def _is_subject(part: Part) -> bool:
    if any(map(_SPIP.match, part.tokens)):
        return True
    named = frozenset(part.value("property").split())
    if named.isdisjoint(_NAMED) or "author" in part.roles:
        return False
    return not (part.value("typeof") or _is_of_person(part))


def _is_of_person(part: Part) -> bool:
    around = part.around
    while around is not None and not around.is_root:
        if around.value("typeof") or re.search("author|creator", around.value("rel")):
            return True
        around = around.around
    return False


def with_subjects(subjects: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Return texts as HTML, each below its subject line.

    A line that several have, or that only repeats how its text begins, is the
    system's.
    """
    several = Counter(subjects)
    return [
        text
        if not subject or several[subject] > 1 or _begins_so(text, subject)
        else f"<p><strong>{html.escape(subject, quote=False)}</strong></p>{text}"
        for subject, text in zip(subjects, texts, strict=True)
    ]


def _begins_so(text: str, subject: str) -> bool:
    plain = html.unescape(re.sub(r"<[^>]*>", "", text))
    return _bare(plain).startswith(_bare(subject))


def _bare(words: str) -> str:
    return _no_sign.sub("", words).casefold()
