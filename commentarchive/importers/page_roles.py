"""What the parts of a comment on a page are for, by their markup.

Themes differ in what they call things, and hardly in what the names are made of:
`comment-author`, `wc-comment-author` and `c-comment__author-name` are one role. Only
code is looked at here – tags, attributes, classes – and never the words that a reader
sees, which are in the language of the blog.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

type Role = Literal["text", "author", "time", "structure"]

# Elements that people operate or that machines read; nobody's words are in them.
MACHINERY = frozenset(
    {
        *("script", "style", "noscript", "template", "form", "button", "input"),
        *("select", "textarea", "label", "svg", "nav", "menu", "iframe", "object"),
        *("time", "dialog", "link", "meta"),
    }
)
# What holds words that people wrote.
BLOCKS = frozenset({"p", "blockquote", "ul", "ol", "pre", "table", "dl", "figure"})
# For programs that read pages out.
READ_OUT = ("screen-reader-text", "sr-only", "visually-hidden", "screen-reader")
_WIDGETS = frozenset(
    {
        *("button", "navigation", "toolbar", "menu", "menuitem", "dialog", "tooltip"),
        *("status", "alert", "switch", "checkbox", "radiogroup", "slider", "search"),
    }
)
_AUTHORS = frozenset(
    {
        *("author", "fn", "username", "user", "commenter", "poster", "nickname"),
        *(
            "displayname",
            "authorname",
            "commentauthor",
            "userlink",
            "benutzer",
            "account",
        ),
    }
)
# After such a word the role is still that of the word before: comment-author-link.
_SUFFIXES = frozenset({"name", "link", "url", "inner", "wrap", "wrapper", "txt"})
_TIMES = frozenset(
    {
        *("date", "time", "datetime", "timestamp", "timeago", "published", "posted"),
        *("metadata", "commentmetadata", "meta", "commentmeta", "when", "submitted"),
        *("pubdate", "byline", "postinfo", "info", "datum", "relativetime"),
    }
)
_TEXTS = frozenset(
    {
        *("text", "content", "body", "message", "entry", "contenttext", "commenttext"),
        *("commentcontent", "commentbody", "commententry", "bodytext", "description"),
        *("texte", "inhalt", "copy", "summary"),
    }
)
_STRUCTURE = frozenset(
    {
        *("reply", "replies", "respond", "replytocom", "answer"),
        *("vote", "votes", "voting", "voted", "rating", "ratings", "karma", "score"),
        *("like", "likes", "liked", "liking", "dislike", "dislikes", "likebtn"),
        *("thumb", "thumbs", "upvote", "downvote", "reaction", "reactions"),
        *("upvotes", "downvotes", "star", "stars", "points", "heart", "hearts"),
        *("readmore", "showmore", "showless", "readless", "trigger", "toggle"),
        *("share", "shares", "sharing", "sharedaddy", "social", "permalink"),
        *("report", "flag", "abuse", "edit", "edited", "delete", "spam", "moderate"),
        *("moderation", "avatar", "avatars", "gravatar", "badge", "badges"),
        *("counter", "count", "says", "toolbar", "tools", "action", "actions"),
        *("button", "buttons", "btn", "controls", "menu", "nav", "navigation"),
        *("tooltip", "screen", "sr", "meta", "metadata", "commentmetadata"),
        *("timestamp", "relatedposts", "translate", "advert", "ads", "loginout"),
        *("login", "date", "datetime", "footer", "children"),
    }
)
_UNFOLDING = frozenset({"readmore", "showmore", "trigger", "toggle", "expander"})
# Plugins that bring comments from elsewhere have such a word in all their classes.
_EITHER = frozenset({"social", "children", "score"})
_PROPERTIES: dict[Role, frozenset[str]] = {
    "text": frozenset({"text", "commentText", "encoded", "content:encoded"}),
    "author": frozenset({"author", "creator"}),
}
# Words that only people write so: in a name of theirs, such a class means a text.
_QUOTED = frozenset({"quote", "blockquote", "quotes", "smiley", "emoji", "wp"})
_camel = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_parts = re.compile(r"[-_:\s]+")
_REPLY_ADDRESS = re.compile(
    r"[?&](?:replytocom|like_comment|action=[a-z]*reply)|#(?:respond|reply|commentform)\b"
    r"|\bwp-login\.php|/comment/reply/",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def words_in(token: str) -> tuple[str, ...]:
    """Return the words that a class name is made of, in lower case."""
    return tuple(each for each in _parts.split(_camel.sub("-", token).lower()) if each)


@lru_cache(maxsize=4096)
def role_of(token: str) -> Role | None:
    """Return what an element with this class is for; None where it does not say."""
    words = words_in(token)
    if not words:
        return None
    if words[0] in {"says", "bypostauthor"} or words[:2] == ("by", "author"):
        return "structure"
    end = len(words)
    while end > 1 and words[end - 1] in _SUFFIXES:
        end -= 1
    last = words[end - 1]
    if last in _AUTHORS or words == ("name",) or words[-2:] == ("comment", "name"):
        return "author"
    if words[-1] == "name" and len(words) > 1 and words[-2] in {"member", "commento"}:
        return "author"
    if _named_for_control(words):
        return "structure"
    if last in _TIMES or words[-1] in _TIMES:
        return "time"
    if set(words) & _STRUCTURE:
        return "structure"
    return "text" if words[-1] in _TEXTS else None


def _named_for_control(words: tuple[str, ...]) -> bool:
    """Return whether a class is for something to operate, whatever it ends in."""
    return bool(set(words) & (_STRUCTURE - _TIMES - _EITHER))


def roles_of(tokens: tuple[str, ...]) -> set[Role]:
    """Return what an element is for by all its classes."""
    return {role for each in tokens if (role := role_of(each)) is not None}


def roles_by_property(properties: set[str]) -> set[Role]:
    """Return what an element is for by microdata and RDFa."""
    return {role for role, names in _PROPERTIES.items() if names & properties}


def is_machinery(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Return whether an element is there to be operated, or hidden from readers."""
    if tag in MACHINERY or "hidden" in attributes:
        return True
    if attributes.get("aria-hidden") == "true" and tag != "img":
        return True
    if (attributes.get("role") or "") in _WIDGETS:
        return True
    return is_folded(attributes)


def is_folded(attributes: Mapping[str, str | None]) -> bool:
    """Return whether an element was not to be seen when the page was saved."""
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style


def unfolds(tokens: tuple[str, ...]) -> bool:
    """Return whether an element shows the rest of a text when it is clicked."""
    return any(_UNFOLDING & set(words_in(each)) for each in tokens)


def is_structure(
    tag: str, attributes: Mapping[str, str | None], tokens: tuple[str, ...]
) -> bool:
    """Return whether an element inside somebody's text is the theme's, not theirs."""
    if is_machinery(tag, attributes) or (tag == "a" and is_control(attributes)):
        return True
    if tag in {"p", "div", "span", "a", "ul", "ol", "li", "small", "em", "i", "b"}:
        for token in tokens:
            words = set(words_in(token))
            if words & (_STRUCTURE - _EITHER) and not words & _QUOTED:
                return True
    return False


def is_control(attributes: Mapping[str, str | None]) -> bool:
    """Return whether a link does something here instead of leading somewhere."""
    address = (attributes.get("href") or "").strip()
    if not address:
        return "name" not in attributes
    if address == "#" or address.lower().startswith("javascript:"):
        return True
    return _REPLY_ADDRESS.search(address) is not None
