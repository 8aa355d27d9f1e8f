"""Where else a passage is said, in a large archive: against the bare index.

In the archive that `searching.py` has made: `python -m bench.repeating NUMBER` makes
one of so many comments first. The floor is one look into the full-text table for one
digest of the passage.
"""

import os
import sys
import time
from pathlib import Path

import django

SAID = "The treasurer of the rowing club kept the raffle money for himself last May."
# Comments that say it, as it is or otherwise spelled.
PLANTED = 120


def main(number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    from bench.searching import fill

    if number:
        fill(number)
    plant()
    long = " ".join([SAID, *(f"word{n} of{n % 7} long{n % 11}" for n in range(400))])
    for name, passage in (
        ("a sentence", SAID),
        ("a text of 1,200 words", long),
        ("three words", "kept the raffle"),
        ("words that are everywhere", "w1 w2 w3 w1 w2"),
    ):
        measure(name, passage)


def plant() -> None:
    """Import some comments that say the sentence, and fold them."""
    from commentarchive.intake.session import import_files
    from commentarchive.search.index import catch_up
    from tests.wxr import comment, export, item

    said = (SAID, SAID.upper(), SAID.replace("o", "о"), f"So: {SAID} Indeed.")
    comments = [comment(n, f"{said[n % 4]} {n}") for n in range(1, PLANTED + 1)]
    path = Path(os.environ["VAR_DIR"]) / "repeating.xml"
    address = "https://repeating.example"
    path.write_bytes(export(item(*comments, link=f"{address}/1/"), address=address))
    import_files([path])
    catch_up()


def measure(name: str, text: str) -> None:
    """Print what is found of a passage, and how fast."""
    from bench.searching import median
    from commentarchive.discussion.repeats import MOST, find_places
    from commentarchive.search.passages import digest_words, rows_with
    from commentarchive.search.triggers import PUBLIC
    from commentarchive.text.passages import Passage

    passage = Passage(text)
    digests = digest_words(passage.phrases(MOST))[:1]
    began = time.perf_counter()
    found = find_places(passage)
    first = 1000 * (time.perf_counter() - began)
    floor = median(lambda: list(rows_with(PUBLIC, digests, MOST)))
    spent = median(lambda: find_places(passage))
    print(
        f"  {name}: {len(found.found)} places in {spent:.0f} ms ({first:.0f} ms at "
        f"first), {spent / floor:.0f} x one look into the index ({floor:.2f} ms)",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
