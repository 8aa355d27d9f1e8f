"""Search stored text for words, in the way that both databases support."""

from collections.abc import Sequence

from django.db.models import Q


def every_word(column: str, words: Sequence[str]) -> Q:
    """Return a condition for every word in a column, in any case.

    SQLite ignores the case of ASCII letters only: other scripts are tried as written,
    in small letters, in capitals, and capitalised.
    """
    condition = Q()
    for word in words:
        forms = {word, word.lower(), word.upper(), word.capitalize()}
        either = Q()
        for form in sorted(forms):
            either |= Q(**{f"{column}__icontains": form})
        condition &= either
    return condition
