"""The home page and a blog's page: no slower in an archive of ten times the articles.

Each figure is processor time, ours and the database's, since other work on the machine
does not lengthen it.
"""

import os
import sys
from functools import partial
from pathlib import Path

import django

# Comments an article.
EACH = 10


def main(few: int, many: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    os.environ["ALLOWED_HOSTS"] = "testserver"
    django.setup()
    from django.conf import settings

    from commentarchive.serving.static_files import collect_static

    collect_static()
    settings.PAGE_CACHE_BYTES = 0
    from bench.generate import write_export

    path = Path(os.environ["VAR_DIR"]) / "growing.xml"
    write_export(path, many * EACH, EACH, "https://growing.example")
    whole = path.read_bytes()
    before: dict[str, float] = {}
    for articles in (few, many):
        path.write_bytes(first_articles(whole, articles))
        for name, took in measure(path).items():
            at_first = before.setdefault(name, took)
            print(
                f"  {name} with {articles} articles of {EACH} comments: {took:.1f} ms, "
                f"{took / at_first:.2f} x with {few}",
                flush=True,
            )


def first_articles(export: bytes, number: int) -> bytes:
    """Cut an export after some articles, so that one blog grows by the others."""
    items = export.split(b"</item>\n")
    return b"</item>\n".join([*items[:number], items[-1]])


def measure(path: Path) -> dict[str, float]:
    """Import a blog; return the processor times of pages, made anew."""
    from django.core.wsgi import get_wsgi_application

    from bench.processor_time import spent
    from bench.reading import ask
    from commentarchive.intake.session import import_files

    blog = import_files([path])[0].blog
    archive = get_wsgi_application()
    found = {}
    for name, address in (
        ("the home page", "/"),
        ("a blog's page", f"/blogs/{blog.slug}/"),
        ("a blog's second page", f"/blogs/{blog.slug}/?page=2"),
        ("the smallest page", "/robots.txt"),
    ):
        assert ask(archive, address)[0] == "200 OK", address
        found[name] = spent(partial(ask, archive, address))
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
