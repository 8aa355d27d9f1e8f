"""A claim that comments were blocked somewhere, and what becomes of it; all on record.

It is recorded as what it is, never as a decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from commentarchive.discussion.stored_pages import rewrite_places
from commentarchive.ledger.append import (
    By,
    Statement,
    append_all,
    minute,
    next_index,
)
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import (
    Answer,
    Blog,
    Capture,
    Comment,
    Gap,
    GapAnswer,
    GapKind,
    Grade,
    Manifest,
    Post,
)
from commentarchive.storage.write_locks import short_write

# Nobody can know of more.
MOST = 1000


class NoSuchClaim(ValueError):
    """The claim does not stand, or cannot be recorded so; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What is claimed: how many comments, of which article or blog, by what evidence.

    `evidence` is the reference of what makes the claim. `until` is the time by which
    the comments were written, as far as it is known.
    """

    about: Post | Blog
    number: int
    evidence: str
    said_in: Comment | None = None
    until: datetime | None = None


def claim_gap(about: Post | Blog, *, number: int, said_in: Comment, by: By) -> Gap:
    """Record that a comment says so many comments were blocked somewhere.

    Saying the same again changes nothing. Raise NoSuchClaim for another number than
    the one that is on record.
    """
    claimed = Claimed(
        about=about,
        number=number,
        evidence=said_in.ref,
        said_in=said_in,
        until=said_in.posted_at,
    )
    with short_write():
        gap, statements = write_claim(claimed, by)
        if statements:
            append_all(statements)
    return gap


def write_claim(claimed: Claimed, by: By) -> tuple[Gap, list[Statement]]:
    """Write a claim inside the caller's transaction, which ends with its statements.

    There are none where the same comment is on record with the same claim already.
    Raise NoSuchClaim.
    """
    if not 1 <= claimed.number <= MOST:
        message = (
            f"Say how many comments are missing: at least one, and {MOST} at most."
        )
        raise NoSuchClaim(message)
    place = _locked(claimed.about, claimed.said_in)
    # A page may link to it only if readers may open it.
    said_in = None
    if claimed.said_in and Comment.objects.public().filter(pk=claimed.said_in.pk):
        said_in = claimed.said_in
    if said_in and (known := _known(place, said_in)):
        if known.at_least != claimed.number:
            message = (
                f"It is on record already that it says {known.at_least} there; "
                "what is on record is not edited."
            )
            raise NoSuchClaim(message)
        return known, []
    post = place.get("post")
    gap = Gap.objects.create(
        ref=new_ref("g"),
        **place,
        after=_last_before(post, claimed.until) if post else None,
        at_least=claimed.number,
        at_most=claimed.number,
        grade=Grade.CLAIMED,
        kind=GapKind.SAID,
        said_in=said_in,
        said_below_id=said_in.post_id if said_in else None,
        recorded_at=timezone.now(),
        entry_index=next_index(),
    )
    _show(gap)
    public: dict[str, Value] = {
        "at_least": claimed.number,
        "at_most": claimed.number,
        "kind": GapKind.SAID.value,
    }
    if gap.blog is not None:
        public["blog"] = gap.blog.ref
    return gap, [_statement("gap.claimed", gap, by, public, claimed.evidence)]


def prove_claim(gap: Gap, capture: Capture, *, evidence: str, by: By) -> None:
    """Tie a claim to the copy that proves it: it counts as observed from now on.

    Raise NoSuchClaim where it does not stand, or where that copy cannot prove it.
    """
    with short_write():
        append_all([write_proof(stands(gap), capture, next_index(), evidence, by)])


def write_proof(
    gap: Gap, capture: Capture, index: int, evidence: str, by: By
) -> Statement:
    """Tie a claim to a copy inside the caller's transaction; as `prove_claim`."""
    if gap.proof_id is not None:
        message = "A copy proves it already."
        raise NoSuchClaim(message)
    if capture.entry_index is None or capture.blog_id != gap.its_blog.pk:
        message = (
            "A copy that proves it is a finished one of the blog that it is about."
        )
        raise NoSuchClaim(message)
    held = Manifest.objects.filter(capture=capture, post=gap.post)
    if gap.post is not None and not held.exists():
        message = "That copy holds nothing of this article."
        raise NoSuchClaim(message)
    gap.proof, gap.proven_entry, gap.grade = capture, index, Grade.OBSERVED
    gap.save(update_fields=["proof", "proven_entry", "grade"])
    _show(gap)
    public = {"capture": capture.ref}
    return _statement("gap.proven", gap, by, public, evidence)


