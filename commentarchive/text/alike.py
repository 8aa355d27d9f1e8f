"""How alike two articles are, by whole words.

rapidfuzz finds the longest common run of words quickly enough for articles of any
length.
"""

from collections.abc import Callable

from rapidfuzz.distance import Indel

from commentarchive.text.compared_words import compared_words

# Words in a row by which articles are found, how many such rows of each are kept, and
# how few words are too few to tell.
RUN, KEPT, FEWEST = 5, 24, 40
# How many of these rows two articles share before their texts are compared, and from
# how many words of a hundred on they are taken for one.
SHARED, ALIKE = 4, 60
# Longer texts are compared as far as that.
MOST_WORDS = 20_000


def sketch(plain: str, digest: Callable[[str], int]) -> list[int]:
    """Return digests of a few rows of words, the same few wherever the text stands.

    The least ones of all (bottom-k min-hash): two texts share about as large a part of
    them as of all their rows. None of a text of too few words.
    """
    words = compared_words(plain)[:MOST_WORDS]
    if len(words) < FEWEST:
        return []
    rows = {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
    return sorted(set(map(digest, rows)))[:KEPT]


def likeness(one: str, other: str) -> int:
    """Return how many of a hundred words two texts have in common, in their order."""
    words = (compared_words(each)[:MOST_WORDS] for each in (one, other))
    return int(100 * Indel.normalized_similarity(*words))
