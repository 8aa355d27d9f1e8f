"""Types of articles and comments that an owner lets through, and a count of others."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from commentarchive.importers.parsed import (
    OTHER_KIND,
    PRIVATE_KINDS,
    ParsedComment,
    ParsedPost,
    Remark,
)
from commentarchive.models import Blog


@dataclass(slots=True)
class TypeGate:
    """Lets through what the blog's owner allowed; counts what stays internal."""

    blog: Blog | None
    _kept: Counter[tuple[str, str]] = field(default_factory=Counter)
    _first: dict[tuple[str, str], int] = field(default_factory=dict)

    def admit(self, parsed: ParsedPost) -> ParsedPost:
        """Return an article with everything live whose type is let through."""
        if parsed.source_type:
            if self.blog and parsed.source_type in self.blog.shown_article_types:
                parsed = replace(parsed, is_live=parsed.told_live)
            else:
                self._keep("article", parsed.source_type, parsed.byte)
        elif parsed.kind in PRIVATE_KINDS:
            self._keep("article", parsed.kind, parsed.byte)
        if any(each.state == "internal" for each in parsed.comments):
            parsed.comments[:] = map(self._admit, parsed.comments)
        return parsed

    def _admit(self, comment: ParsedComment) -> ParsedComment:
        if comment.state != "internal":
            return comment
        shown = self.blog.shown_comment_types if self.blog else frozenset[str]()
        if comment.told is not None and comment.source_type in shown:
            return comment._replace(state=comment.told, told=None)
        self._keep("comment", comment.source_type or comment.kind, comment.byte)
        return comment

    def _keep(self, what: str, word: str, byte: int) -> None:
        self._kept[what, word] += 1
        self._first.setdefault((what, word), byte)

    def remarks(self) -> Iterator[Remark]:
        """Yield a sentence for each type that was kept internal."""
        for (what, word), number in self._kept.items():
            several = f"{number} {what}{'s' if number > 1 else ''}"
            reason = f"{several} of the type “{word}”: for staff only"
            if word not in {*PRIVATE_KINDS, OTHER_KIND}:
                reason += "; the blog's owner can let this type through"
            yield Remark(f"byte {self._first[what, word]}", reason)
