"""Lines that say where a text was first published: of a cross-post, or of a part."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from commentarchive.transcripts.marks import CrossPost, Marks, Role
from commentarchive.transcripts.paragraphs import Paragraph
from commentarchive.transcripts.suggestions.context import role_of
from commentarchive.transcripts.suggestions.languages import language_of
from commentarchive.transcripts.suggestions.names import leading_name
from commentarchive.transcripts.suggestions.suggestion import (
    Kind,
    Proposal,
    Suggestion,
    suggestion,
)
from commentarchive.transcripts.suggestions.words import Words, any_of

# How many paragraphs at the top may be the article's own, before any is decided.
TOP = 3
LONGEST = 120
# So many sources of one text are known by name.
MOST = 20
_address = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:!?)]")
_quoted = re.compile(r"[“\"‘«„]([^“”\"‘’«»„]{2,80})[”\"’»“]")
_word_with_mark = re.compile(r"(\S+?)([,.;:!?)]*)(?:\s|\Z)")
_domain = re.compile(r"[\w-]+(?:\.[\w-]+)+\Z")


@lru_cache
def _opening(words: Words) -> re.Pattern[str]:
    return re.compile(rf"[\[(*_]?{any_of(words.attributions)} ", re.IGNORECASE)


def attributions(paragraphs: Sequence[Paragraph], marks: Marks) -> Iterator[Suggestion]:
    """Yield paragraphs that begin by saying where a text is from."""
    words = language_of(paragraphs)
    if words is None:
        return
    is_at_top = True
    for number, paragraph in enumerate(paragraphs):
        role = role_of(marks, paragraph.place)
        is_at_top = is_at_top and role not in {Role.START, Role.MORE}
        found = attribution(paragraph.text, words)
        if found is None:
            continue
        origin, end = found
        is_articles = role is Role.ARTICLE or (is_at_top and number < TOP)
        named = origin.blog or origin.address
        reason = f"it says that the text was first at {named}"
        if origin.author:
            reason += f", by {origin.author}"
        proposal = Proposal()
        if is_articles:
            roles = ((paragraph.place, Role.ARTICLE),)
            proposal = Proposal(roles=roles, cross_post=origin)
        yield suggestion(Kind.ATTRIBUTION, paragraph, (0, end), reason, proposal)


def origins(paragraphs: Sequence[Paragraph], marks: Marks) -> list[CrossPost]:
    """Return where texts are from, as the marks and the words have it: each once.

    No more than a few: each claim is held against all of them.
    """
    words = language_of(paragraphs)
    first = marks.article.cross_post
    found = dict.fromkeys([first] if first else [])
    if words is not None:
        for paragraph in paragraphs:
            told = attribution(paragraph.text, words)
            if told is not None and len(found) < MOST:
                found[told[0]] = None
    return list(found)


def attribution(text: str, words: Words) -> tuple[CrossPost, int] | None:
    """Return what the beginning of a text says of its source, and where that ends."""
    opening = _opening(words).match(text[:LONGEST])
    if opening is None:
        return _via(text, words)
    rest = text[opening.end() :]
    blog, length = _blog(rest, words)
    address = _address.search(rest[: LONGEST + length])
    if not blog and not (address and address.start() == 0):
        return None
    author = ""
    by = re.match(rf"\s*,?\s*{any_of(words.by)} ", rest[length:], re.IGNORECASE)
    if by:
        author = leading_name(rest[length + by.end() :])
        length += by.end() + len(author) if author else 0
    # An address later in the text may be of anything.
    is_near = address is not None and _is_near(rest[length : address.start()], words)
    if address is not None and is_near:
        length = max(length, address.end())
    told = address[0] if address is not None and is_near else ""
    return CrossPost(blog=blog, author=author, address=told), opening.end() + length


def _via(text: str, words: Words) -> tuple[CrossPost, int] | None:
    """Return the source of a paragraph that says nothing else, as "via Open Quay".

    One word may be a person's name.
    """
    opening = re.match(rf"[\[(*_]?{any_of(words.via)} ", text, re.IGNORECASE)
    if opening is None or len(text) > LONGEST:
        return None
    source = text[opening.end() :].strip(" .)]*_")
    if _address.fullmatch(source):
        return CrossPost(address=source), len(text)
    blog, length = _blog(source, words)
    is_blog = length == len(source) and (" " in blog or _domain.match(blog) is not None)
    return (CrossPost(blog=blog), len(text)) if is_blog else None


def _is_near(between: str, words: Words) -> bool:
    """Return whether nothing but "at" or a mark stands before an address."""
    return between.strip(" \t,:;(<–—-").lower() in {"", *words.at_address}


def _blog(rest: str, words: Words) -> tuple[str, int]:
    """Return the name of a blog that a text begins with, and its length."""
    quoted = _quoted.match(rest)
    if quoted:
        return quoted[1].strip(), quoted.end()
    found: list[str] = []
    end = length = 0
    for word in _word_with_mark.finditer(rest[:LONGEST]):
        if word.start() != end or word[1].startswith("http"):
            break
        is_inside = word[1].lower() in words.in_names and bool(found)
        if not (word[1][0].isupper() or is_inside or _domain.match(word[1])):
            break
        found.append(word[1])
        if not is_inside:
            length = word.end(1)
        end = word.end()
        if word[2]:
            break
    return rest[:length], length
