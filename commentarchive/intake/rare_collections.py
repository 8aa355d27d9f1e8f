"""Python's collector of garbage, which would look at an import's rows again and again.

It starts by how many objects were made since, and an import makes few but those of the
next batches, none of which refers to itself.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# How many more objects there are before those that refer to each other are looked for.
OBJECTS = 100_000


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for garbage rarely while something makes many objects that it needs."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
