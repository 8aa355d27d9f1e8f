"""Every face that readers have of an archive, as text, by what it is."""

from django.core.management import call_command
from django.test import Client

from commentarchive.export.thread_json import thread_as_json
from commentarchive.models import Capture, Comment, Commenter, CrossPost, Post
from moderation.models import Decision

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
    found = {}
    client = Client()

    def ask(address):
        answer = client.get(address)
        body = (
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        )
        heads = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        found[address] = f"{heads}\n{body.decode(errors='replace')}"

    for address in _addresses():
        ask(address)
    for word in words:
        for query in (word, f"author:{word}"):
            address = f"/search/?q={query}"
            ask(address)
            found[address] = found[address].replace(query, "").replace(word, "", 3)
    written = folder / "copy"
    call_command("export_archive", str(written), verbosity=0)
    for path in written.rglob("*"):
        if path.is_file():
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


def _addresses():
    yield from ("/", "/feeds/all.atom", "/feeds/", "/sitemap.xml", "/moderation/log/")
    yield from ("/moderation/log.csv", "/moderation/log.json", "/moderation/log.atom")
    yield from ("/moderation/log/otherwise/", "/moderation/reports/2012/")
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
