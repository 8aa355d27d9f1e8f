"""A page of the joined discussion of one article at two places, in processor time.

Every comment stands at both places, so that all of them are paired: that costs most.
"""

import os
import statistics
import sys
from functools import partial
from pathlib import Path

import django

TIMES = 20


def main(number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    os.environ["ALLOWED_HOSTS"] = "testserver"
    django.setup()
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    from bench.processor_time import at_server, own
    from bench.reading import GZIP, ask
    from commentarchive.serving.static_files import collect_static

    collect_static()
    settings.PAGE_CACHE_BYTES = 0
    address = tie_two(number)
    archive = get_wsgi_application()
    pages = -(-number // 200)
    for page in (1, pages // 2, pages):
        request = partial(ask, archive, f"{address}?page={page}", **GZIP)
        assert request()[0] == "200 OK", address
        spent, before = [], at_server()
        for _time in range(TIMES):
            began = own()
            request()
            spent.append(own() - began)
        print(
            f"  page {page} of a joined discussion of 2 x {number}: "
            f"{statistics.median(spent):.0f} ms of processor time, "
            f"{(at_server() - before) / TIMES:.0f} ms of the server",
            flush=True,
        )


def tie_two(number: int) -> str:
    """Import an article and its copy, with the same comments; return their page."""
    from django.urls import reverse

    from bench.generate import write_export
    from commentarchive.actions.cross_post_proposals import answer_proposal
    from commentarchive.intake.cross_post_search import search_all
    from commentarchive.intake.session import import_files
    from commentarchive.ledger.append import SYSTEM
    from commentarchive.models import CrossPost, RepeatedComment

    path = Path(os.environ["VAR_DIR"]) / "joined.xml"
    first, second = "https://joined-one.example", "https://joined-two.example"
    write_export(path, number, number, first)
    original = import_files([path])[0].blog
    write_export(path, number, number, second)
    line = f'<p>Cross-posted from <a href="{first}/1/">the first</a>.</p>'
    begin = "<content:encoded><![CDATA["
    path.write_text(path.read_text().replace(begin, begin + line, 1))
    copy = import_files([path])[0].blog
    search_all()
    # Articles of other measurements have the same words.
    tie = CrossPost.objects.get(post__blog=copy, other_post__blog=original)
    answer_proposal(tie, is_one=True, attribution="", by=SYSTEM)
    paired = RepeatedComment.objects.filter(comment__post__blog__in=(original, copy))
    assert paired.count() > number // 2
    return reverse("cross-post-detail", args=[tie.ref])


if __name__ == "__main__":
    main(int(sys.argv[1]))
