"""Searches for two words in a large archive: what each costs, against the bare index.

Each figure is processor time, ours and the database's, since other work on the machine
does not lengthen it.
"""

import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, batched
from pathlib import Path

import django

from bench.processor_time import spent

# Words as frequent as in a language, so many in a comment.
WORDS, LENGTH, DRAWN = 20_000, 48, 2_000_000
PART = 20_000
YEARS = 15
PAIRS = (("w1", "w2"), ("w20", "w90"), ("w300", "w500"), ("w3", "w9000"))


def main(number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    began = time.perf_counter()
    fill(number)
    spent = time.perf_counter() - began
    print(f"  {number} comments for searches, made in {spent:.0f} s", flush=True)
    for pair in PAIRS:
        measure(*pair)


def fill(number: int) -> None:
    """Make comments as an import would, and what a search looks in, without texts."""
    from django.db import connection, transaction
    from django.db.models import Max

    from commentarchive.intake.session import import_files
    from commentarchive.models import Comment, PublicWords, SearchChange
    from commentarchive.search.index import BLOG, catch_up, folded, order_key
    from commentarchive.search.passages import passage_words
    from commentarchive.storage import bulk_insert
    from tests.wxr import comment, export, item

    path = Path(os.environ["VAR_DIR"]) / "searching.xml"
    address = "https://searching.example"
    path.write_bytes(export(item(comment(1), link=f"{address}/1/"), address=address))
    import_files([path])
    catch_up()
    one = Comment.objects.get(post__blog__normal_address="searching.example")
    known = {name: value for name, value in vars(one).items() if name[0] != "_"}
    blog = f"{BLOG}{one.post.blog_id}"
    texts, stored = _texts(), bulk_insert.time_storer()
    # One number for a comment and its version, which nothing else has; those before
    # are left to what `repeating.py` imports.
    taken = PublicWords.objects.aggregate(last=Max("revision_id"))["last"] or 0
    first = 10_000 + max(one.pk, taken)
    for part in batched(enumerate(_moments(number), first), PART):
        rows, words = [], []
        for pk, at in part:
            known |= {"id": pk, "ref": f"c{pk}", "source_id": f"b{pk}"}
            known |= {"position": pk, "current_revision_id": pk}
            rows.append([*(known | {"posted_at": stored(at)}).values()])
            day = at.toordinal()
            said = next(texts)
            made = folded([*said, blog, *passage_words(" ".join(said))])
            words.append((order_key(at, pk), pk, pk, day, made))
        with transaction.atomic():
            bulk_insert.insert(Comment, list(known), rows)
            columns = ("id", "revision_id", "subject_id", "day", "words")
            bulk_insert.insert(PublicWords, columns, words)
    # They have no texts that could be folded.
    SearchChange.objects.all().delete()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _moments(number: int) -> Iterator[datetime]:
    """Yield the times of comments over some years, as archives are imported."""
    step = timedelta(days=365 * YEARS) / number
    return (datetime(2005, 1, 1, tzinfo=UTC) + step * n for n in range(number))


def _texts() -> Iterator[list[str]]:
    """Yield words: parts of one long row of them, which takes less time to draw."""
    chance = random.Random(1)
    names = [f"w{n}" for n in range(WORDS)]
    weights = list(accumulate(1 / (rank + 1) for rank in range(WORDS)))
    drawn = chance.choices(names, cum_weights=weights, k=DRAWN)
    while True:
        start = int(chance.random() * (DRAWN - LENGTH))
        yield drawn[start : start + LENGTH]


def measure(one: str, other: str) -> None:
    """Print what is found for two words, and how fast."""
    from django.db import connection

    from commentarchive.search.find import find_comments
    from commentarchive.search.query import parse
    from commentarchive.search.triggers import PUBLIC

    if connection.vendor == "postgresql":
        match = f"'{one}' & '{other}'"
        bare = f"SELECT id FROM {PUBLIC} WHERE vector @@ %s::tsquery LIMIT 201"
    else:
        match = f'"{one}" AND "{other}"'
        bare = f"SELECT rowid FROM {PUBLIC}_fts WHERE {PUBLIC}_fts MATCH %s ORDER BY rowid DESC LIMIT 201"

    def index() -> None:
        with connection.cursor() as cursor:
            cursor.execute(bare, [match])
            cursor.fetchall()

    query = parse(f"{one} {other}")
    found = find_comments(query)
    floor = spent(index)
    newest = spent(lambda: find_comments(query))
    best = spent(lambda: find_comments(query, best_first=True))
    more = "" if found.is_all else "more than "
    print(
        f"  {one} {other}: {more}{len(found.hits)} hits; newest first {newest:.1f} ms, "
        f"best first {best:.1f} ms, the bare index {floor:.1f} ms",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
