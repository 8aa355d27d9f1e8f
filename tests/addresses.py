"""An example of every address that the program knows."""

from django.urls import URLPattern, get_resolver
from django.utils import timezone

from commentarchive.ledger.merkle.refs import new_ref
from commentarchive.ledger.models import Actor, Entry
from commentarchive.models import (
    Blog,
    Capture,
    Comment,
    Commenter,
    CrossPost,
    Gap,
    ImportJob,
    JobState,
    Post,
)
from moderation.models import Claim, Complaint, Decision


def every_address():
    """Return the name and an example of each address, the back office apart."""
    comment = Comment.objects.shown().exclude(commenter=None).first()
    decision = Decision.objects.exclude(comment=None).first()
    refs = {
        # First, since its name ends with the next one's.
        "cross-posts": CrossPost.objects.public().first().ref,
        "gaps": Gap.objects.public().first().ref,
        "posts": comment.post.ref,
        "comments": comment.ref,
        "addressed": comment.ref,
        "commenters": Commenter.objects.filter(comments=comment).get().ref,
        "captures": Capture.objects.first().ref,
        "names": Commenter.objects.filter(comments=comment).get().ref,
        "files": Capture.objects.first().ref,
        "decisions": decision.ref,
        "batches": decision.batch or "e" + 26 * "a",
        "batches/waiting": "e" + 26 * "a",
        "parts": decision.ref,
        "complaints": Complaint.objects.first().ref,
        "erasures": "e" + 26 * "a",
        "issued": "e" + 26 * "a",
        "subscriptions": "e" + 26 * "a",
        "letters": "e" + 26 * "a",
        "people": Actor.objects.first().ref,
        "work": Actor.objects.first().ref,
        "invitations": "e" + 26 * "a",
        "blogs": Blog.objects.first().ref,
        # The demo publishes none.
        "automatic": new_ref("r"),
    }
    examples = (
        ("<ref:other>", Post.objects.public().exclude(ref=refs["posts"])[0].ref),
        ("<slug:slug>", Blog.objects.first().slug),
        ("<ref:blog>", refs["blogs"]),
        ("<int:index>", f"{Entry.objects.count() - 1}"),
        ("<int:number>", "1"),
        ("<int:pk>", "1"),
        ("<str:secret>", "nobodys"),
        ("<str:period>", "2012-04"),
        ("<slug:figure>", "decisions"),
        ("<str:scope>", "common"),
        ("<str:reason>", "note"),
        ("<path:address>", comment.post.addresses.first().address),
        (
            "tile/entries/<path:place>",
            f"tile/entries/000.p/{Entry.objects.count()}",
        ),
        ("<str:level>/<path:place>", f"0/000.p/{Entry.objects.count()}"),
    )
    found = {}
    for name, route in _routes(get_resolver().url_patterns):
        address = "/" + route
        for room, ref in refs.items():
            if f"{room}/<ref:ref>" in address:
                address = address.replace("<ref:ref>", ref)
        if "imports/left/" in address:
            of_comment = address.endswith("publish/")
            ref = refs["comments" if of_comment else "captures"]
            address = address.replace("<ref:ref>", ref)
        if "desk/claims/" in address:
            claim = Claim.objects.exclude(gap=None).first()
            ref = claim.gap.ref if "on-record" in address else claim.ref
            address = address.replace("<ref:ref>", ref)
        if "imports/paste/" in address:
            address = address.replace("<ref:ref>", refs["captures"])
        if "imports/look/" in address:
            post = Comment.objects.shown().filter(post__blog=Blog.objects.first())
            address = address.replace("<ref:ref>", post[0].post.ref)
        if "imports/<ref:ref>/" in address:
            address = address.replace("<ref:ref>", _job().ref)
        for mark, value in examples:
            address = address.replace(mark, value)
        assert "<" not in address, f"{address}: give it an example here"
        # Rules of a blog have addresses of the same names as the archive's.
        found[f"{name}, of a blog" if "policy/blogs/" in route else name] = address
    return found


def _job():
    """Return an import that was looked over."""
    return ImportJob.objects.get_or_create(
        ref="e" + 26 * "a",
        state=JobState.LOOKED,
        defaults={
            "asked_by": Actor.objects.first(),
            "made_at": timezone.now(),
            "is_upload": False,
            "files": ["export.xml"],
        },
    )[0]


def _routes(patterns, before="", names=""):
    for each in patterns:
        route = before + str(each.pattern)
        if route.startswith("admin/"):
            continue
        if isinstance(each, URLPattern):
            yield names + each.name, route
        else:
            yield from _routes(
                each.url_patterns,
                route,
                names + (f"{each.namespace}:" if each.namespace else ""),
            )
