"""Link articles that were also published elsewhere; put right where that is wrong."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from commentarchive.actions.repeated_comments import keep_repeated
from commentarchive.discussion.article_places import ties_around
from commentarchive.ledger.append import By, Statement, append, next_index
from commentarchive.ledger.merkle.canonical import Value
from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.models import (
    Blog,
    BlogVisibility,
    CrossPost,
    CrossPostFinding,
    CrossPostWords,
    Grade,
    Post,
    PostAddress,
)
from commentarchive.models.cross_post import CrossPostQuerySet
from commentarchive.storage.prepared import Prepared
from commentarchive.storage.write_locks import short_write
from commentarchive.text.addresses import normalise


def normal_addresses(addresses: Iterable[str]) -> dict[str, str]:
    """Return addresses by normal form, the first of each; leave out unusable ones."""
    found: dict[str, str] = {}
    for address in addresses:
        if normal := normalise(address):
            found.setdefault(normal, address)
    return found


def record_cross_posts(post_pk: int, addresses: Iterable[str]) -> None:
    """Record where else an article was published, and link what is archived here.

    What was proposed and not answered is recorded by it; what was refused stays so.
    """
    for normal, address in normal_addresses(addresses).items():
        other = (
            PostAddress.objects.filter(normal_address=normal)
            .exclude(post=post_pk)
            .order_by("pk")
            .first()
        )
        CrossPost.objects.get_or_create(
            post_id=post_pk,
            normal_address=normal,
            defaults={
                "ref": new_ref("x"),
                "other_address": address[:1000],
                "other_post_id": other.post_id if other else None,
            },
        )
        proposed = CrossPost.objects.proposed().filter(post=post_pk)
        proposed.filter(normal_address=normal).update(is_proposal=False)


class CannotTie(ValueError):
    """The articles cannot be tied, or untied, as they stand; the message says why."""


def confirm_cross_post(
    post: Post,
    address: str,
    *,
    blog: Blog | None = None,
    attribution: str,
    reason: str = "",
    by: By,
) -> CrossPost:
    """Record that an article is a cross-post of one at an address, archived or not.

    Or of one at a blog, whose address there may not be known. `attribution` is how the
    article says so; another one takes the place of what was recorded before. Without
    any, `reason` says by what else it is known. Raise CannotTie.
    """
    attribution = attribution.strip()
    if not (attribution or reason):
        message = "Say how the article says so."
        raise CannotTie(message)
    with short_write():
        locked = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        tie, is_new_blog = _tie(locked, address, blog)
        last = tie.findings.select_related("words").order_by("entry_index").last()
        stands = last if last and last.is_shown and not last.is_withdrawal else None
        is_said = stands and stands.words.attribution == attribution
        if is_said and not is_new_blog:
            message = "That is on record already."
            raise CannotTie(message)
        words = CrossPostWords(attribution=attribution, reason=reason)
        _record_finding(tie, words, by, is_withdrawal=False)
    follow_places(tie)
    return tie


def follow_places(tie: CrossPost) -> None:
    """Find the comments that stand at several places of a cross-posted article."""
    around = CrossPost.objects.filter(pk__in=ties_around(tie, _standing))
    ends = around.values_list("post", "other_post")
    keys = {pk for pair in ends for pk in pair if pk}
    if len(keys) > 1:
        keep_repeated(keys)


def _standing() -> CrossPostQuerySet:
    return CrossPost.objects.filter(is_proposal=False, is_withdrawn=False)


def _tie(post: Post, address: str, blog: Blog | None) -> tuple[CrossPost, bool]:
    """Find or make the row of a tie; return also whether its blog was not known.

    Raise CannotTie for an article with itself.
    """
    normal = normalise(address)
    if normal and post.addresses.filter(normal_address=normal).exists():
        message = "That is the address of this article itself."
        raise CannotTie(message)
    if not normal and (blog is None or blog.pk == post.blog_id):
        message = "That is the blog of this article itself."
        if blog is None:
            message = "Neither the address of the original nor its blog was given."
        raise CannotTie(message)
    if not normal:
        tie, _is_new = CrossPost.objects.get_or_create(
            post=post,
            normal_address="",
            other_blog=blog,
            defaults={"ref": new_ref("x")},
        )
        return tie, False
    record_cross_posts(post.pk, [address])
    tie = CrossPost.objects.get(post=post, normal_address=normal)
    is_new_blog = blog is not None and tie.other_blog is None
    if is_new_blog:
        tie.other_blog = blog
        tie.save(update_fields=["other_blog"])
    return tie, is_new_blog


def withdraw_cross_post(tie: CrossPost, *, reason: str, by: By) -> None:
    """Record that an article is no cross-post of that one, whatever copies tell.

    Raise CannotTie.
    """
    with short_write():
        post = Post.objects.select_for_update(no_key=True).get(pk=tie.post_id)
        if post.cross_posts.filter(pk=tie.pk, is_withdrawn=True).exists():
            message = "It was withdrawn before."
            raise CannotTie(message)
        _record_finding(tie, CrossPostWords(reason=reason), by, is_withdrawal=True)


def correct_cross_post(
    tie: CrossPost, address: str, *, attribution: str, reason: str, by: By
) -> CrossPost:
    """Put right where else an article stands, or how it says so; return that tie.

    Another address is another tie: this one is withdrawn, so that a copy that tells of
    it again changes nothing. Raise CannotTie, and change nothing then.
    """
    is_same = normalise(address) == tie.normal_address
    # Of another address it is not known whether it is at the same blog.
    blog = tie.other_blog if is_same or not tie.normal_address else None
    with short_write():
        if not is_same and not tie.is_withdrawn:
            withdraw_cross_post(tie, reason=reason, by=by)
        return confirm_cross_post(
            *(tie.post, address),
            blog=blog,
            attribution=attribution,
            reason=reason,
            by=by,
        )


def _record_finding(
    tie: CrossPost, words: CrossPostWords, by: By, *, is_withdrawal: bool
) -> None:
    """Record what people found of a cross-post; a confirmed proposal is none any more.

    A refused one stays a proposal: readers never saw it.
    """
    found = CrossPost.objects.filter(pk=tie.pk)
    found.update(is_withdrawn=is_withdrawal)
    if not is_withdrawal:
        found.update(is_proposal=False)
    words.finding = CrossPostFinding.objects.create(
        tie=tie,
        is_withdrawal=is_withdrawal,
        made_at=timezone.now(),
        actor=by.actor,
        role=by.role,
        entry_index=next_index(),
    )
    words.save(force_insert=True)
    public: dict[str, Value] = {"grade": Grade.DECIDED.value, "kind": "cross_post"}
    committed: dict[str, Value] = {"evidence": words.reason}
    if not is_withdrawal:
        public["pairs"] = 0
        committed = {"evidence": words.attribution, "pair_list": ""}
        if (other := tie.other_blog) is not None:
            if other.visibility == BlogVisibility.STAFF:
                committed["sealed_blog"] = other.ref
            else:
                public["blog"] = other.ref
        if words.reason:
            committed["reason"] = words.reason
    append(
        Statement(
            event="crosspost.refuse" if is_withdrawal else "crosspost.confirm",
            subject=tie.ref,
            by=by,
            thread=tie.post.ref,
            public=public,
            committed=committed,
        )
    )


def tie_cross_posts(blog_pk: int, normal: Iterable[str]) -> None:
    """Link cross-posts that waited for a blog's articles with these addresses."""
    if not _first_waiting():
        return
    waiting = CrossPost.objects.filter(other_post=None)
    for tie in waiting.filter(normal_address__in=list(normal)):
        found = PostAddress.objects.filter(
            post__blog=blog_pk, normal_address=tie.normal_address
        ).exclude(post=tie.post_id)
        if address := found.order_by("pk").first():
            CrossPost.objects.filter(pk=tie.pk).update(other_post=address.post_id)


@Prepared
def _first_waiting() -> QuerySet[CrossPost, int]:
    """Ask for one cross-post whose article is not known yet; mostly there is none."""
    return CrossPost.objects.filter(other_post=None).values_list("pk", flat=True)[:1]
