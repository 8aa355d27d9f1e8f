"""Claims that comments were blocked: taken in, looked up, decided on, answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from commentarchive.actions.blogs import add_known_blog
from commentarchive.actions.claimed_gaps import (
    Claimed,
    NoSuchClaim,
    write_claim,
    write_proof,
)
from commentarchive.ledger.append import By, append_all
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Role
from commentarchive.models import (
    Blog,
    Capture,
    Comment,
    CommenterName,
    Gap,
    Post,
    RevisionText,
)
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import short_write
from commentarchive.text.similar import same_words
from moderation.actions.letters import claim_letter, receipt
from moderation.actions.receipts import bare, digest_of, opens, secret_of
from moderation.models import (
    Claim,
    ClaimReply,
    ClaimWords,
    JournalAct,
    JournalNote,
    LetterKind,
)
from moderation.named_places import NoSuchPlace, article_named, blog_named

_SALT = "moderation.claims"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody says was blocked, and what they sent with it."""

    # None for a blog that is not here; then the words by which it was named.
    blog: Blog | None
    post: Post | None
    number: int
    named_blog: str = ""
    named_article: str = ""
    about: str = ""
    text: str = ""
    email: str = ""


def send_claim(told: Told, key: str) -> tuple[Claim, str]:
    """Take in a claim of the public form; return it and its secret.

    `key` is the form's own: the same form sent again is the same claim. Nothing is
    public, and nothing on record, before a moderator decides.
    """
    secret = secret_of(_SALT, key)
    with short_write():
        claim, is_new = Claim.objects.get_or_create(
            secret_digest=digest_of(secret),
            defaults={
                "ref": new_ref("e"),
                "blog": told.blog,
                "post": told.post,
                "number": told.number,
                "about": told.about,
                "received_at": timezone.now(),
            },
        )
        if is_new and (told.text or told.email or told.named_blog):
            ClaimWords.objects.create(
                claim=claim,
                text=told.text,
                email=told.email,
                named_blog=told.named_blog,
                named_article=told.named_article,
            )
            if told.email and told.blog is not None:
                receipt(
                    LetterKind.CLAIM_RECEIPT,
                    case=claim.ref,
                    about=claim.ref,
                    email=told.email,
                    blog=told.blog,
                )
    return claim, secret


def find_claim(ref: str, secret: str) -> Claim | None:
    """Find a claim by its reference and its secret, compared in constant time.

    Blanks, hyphens and capitals make no difference.
    """
    claim = Claim.objects.with_context().filter(ref=bare(ref)).first()
    is_right = opens(claim.secret_digest if claim else None, secret)
    return claim if is_right else None


def record_said(
    comment: Comment, about: Post | Blog, *, number: int, claimant: str, by: By
) -> Gap:
    """Record the claim that a comment makes; the claimant's name stays sealed.

    The same again changes nothing. Raise NoSuchClaim for another number than the one
    that is on record.
    """
    post = about if isinstance(about, Post) else None
    blog = about if isinstance(about, Blog) else about.blog
    claimed = Claimed(
        about=about,
        number=number,
        evidence=comment.ref,
        said_in=comment,
        until=comment.posted_at,
    )
    with short_write():
        said = Claim.objects.filter(comment=comment, blog=blog, post=post)
        known = said.filter(gap__withdrawn_entry=None).select_related("gap").first()
        if known is not None and known.gap:
            if known.number != number:
                message = f"It is on record already that it says {known.number} there."
                raise NoSuchClaim(message)
            return known.gap
        gap, statements = write_claim(claimed, by)
        if not statements:
            return gap
        claim = Claim.objects.create(
            ref=new_ref("e"),
            blog=blog,
            post=post,
            comment=comment,
            number=number,
            received_at=timezone.now(),
            gap=gap,
        )
        if claimant:
            ClaimWords.objects.create(claim=claim, claimant=claimant)
        append_all(statements)
    return gap


def accept_claim(
    claim: Claim,
    *,
    by: By,
    about: Post | Blog | None = None,
    proof: Capture | None = None,
    evidence: str = "",
    reply: str = "",
) -> Gap:
    """Put a claim on record: readers see its number; with a proof, as observed.

    `about` is what a claim is about whose blog was not here. Raise NoSuchClaim where
    that was done meanwhile, or the copy cannot prove it.
    """
    with short_write():
        now = _locked(claim)
        if now.gap_id is not None:
            message = "It is on record already."
            raise NoSuchClaim(message)
        claimed = Claimed(
            about=now.post or now.blog or _placed(now, about),
            number=now.number,
            evidence=now.ref,
            until=now.until,
        )
        gap, statements = write_claim(claimed, by)
        if proof is not None:
            index = gap.entry_index + 1
            statements.append(write_proof(gap, proof, index, evidence, by))
        _link(now, gap)
        _reply(now, reply, by)
        claim_letter(LetterKind.CLAIM_OUTCOME, now)
        append_all(statements)
    return gap


