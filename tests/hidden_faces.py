"""Every face that readers have of an archive, as text, by what it is."""

from contextlib import contextmanager

import pytest
from django.core.handlers.base import BaseHandler
from django.core.management import call_command
from django.test import Client

from commentarchive.export.thread_json import thread_as_json
from commentarchive.models import Capture, Comment, Commenter, CrossPost, Post
from moderation.models import Decision
from tests.few_reports import only_few_copied

QUERIES = (
    "",
    "?all=1",
    "?order=newest",
    "?view=moderated",
    "?view=days",
    "?at=2030-01-01",
)


def faces(folder, *, words=()):
    """Return the answers of every kind of address, and all that can be carried away.

    `words` are looked for, too; the page of a search prints what it was asked.
    """
    written = folder / "copy"
    with only_few_copied(), _remembered() as found:
        call_command("export_archive", str(written), verbosity=0)
    client = Client()
    for address in _addresses():
        if address not in found:
            found[address] = _read(client.get(address))
    for word in words:
        for query in (word, f"author:{word}"):
            address = f"/search/?q={query}"
            answer = _read(client.get(address))
            found[address] = answer.replace(query, "").replace(word, "", 3)
    for path in written.rglob("*"):
        if path.is_file() and "static" not in path.relative_to(written).parts[:1]:
            found[str(path)] = path.read_bytes().decode(errors="replace")
    for post in Post.objects.public():
        found[f"{post.ref}.json"] = str(thread_as_json(post))
        for form in ("json", "wxr"):
            file = folder / f"{post.ref}.{form}"
            call_command("export_thread", post.ref, format=form, output=file)
            found[f"command {form} {post.ref}"] = file.read_text()
    for slug in set(Post.objects.public().values_list("blog__slug", flat=True)):
        file = folder / f"{slug}.xml"
        call_command("export_blog", slug, output=file)
        found[f"blog {slug}"] = file.read_text()
    return found


@contextmanager
def _remembered():
    """Provide a dict of what the site answers meanwhile, by address.

    A copy asks it for most pages that there are.
    """
    found, respond = {}, BaseHandler.get_response

    def remember(handler, request):
        answer = respond(handler, request)
        if not answer.streaming:
            found[request.get_full_path()] = _read(answer)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseHandler, "get_response", remember)
        yield found


def _read(answer):
    """Return the headers and the body of an answer as text."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    heads = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{heads}\n{body.decode(errors='replace')}"


def _addresses():
    yield from ("/", "/feeds/all.atom", "/feeds/", "/sitemap.xml", "/moderation/log/")
    yield from ("/moderation/log.csv", "/moderation/log.json", "/moderation/log.atom")
    yield "/moderation/log/otherwise/"
    yield from ("/api/v1/posts/", "/api/v1/comments/", "/api/v1/cross-posts/")
    yield from ("/api/v1/log/", "/api/v1/gaps/", "/api/v1/captures/", "/api/v1/blogs/")
    for post in Post.objects.public().select_related("blog"):
        page = post.get_absolute_url()
        yield from (f"{page}{query}" for query in QUERIES)
        yield from (f"{page}copies/", f"{page}changes/")
        yield from (f"/feeds/posts/{post.ref}.atom", post.blog.get_absolute_url())
        yield from (f"/api/v1/posts/{post.ref}/", f"/api/v1/posts/{post.ref}/thread/")
        yield f"/feeds/blogs/{post.blog.slug}.atom"
        for address in post.addresses.values_list("address", flat=True):
            yield from (f"/at/{address}", f"/at/timemap/link/{address}")
    for own in Comment.objects.public():
        yield from (own.get_absolute_url(), f"/api/v1/comments/{own.ref}/")
        yield f"{own.get_absolute_url()}proof.json"
    for name in Commenter.objects.all():
        yield from (name.get_absolute_url(), f"/feeds/commenters/{name.ref}.atom")
        yield f"/api/v1/commenters/{name.ref}/"
    for capture in Capture.objects.all():
        yield from (capture.get_absolute_url(), f"/api/v1/captures/{capture.ref}/")
    for tie in CrossPost.objects.all():
        yield from (f"/cross-posts/{tie.ref}/", f"/api/v1/cross-posts/{tie.ref}/")
    for decision in Decision.objects.all():
        yield from (decision.get_absolute_url(), f"/api/v1/decisions/{decision.ref}/")
