"""Mails in which WordPress and Blogger tell a blog's owner of a new comment.

A mail comes whole, with its headers, or as the bare text that somebody copied. What is
read from it fills in a form that staff look over; nothing is stored from here.
"""

import email
import email.policy
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from commentarchive.importers.parsed import SourceState, Unreadable
from commentarchive.text.clean_html import clean

# Names of headers of which a mail has some, and a text of a few lines has none.
_headers = re.compile(
    r"(?im)\A\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?"
    r"(?:subject|from|to|date|received|mime-version|content-type|return-path):"
)
_quote = r"[\"“”„]"
_title = rf"{_quote}(?P<title>[^\n]*(?:\n[^\n]*)?){_quote}"
# WordPress: `wp_notify_postauthor` and `wp_notify_moderator`; early versions named the
# article's number as well.
_wordpress = re.compile(
    rf"(?m)^[ \t]*(?:New comment on your post|A new comment on the post)\s+(?:#\d+\s+)?"
    rf"{_title}(?P<pending>\s+is\s+waiting\s+for\s+your\s+approval)?[ \t]*$"
)
_author = re.compile(
    r"(?m)^[ \t]*Author[ \t]*:[ \t]*(?P<name>[^\n]{0,300}?)[ \t]*"
    r"(?:\(IP(?: address)?:[ \t]*(?P<ip>[0-9A-Fa-f.:]*)[ \t]*,[^\n]*\))?[ \t]*$"
)
_mail = re.compile(r"(?m)^[ \t]*E-?mail[ \t]*:[ \t]*(?P<value>[^\s<]+@[^\s<]+)")
_url = re.compile(r"(?m)^[ \t]*UR[LI][ \t]*:[ \t]*<?(?P<value>https?://[^\s<>]+)")
_answers = re.compile(r"(?m)^[ \t]*In reply to:[^\n]*[?&]c=(?P<value>\d{1,18})\b")
_begins = re.compile(r"(?m)^[ \t]*Comment[ \t]*:[ \t]*\n?")
_ends = re.compile(
    r"(?m)^[ \t]*(?:Approve it:|You can see all comments on this post here)"
)
_number = re.compile(r"(?:[?&]c=|#comment-)(\d{1,18})\b")
_link = re.compile(r"https?://[^\s<>\"]+")
# Blogger: to the owner, and to whoever moderates.
_blogger = re.compile(
    rf"(?m)^[ \t]*(?P<name>[^\n]{{1,300}}?)(?:[ \t]{{1,4}}<?https?://\S+>?)?"
    rf"[ \t]{{1,4}}has\s+left\s+a\s+new\s+comment\s+on"
    rf"\s+(?:your|the)\s+post\s+{_title}[ \t]*:?[ \t]*$"
)
_blogger_ends = re.compile(
    r"(?m)^[ \t]*(?:Publish this comment\b|Posted by [^\n]+\bto\b)"
)
_posted = re.compile(
    r"(?m)^[ \t]*Posted by [^\n]{1,500}(?:\n[^\n]{0,500})?"
    r" at (?P<when>[^\n]{1,60}?)[ \t]*$"
)
_blogger_number = re.compile(r"#c(\d{6,25})\b")
_FORMATS = ("%B %d, %Y %I:%M %p", "%B %d, %Y at %I:%M %p", "%d %B %Y %H:%M")
# What stands before each mail in a mailbox (mbox).
_envelope = re.compile(r"(?m)^From \S+ +\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d\b.*\n")
_NAMELESS = frozenset({"anonymous", "unknown"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRead:
    """What a mail tells of a comment; empty where it does not."""

    scheme: str
    number: str = ""
    title: str = ""
    address: str = ""
    name: str = ""
    email: str = ""
    ip: str = ""
    link: str = ""
    answers: str = ""
    text: str = ""
    state: SourceState = "unknown"
    # When the mail was sent, by its own header; when the comment was made, as printed.
    sent_at: datetime | None = None
    printed: str = ""
    local: datetime | None = None


def read_mail(data: bytes) -> MailRead | None:
    """Return what a mail tells of a comment; None for a mail of another kind.

    Raise Unreadable for several mails, whose addresses would be words of the first one.
    """
    sent_at, bodies, links = _opened(data)
    for body in bodies:
        if _mails_in(body) > 1:
            reason = "it holds several mails: give them one at a time"
            raise Unreadable(reason)
        found = _of_wordpress(body, sent_at) or _of_blogger(body, sent_at, links)
        if found is not None:
            return found
    return None


def _opened(data: bytes) -> tuple[datetime | None, list[str], Sequence[str]]:
    """Return when a mail was sent, its texts, and the links in its HTML part."""
    text = _decoded(data)
    if envelope := _envelope.match(text.lstrip()):
        # A mailbox of one mail: its envelope is all ASCII.
        data = data[data.index(b"From ") + envelope.end() :]
        text = _decoded(data)
    if not _headers.match(text):
        return None, [_unquoted(text)], ()
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
    bodies: list[str] = []
    links: list[str] = []
    for part in message.walk():
        kind = part.get_content_type()
        if part.is_multipart() or kind not in {"text/plain", "text/html"}:
            continue
        body = _body_of(part)
        if kind == "text/html":
            links += map(html.unescape, re.findall(r'href="([^"]+)"', body))
            body = clean(body, "page").plain
            bodies.append(_unquoted(body))
        else:
            bodies.insert(0, _unquoted(body))
    return _sent_at(message), bodies, links


def _mails_in(body: str) -> int:
    """Return how many mails of either system a text holds, whole ones only."""
    starts = [each.end() for each in _wordpress.finditer(body)]
    ends = [*starts[1:], len(body)]
    of_wordpress = sum(
        bool(_author.search(body, start, end) and _begins.search(body, start, end))
        for start, end in zip(starts, ends, strict=False)
    )
    return of_wordpress + len(_blogger.findall(body)) + len(_envelope.findall(body))


def _body_of(part: EmailMessage) -> str:
    """Return a part's text; what no charset decodes is replaced by marks."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset("utf-8")
    try:
        return data.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return _decoded(data)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _sent_at(message: EmailMessage) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(message["Date"]))
        if moment.tzinfo is None:
            return None
        return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _unquoted(text: str) -> str:
    """Return a text with plain line ends, and without the marks of a forwarded mail."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    said = [line for line in lines if line.strip()]
    if said and sum(line.startswith(">") for line in said) * 2 > len(said):
        lines = [re.sub(r"^>+ ?", "", line) for line in lines]
    return "\n".join(lines)


def _of_wordpress(body: str, sent_at: datetime | None) -> MailRead | None:
    head = _wordpress.search(body)
    begins = head and _begins.search(body, head.end())
    if head is None or begins is None:
        return None
    # A comment may quote such a mail: the last end is the mail's own.
    ends = [each.start() for each in _ends.finditer(body, begins.end())]
    end = ends[-1] if ends else len(body)
    facts, tail = body[head.end() : begins.start()], body[end:]
    author, number = _author.search(facts), _number.search(tail)
    places = (facts if head["pending"] else tail, tail, facts)
    links = [each[0] for place in places for each in _link.finditer(place)]
    article = [each for each in links if "/wp-admin/" not in each]
    own = {_value(_url, facts)}
    return MailRead(
        scheme="wordpress",
        number=number[1] if number else "",
        title=" ".join(head["title"].split()),
        address=next((e.partition("#")[0] for e in article if e not in own), ""),
        name=author["name"] if author else "",
        ip=(author["ip"] or "") if author else "",
        email=_value(_mail, facts),
        link=_value(_url, facts),
        answers=_value(_answers, facts),
        text=body[begins.end() : end].strip(),
        state="pending" if head["pending"] else "live",
        sent_at=sent_at,
    )


def _of_blogger(
    body: str, sent_at: datetime | None, links: Sequence[str]
) -> MailRead | None:
    head = _blogger.search(body)
    if head is None:
        return None
    ends = [each.start() for each in _blogger_ends.finditer(body, head.end())]
    posted = [each.start() for each in re.finditer("(?m)^[ \t]*Posted by ", body)]
    # The comment may hold such a line as well: the mail's own is the last one.
    last = posted[-1] if posted else len(body)
    own = [each for each in ends if each <= last and body.startswith("Publish", each)]
    end = own[-1] if own else min(last, len(body))
    tail = body[end:]
    when = _posted.search(body, last)
    printed = when["when"].strip() if when else ""
    known = [*links, *_link.findall(head[0]), *_link.findall(tail)]
    number = next((m[1] for e in known if (m := _blogger_number.search(e))), "")
    pages = [each for each in known if re.search(r"/\d{4}/\d\d/[^/]+\.html", each)]
    name = head["name"].strip()
    title = _link.sub("", head["title"]).replace("<>", "")
    return MailRead(
        scheme="blogger",
        number=number,
        title=" ".join(title.split()),
        address=re.split(r"[?#]", pages[0])[0] if pages else "",
        name="" if name.casefold() in _NAMELESS else name,
        text=body[head.end() : end].strip(),
        state="pending" if own else "live",
        sent_at=sent_at,
        printed=printed,
        local=_read_time(printed),
    )


def _read_time(printed: str) -> datetime | None:
    """Return a time that names its month in words; others are ambiguous."""
    for form in _FORMATS:
        try:
            return datetime.strptime(printed, form)  # noqa: DTZ007  # the blog's clock
        except ValueError:
            continue
    return None


def _value(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found["value"] if found else ""
