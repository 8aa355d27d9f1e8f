"""Where else an article stands, as pages say it."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from commentarchive.discussion.once_hidden import OnceHidden, was_hidden
from commentarchive.ledger.append import By
from commentarchive.ledger.models import Role
from commentarchive.models import (
    Blog,
    BlogVisibility,
    CrossPost,
    CrossPostFinding,
    CueKind,
    Post,
    RevisionOrigin,
)
from commentarchive.models.times import PrintedTime, printed_time
from commentarchive.storage.prepared import Prepared
from commentarchive.text.addresses import host_of, normalise
from commentarchive.text.attributions import attributions


class FindingLine(NamedTuple):
    """What people found of a cross-post, in words."""

    made_at: PrintedTime | None
    by: str
    is_withdrawal: bool
    attribution: str
    reason: str
    entry_index: int


class CrossPostLine(NamedTuple):
    """One other place of an article, and what people found of it."""

    ref: str
    address: str
    # Empty where it is not archived here, or readers do not see it.
    other: Post | None
    # The blog of the other place, where people said which.
    blog: Blog | None
    is_withdrawn: bool
    # Whether it was only proposed; readers get no such line.
    is_proposal: bool
    # Whether it is this article that says so, and not the other one.
    is_own: bool
    findings: list[FindingLine]

    @property
    def attribution(self) -> str:
        """How the article says so, as it was found last."""
        found = [each.attribution for each in self.findings if each.attribution]
        return found[-1] if found else ""


def cross_posts_of(post: Post, *, for_staff: bool = False) -> list[CrossPostLine]:
    """Return where else an article stands; one query where it stands nowhere else.

    Readers get no other article that they do not see. What was withdrawn comes last,
    and only with the article that said so. Reads the article's blog.
    """
    keys = _ties_of(post.pk, for_staff)
    if not keys:
        return []
    ties = CrossPost.objects.filter(pk__in=keys).select_related(
        *("post__blog", "post__current_revision__text", "post__put_right"),
        *("other_post__blog", "other_post__current_revision__text"),
        *("other_post__put_right", "other_blog"),
    )
    of_them = Q(cross_posts__in=keys) | Q(cross_posted_as__in=keys)
    shown = Post.objects.all() if for_staff else Post.objects.public()
    seen = set(shown.filter(of_them).values_list("pk", flat=True))
    findings = findings_of(keys, post.blog.time_zone, for_staff=for_staff)
    found = []
    for tie in ties.order_by("is_withdrawn", "pk"):
        is_own = tie.post_id == post.pk
        other = tie.other_post if is_own else tie.post
        if other is not None and other.pk not in seen:
            other = None
        blog = tie.other_blog if is_own else None
        if blog and blog.visibility == BlogVisibility.STAFF and not for_staff:
            blog = None
        is_told = is_own and (tie.other_address or blog)
        if is_told or (other is not None and not (is_own or tie.is_withdrawn)):
            found.append(
                CrossPostLine(
                    ref=tie.ref,
                    address=shown_address(tie, for_staff=for_staff) if is_own else "",
                    other=other,
                    blog=blog,
                    is_withdrawn=tie.is_withdrawn,
                    is_proposal=tie.is_proposal,
                    is_own=is_own,
                    findings=findings.get(tie.pk, []),
                )
            )
    return found


def shown_address(tie: CrossPost, *, for_staff: bool = False) -> str:
    """Return the address of the other place; it may hold the words of a title.

    Reads the other article.
    """
    other = tie.other_post
    is_hidden = other is not None and other.hidden_title != ""
    return "" if is_hidden and not for_staff else tie.other_address


@Prepared
def _ties_of(
    post_pk: int, for_staff: bool
) -> QuerySet[CrossPost, int]:  # prepared queries know places
    told = CrossPost.objects.all() if for_staff else CrossPost.objects.told()
    tied = told.filter(Q(post=post_pk) | Q(other_post=post_pk))
    return tied.values_list("pk", flat=True)


def findings_of(
    ties: Collection[int], zone: str, *, for_staff: bool = False
) -> dict[int, list[FindingLine]]:
    """Return what people found of each tie, in the order of the record; one query.

    Readers are not told why, where an article that they do not see says so. One query
    more for each line beside an article of which something was hidden once.
    """
    found: dict[int, list[FindingLine]] = {}
    annotated: Any
    for annotated in _findings(tuple(ties)):
        line = _line(annotated, zone, with_words=for_staff or annotated.is_shown)
        if annotated.is_beside_hidden and not for_staff:
            line = line._replace(reason="")
        if not for_staff and _is_of_hidden_words(annotated.tie):
            # They may repeat what the article says.
            line = line._replace(attribution="", reason="")
        if annotated.is_once_hidden and not for_staff:
            line = _without_hidden_words(line, annotated.tie)
        found.setdefault(annotated.tie_id, []).append(line)
    return found


@Prepared
def _findings(ties: Sequence[int]) -> QuerySet[CrossPostFinding]:
    stored = CrossPostFinding.objects.filter(tie__in=ties).order_by("entry_index")
    beside_hidden = CrossPost.objects.found_beside_hidden().filter(pk=OuterRef("tie"))
    ends = (f"tie__{end}__current_revision" for end in ("post", "other_post"))
    fetched = stored.select_related("words", "actor", *ends)
    once = was_hidden("tie__post") | was_hidden("tie__other_post")
    return fetched.annotate(is_beside_hidden=Exists(beside_hidden), is_once_hidden=once)


def _without_hidden_words(line: FindingLine, tie: CrossPost) -> FindingLine:
    """Leave out what repeats words that readers do not see any more."""
    if not (line.attribution or line.reason):
        return line
    once = OnceHidden([each for each in (tie.post, tie.other_post) if each])
    return line._replace(
        attribution="" if once.repeated_in(line.attribution) else line.attribution,
        reason="" if once.repeated_in(line.reason) else line.reason,
    )


def _is_of_hidden_words(tie: CrossPost) -> bool:
    ends = (tie.post, tie.other_post)
    return any(
        each and (each.hidden_text or each.hidden_title or _is_blacked_out(each))
        for each in ends
    )


def _is_blacked_out(post: Post) -> bool:
    shown = post.current_revision
    return shown is not None and shown.origin == RevisionOrigin.REDACTED


def _line(row: CrossPostFinding, zone: str, *, with_words: bool) -> FindingLine:
    words = getattr(row, "words", None) if with_words else None
    return FindingLine(
        made_at=printed_time(row.made_at, None, zone),
        by=By(actor=row.actor, role=Role(row.role)).shown,
        is_withdrawal=row.is_withdrawal,
        attribution=words.attribution if words else "",
        reason=words.reason if words else "",
        entry_index=row.entry_index,
    )


def naming_line(tie: CrossPost) -> str:
    """Return the line of the article that names the other place; "" for none.

    For staff.
    """
    if all(cue.kind != CueKind.LINE for cue in tie.cues.all()):
        return ""
    revision = tie.post.current_revision
    lines = list(attributions(revision.text.html)) if revision else []
    blog = tie.other_blog or (tie.other_post.blog if tie.other_post else None)
    for each in lines:
        is_same = normalise(each.address) == tie.normal_address
        if is_same if tie.normal_address else not each.address:
            return each.words
    # It named the blog alone.
    home = host_of(blog.address) if blog else ""
    near = (each.words for each in lines if home and host_of(each.address) == home)
    return next(near, "")