def refuse_claim(claim: Claim, *, reason: str, by: By) -> None:
    """Refuse a claim of which nothing was public; only the private journal notes it.

    Whoever sent it reads the reason. Raise NoSuchClaim where it is decided already.
    """
    with short_write():
        now = _locked(claim)
        if now.gap_id is not None or now.refused_at is not None:
            message = "It was decided on already."
            raise NoSuchClaim(message)
        now.refused_at = timezone.now()
        now.save(update_fields=["refused_at"])
        ClaimReply.objects.create(claim=now, words=reason, written_at=timezone.now())
        _note(now, JournalAct.REFUSED, by)
        claim_letter(LetterKind.CLAIM_OUTCOME, now)


def reply_to_claim(claim: Claim, words: str, *, by: By) -> None:
    """Answer whoever sent a claim; they read it beside its state."""
    with short_write():
        now = _locked(claim)
        _reply(now, words, by)
        claim_letter(LetterKind.CLAIM_ANSWER, now)


def read_claim(claim: Claim, *, by: By) -> ClaimWords | None:
    """Return what was sent with a claim; the private journal notes who reads it."""
    with short_write():
        _note(claim, JournalAct.READ, by)
    return ClaimWords.objects.filter(claim=claim).first()


def _locked(claim: Claim) -> Claim:
    rows = Claim.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("blog", "post__blog").get(pk=claim.pk)


def _placed(claim: Claim, about: Post | Blog | None) -> Post | Blog:
    """Note what a claim is about whose blog was not here when it was sent."""
    if about is None:
        message = "Name the blog that it is about."
        raise NoSuchClaim(message)
    if isinstance(about, Post):
        claim.post, claim.blog = about, about.blog
    else:
        claim.blog = about
    claim.save(update_fields=["blog", "post"])
    return about


def place_said(said: Mapping[str, Any], by: By) -> Post | Blog:
    """Return the article, or else the blog, that a form of the desk names.

    A blog that is not here is added as one that is only known, if that was asked for.
    Raise NoSuchPlace, or ValueError for what is no address of a blog.
    """
    if said["article"]:
        posts = Post.objects.all()
        if said["blog"]:
            posts = posts.filter(blog=blog_named(said["blog"], Blog.objects.all()))
        return article_named(said["article"], posts)
    try:
        return blog_named(said["blog"], Blog.objects.all())
    except NoSuchPlace:
        if not said["add_blog"]:
            raise
        return add_known_blog(said["blog"].strip(), by=by)


def _link(claim: Claim, gap: Gap) -> None:
    claim.gap = gap
    claim.save(update_fields=["gap"])


def _reply(claim: Claim, words: str, by: By) -> None:
    if words:
        ClaimReply.objects.create(claim=claim, words=words, written_at=timezone.now())
        _note(claim, JournalAct.REPLIED, by)


def _note(claim: Claim, act: JournalAct, by: By) -> None:
    JournalNote.objects.create(
        claim=claim, actor=by.actor, role=by.role, act=act, noted_at=timezone.now()
    )


def erase_words(subject: str) -> None:
    """Delete what was sent with the claims that a subject has, inside an erasure.

    The subject is a claim itself; a comment that makes claims, or whose text was sent
    with one; or a name. Its own words are deleted after this.
    """
    for claim in claims_of(subject):
        texts, _tables = ClaimWords.objects.filter(claim=claim).delete()
        replies, _tables = ClaimReply.objects.filter(claim=claim).delete()
        if texts or replies:
            _note(claim, JournalAct.ERASED, By(actor=None, role=Role.OWNER))


def claims_of(subject: str) -> list[Claim]:
    """Find the claims whose sealed words an erasure of a subject has to reach."""
    claims = Claim.objects.select_related("gap", "words")
    if subject.startswith("e"):
        return list(claims.filter(ref=subject))
    if subject.startswith("n"):
        return list(claims.filter(_of_name(subject)).distinct())
    comment = Comment.objects.filter(ref=subject).select_related("post").first()
    if comment is None:
        return []
    plain = _plain_of(comment.pk)
    repeats = [
        claim
        for claim in _may_repeat(comment.post_id, comment.post.blog_id)
        if claim.sealed and any(same_words(claim.sealed.text, one) for one in plain)
    ]
    return [*_claims_that(comment.pk), *repeats]


@Prepared
def _plain_of(comment_pk: int) -> QuerySet[RevisionText, str]:
    texts = RevisionText.objects.filter(revision__comment=comment_pk)
    return texts.values_list("plain", flat=True)


@Prepared
def _may_repeat(post_pk: int, blog_pk: int) -> QuerySet[Claim]:
    claims = Claim.objects.select_related("gap", "words").exclude(words__text="")
    there = claims.filter(Q(post=post_pk) | Q(post=None, comment=None))
    return there.filter(Q(blog=blog_pk) | Q(blog=None))


@Prepared
def _claims_that(comment_pk: int) -> QuerySet[Claim]:
    return Claim.objects.select_related("gap", "words").filter(comment=comment_pk)


def _of_name(ref: str) -> Q:
    """Return the condition that a claim is in a name's comments, or under the name."""
    claims = Q(comment__commenter__ref=ref)
    for name in CommenterName.objects.filter(commenter__ref=ref):
        same_name = Q(words__claimant=name.name)
        blog = name.commenter.blog_id
        claims |= same_name & (Q(blog=blog) | Q(comment__post__blog=blog))
    return claims
