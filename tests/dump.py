"""A canonical dump of the archive: everything random or dated here left out."""

from commentarchive.models import (
    Capture,
    Comment,
    Manifest,
    Post,
    Revision,
    Tombstone,
)


def _key(comment):
    if comment is None:
        return None
    return (comment.post.source_id, comment.scheme, comment.source_id, comment.twin)


def dump():
    """Give rows in an order of their own, keys replaced by what they stand for."""
    comments = Comment.objects.select_related("post", "parent__post", "commenter__name")
    everything = {
        "posts": sorted(
            (p.source_id, p.kind, p.status, p.is_public, p.printed_at, p.title)
            for p in Post.objects.titled()
        ),
        "comments": sorted(
            (
                *_key(c),
                c.kind,
                c.commenter.name.name if c.commenter else "",
                str(c.posted_at),
                c.printed_at,
                c.position,
                c.depth,
                c.visibility,
                str(_key(c.parent)),
                c.source_state,
                hasattr(c, "private_address") and c.private_address.email,
            )
            for c in comments.select_related("private_address")
        ),
        "texts": sorted(
            (str(_key(r.comment)), r.number, r.origin, r.text.raw, r.text.html)
            for r in Revision.objects.filter(post=None).select_related(
                "comment__post", "text"
            )
        ),
        "notices": sorted(
            (str(_key(t.comment)), t.kind, t.grade, t.is_open)
            for t in Tombstone.objects.select_related("comment__post")
        ),
        "captures": sorted(
            (
                c.sha256,
                c.state,
                c.progress["posts"]["new"],
                c.progress["comments"]["new"],
            )
            for c in Capture.objects.all()
        ),
    }
    keys = {c.pk: _key(c) for c in comments}
    everything["manifests"] = [
        (m.capture.sha256, keys[row.comment], row.state, keys.get(row.parent))
        for m in Manifest.objects.order_by("capture", "ordinal", "part").select_related(
            "capture"
        )
        for row in m.unpack()
    ]
    return everything


def standing():
    """Return everything that stands in the archive as bytes, one line a row.

    Left out are only the things that tell of the order itself: which copy came first,
    how the versions of a text are numbered, and the places kept for comments that
    nothing answers any more, since a copy's entry commits to them.
    """
    posts = Post.objects.select_related("blog", "current_revision__text")
    comments = Comment.objects.exclude(
        capture=None, visibility="internal"
    ).select_related(
        *("post", "parent__post", "commenter__name", "current_revision__text"),
        "private_address",
    )
    lines = [
        *(f"article {_standing_post(post)}" for post in posts),
        *(f"comment {_standing_comment(comment)}" for comment in comments),
    ]
    return "\n".join(sorted(lines)).encode()


def _standing_post(post):
    return (
        *(post.scheme, post.source_id, post.kind, post.status, post.is_public),
        *(
            post.live_with,
            str(post.published_at),
            post.printed_at,
            str(post.utc_offset),
        ),
        *_text(post.current_revision),
        sorted(post.addresses.values_list("normal_address", flat=True)),
    )


def _standing_comment(comment):
    name = getattr(comment.commenter, "name", None)
    address = getattr(comment, "private_address", None)
    return (
        *(_key(comment), comment.kind, comment.visibility, comment.source_state),
        *(str(comment.posted_at), comment.printed_at, str(comment.utc_offset)),
        *((name.name, name.link, name.person) if name else ("", "", "")),
        *((address.email, address.ip) if address else ("", "")),
        *(str(_key(comment.parent)), comment.source_parent),
        *(comment.position, comment.depth),
        *_text(comment.current_revision),
    )


def _text(revision):
    if revision is None:
        return ("", "", "", "")
    text = revision.text
    return (text.title, text.form, text.raw, text.html)