def answer_claim(
    gap: Gap, answer: Answer, *, answered_at: datetime | None, text: str, by: By
) -> None:
    """Record what a blog answers to a claim, or that it was asked and does not.

    Its words are committed to and not published. Raise NoSuchClaim.
    """
    with short_write():
        now = stands(gap)
        GapAnswer.objects.create(
            gap=now,
            answer=answer,
            answered_at=answered_at,
            recorded_at=timezone.now(),
            entry_index=next_index(),
        )
        _show(now)
        public = {
            "answer": answer.value,
            "decided": minute(answered_at) if answered_at else None,
        }
        append_all(
            [
                Statement(
                    event="gap.answered",
                    subject=now.ref,
                    by=by,
                    thread=now.post.ref if now.post else None,
                    public=public,
                    committed={"text": text or None},
                )
            ]
        )


def end_claim(gap: Gap, *, is_refused: bool, reason: str, by: By) -> None:
    """Withdraw a claim, or refuse it after all; readers no longer see it.

    Both stay on record. Raise NoSuchClaim where it does not stand.
    """
    with short_write():
        now = stands(gap)
        now.withdrawn_entry = next_index()
        now.save(update_fields=["withdrawn_entry"])
        _show(now)
        event = "gap.refused" if is_refused else "gap.withdrawn"
        append_all([_statement(event, now, by, {}, reason)])


def stands(gap: Gap) -> Gap:
    """Lock a claim that stands, and return it as it is now. Raise NoSuchClaim.

    The caller's transaction is open.
    """
    _locked(gap.post or gap.its_blog, gap.said_in)
    now = (
        Gap.objects.select_for_update(of=("self",), no_key=True)
        .select_related("post__blog", "blog", "said_in")
        .get(pk=gap.pk)
    )
    if now.kind != GapKind.SAID or now.withdrawn_entry is not None:
        message = "It is no claim that stands."
        raise NoSuchClaim(message)
    return now


def _locked(about: Post | Blog, said_in: Comment | None) -> dict[str, Post | Blog]:
    """Lock an article, or else a blog; return it as the columns of a claim.

    The article in whose thread it is claimed is locked too, articles in their order.
    """
    keys = {said_in.post_id} if said_in else set()
    blog = None
    if isinstance(about, Blog):
        blog = Blog.objects.select_for_update(no_key=True).get(pk=about.pk)
    else:
        keys.add(about.pk)
    locked = (
        Post.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    )
    posts = {each.pk: each for each in locked}
    return {"blog": blog} if blog else {"post": posts[about.pk]}


def _known(place: Mapping[str, Post | Blog], said_in: Comment) -> Gap | None:
    """Find the claim that a comment makes of a place, if it stands on record."""
    said = Gap.objects.filter(said_in=said_in, withdrawn_entry=None, **place)
    return said.filter(kind=GapKind.SAID).first()


def _last_before(post: Post | Blog, until: datetime | None) -> Comment | None:
    """Find the last comment of an article that was made by then."""
    before = Comment.objects.filter(post=post.pk).exclude(visibility="internal")
    if until:
        before = before.filter(posted_at__lte=until)
    return before.order_by("-position").first()


def _show(gap: Gap) -> None:
    """Render anew the threads in which a claim stands, or in which it was made."""
    if gap.post_id is not None and gap.after is not None:
        rewrite_places(gap.post_id, [gap.after.position])
    if gap.said_in is not None and gap.said_in.post_id != gap.post_id:
        rewrite_places(gap.said_in.post_id, [gap.said_in.position])


def _statement(
    event: str, gap: Gap, by: By, public: Mapping[str, Value], evidence: str
) -> Statement:
    is_refusal = event == "gap.refused"
    return Statement(
        event=event,
        subject=gap.ref,
        by=by,
        thread=gap.post.ref if gap.post else None,
        public={"grade": str(gap.grade), **public},
        committed={"reason" if is_refusal else "evidence": evidence},
    )
