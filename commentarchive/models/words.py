"""Words in stored text: the plain search both databases can do."""

from collections.abc import Sequence

from django.db.models import Q


def every_word(column: str, words: Sequence[str]) -> Q:
    """Ask for every word in a column, in any case.

    SQLite folds the case of ASCII only, so that other scripts are tried as written,
    in small letters, in capitals and as a name.
    """
    condition = Q()
    for word in words:
        forms = {word, word.lower(), word.upper(), word.capitalize()}
        either = Q()
        for form in sorted(forms):
            either |= Q(**{f"{column}__icontains": form})
        condition &= either
    return condition
