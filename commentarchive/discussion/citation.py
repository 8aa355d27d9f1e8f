"""How a shown comment is cited: in words, for BibTeX, and as CSL JSON."""

import json
from datetime import datetime
from typing import NamedTuple

from commentarchive.models import Comment
from commentarchive.threads.notice_words import day
from commentarchive.threads.thread_rows import ThreadRow

_NAMELESS = "Name not known"
# What BibTeX reads as its own signs.
_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "{}#$%&_"},
    }
)


class Citation(NamedTuple):
    """One citation in three forms."""

    words: str
    bibtex: str
    csl: str


class _Facts(NamedTuple):
    """What a citation tells; empty where it is not known."""

    ref: str
    name: str
    title: str
    blog: str
    made: datetime | None
    address: str
    copy: str


def cite(comment: Comment, row: ThreadRow, address: str) -> Citation | None:
    """Cite a comment as its row shows it; None where that shows no text; no query."""
    if not row.is_shown:
        return None
    blog, capture = comment.post.blog, comment.capture
    read = capture.held_at(blog.time_zone) if capture else None
    facts = _Facts(
        comment.ref,
        "" if row.name_hidden_as else row.name,
        f"Comment on “{comment.post.title}”",
        blog.title,
        row.when,
        address,
        f"Copy of {day(read)}" if read else "",
    )
    when = day(row.when) if row.when else row.printed or "date not known"
    words = f"{row.name or _NAMELESS}. {facts.title}. {blog.title}, {when}. {address}"
    words += f". {facts.copy}." if facts.copy else ""
    return Citation(words, _bibtex(facts), _csl(facts))


def _bibtex(facts: _Facts) -> str:
    fields = {
        "author": f"{{{(facts.name or _NAMELESS).translate(_BIBTEX)}}}",
        "title": facts.title.translate(_BIBTEX),
        "howpublished": facts.blog.translate(_BIBTEX),
        "date": facts.made.date().isoformat() if facts.made else "",
        "url": facts.address,
        "note": facts.copy,
    }
    lines = [f"  {key} = {{{value}}}" for key, value in fields.items() if value]
    return f"@misc{{{facts.ref},\n" + ",\n".join(lines) + "\n}"


def _csl(facts: _Facts) -> str:
    made = facts.made
    told = {
        "id": facts.ref,
        "type": "post",
        "title": facts.title,
        "container-title": facts.blog,
        "author": [{"literal": facts.name}] if facts.name else None,
        "issued": made and {"date-parts": [[made.year, made.month, made.day]]},
        "URL": facts.address,
        "note": facts.copy,
    }
    kept = {key: value for key, value in told.items() if value}
    return json.dumps([kept], ensure_ascii=False, indent=1)
