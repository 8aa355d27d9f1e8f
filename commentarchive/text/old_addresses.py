"""What an old address asks for: which article, by number or address, which comment.

Pure reading: every form in which the address of an article, or of a comment on it, was
ever written by blogs, comment services, web archives and people.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from commentarchive.text.addresses import normalise

# Longer ones are no addresses of articles.
MOST = 2000
_scheme = re.compile(r"\A(https?):/*(?=[^/])", re.IGNORECASE)
# A copy in a web archive names the address behind the moment it was made, or a word.
_moment = r"(?:\d{4,14}(?:[a-z]{2}_)?|\d*\*|newest|oldest|latest|save)"
_in_archive = re.compile(
    rf"\A(?:https?://)?[^/?#]+/(?:[\w.-]+/){{0,4}}?{_moment}/(https?:/+[^/].*)\Z",
    re.IGNORECASE | re.DOTALL,
)
# The largest one leaves the scheme out, too, and the moment.
_in_wayback = re.compile(
    rf"\A(?:https?://)?(?:[\w-]+\.)?archive\.org/(?:web/(?:{_moment}/)?|save/)"
    r"(?=[^/]*\.)(.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
# A fragment that names a comment: "comment-12", "li-comment-12", "c12", "isso-12".
_of_comment = re.compile(
    r"(?:(?:li|div|dsq|post|remark42_?)[-_]+)*"
    r"(?:(?:comment|commento|isso|idcomment|cmt)[-_=]?((?=[-0-9a-f]*\d)[-0-9a-f]+)"
    r"|c[-_]?(\d+))",
    re.IGNORECASE,
)
# Members of a query that number an article, and a comment. The last is a form's link.
ARTICLE = ("p", "page_id", "attachment_id", "post")
_COMMENT = ("comment", "comment_id", "commentid", "cid", "showcomment")
_TO_ANSWER = "replytocom"
# Ends of a path that lead to another face of the same article.
_faces = re.compile(
    r"/(?:feed(?:/(?:atom|rss2?|rdf))?|trackback|amp|embed|print|page/\d+|\d{1,2}"
    r"|comment-page-\d+|index\.(?:html?|php)|default\.aspx?)/*\Z",
    re.IGNORECASE,
)
# Blogger's own domain ends with the country of whoever reads.
_blogspot = re.compile(r"\A([\w-]+\.blogspot)\.(?:com?\.)?[a-z]{2,3}(?=[/?:]|\Z)")
_host = re.compile(r"[\w-]+(?:\.[\w-]+)*(?::\d+)?")


class OldAddress(NamedTuple):
    """What an address asks for.

    Normalised addresses of the article in tiers, the likeliest first; its host; its
    number there; ids that the comment may have, or when it was made.
    """

    whole: str
    articles: tuple[tuple[str, ...], ...]
    host: str
    number: str
    comments: tuple[str, ...] = ()
    made_at: datetime | None = None
    # Whether the comment is what the address is of, and not only where it leads.
    is_of_comment: bool = False


def read_old_address(text: str) -> OldAddress | None:
    """Read an address as people have it; None for what is no address."""
    text = _original(text.strip())
    if not text or len(text) > MOST:
        return None
    is_bare = text.startswith("?")
    address = f"http://bare.invalid/{text}" if is_bare else _with_scheme(text)
    # In the address of a page of ours a fragment can only stand encoded.
    if "#" not in address:
        address = re.sub("%23", "#", address, count=1)
    normal = normalise(address)
    host = re.split("[/?]", normal, maxsplit=1)[0]
    if not _host.fullmatch(host):
        return None
    parts = urlsplit(address.strip())
    if "@" in parts.netloc:
        return None
    members = [(name.lower(), value.strip()) for name, value in parse_qsl(parts.query)]
    number = next((value for name, value in members if name in ARTICLE), "")
    if not re.fullmatch(r"\d{1,20}", number):
        number = ""
    comments, made_at, is_of_comment = _comment(parts.fragment, members)
    return OldAddress(
        text if is_bare else address,
        () if is_bare else tuple(_tiers(normal, has_number=bool(number))),
        *("" if is_bare else host, number, comments, made_at, is_of_comment),
    )


def _with_scheme(text: str) -> str:
    if found := _scheme.match(text):
        # Some servers on the way make one slash of two.
        return f"{found[1].lower()}://{text[found.end() :]}"
    return text if "://" in text.partition("?")[0] else f"http://{text.lstrip('/')}"


def _original(text: str) -> str:
    """Return what a web archive's address holds a copy of, or the address itself."""
    for _step in range(3):
        found = _in_archive.match(text) or _in_wayback.match(text)
        if found is None:
            break
        text = found[1]
    return text


def _comment(
    fragment: str, members: list[tuple[str, str]]
) -> tuple[tuple[str, ...], datetime | None, bool]:
    ids: list[str] = []
    made_at = None
    if found := _of_comment.fullmatch(fragment):
        ids.append(found[1] or found[2])
    for each in [value for name, value in members if name in _COMMENT]:
        named = _of_comment.fullmatch(each)
        ids.append((named[1] or named[2]) if named else each)
        if re.fullmatch(r"[1-9][0-9]{12}", each):
            # Blogger numbers a comment by the millisecond in which it was made.
            made_at = datetime.fromtimestamp(int(each) // 1000, UTC)
    is_of_comment = bool(ids)
    ids += [value for name, value in members if name == _TO_ANSWER and value]
    # Movable Type pads its numbers.
    ids += [each.lstrip("0") for each in ids if each.startswith("0")]
    return tuple(dict.fromkeys(filter(None, ids))), made_at, is_of_comment


def _tiers(normal: str, *, has_number: bool) -> Iterator[tuple[str, ...]]:
    """Yield forms under which the same article may be known, the likeliest first."""
    yield tuple(_spellings(normal))
    base, _mark, query = normal.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name in ARTICLE]
    # Another number is another article.
    if query and not has_number:
        yield tuple(_spellings(base))
    elif query:
        yield tuple(_spellings(f"{base}?{urlencode(kept)}"))
    shorter = _faces.sub("", base)
    if shorter != base:
        yield tuple(_spellings(f"{shorter}?{urlencode(kept)}" if kept else shorter))
    if kept and "/" in base:
        # By its path alone, where the number was something else.
        yield tuple(_spellings(base))


def _spellings(normal: str) -> Iterator[str]:
    """Yield an address as it may be stored: percent signs, hosts, last parts."""
    found = _blogspot.sub(r"\1.com", normal)
    for each in dict.fromkeys((normal, found, re.sub(r"\A(?:m|amp)\.", "", normal))):
        path, mark, query = each.partition("?")
        quoted = quote(path, safe="/%:~+,;=@!$&'()*")
        lower = re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), quoted)
        upper = re.sub("%[0-9a-f]{2}", lambda code: code[0].upper(), quoted)
        for written in (path, quoted, lower, upper):
            yield f"{written}{mark}{query}"
