"""Names that are none: what systems print for people who gave no name."""

# In the languages seen so far.
_WORDS = frozenset(
    {
        *("Anonymous", "Anonym", "Anonyme", "Anónimo", "Anônimo", "Anonimo", "Anoniem"),
        *("Anonymní", "Anonimowy", "Anonimas", "Anonyymi", "Ανώνυμος", "Анонимный"),
        *("Анонім", "匿名", "익명", "Unknown", "Unbekannt", "Desconhecido"),
    }
)
_FOLDED = frozenset(word.casefold() for word in _WORDS)


def is_nameless(name: str) -> bool:
    """Return whether a name is what a system calls people without one."""
    return name.strip().casefold() in _FOLDED


def name_unless(name: str, *, is_anonymous: bool) -> str:
    """Return a name; "" for the system's word in its place.

    `is_anonymous` is what a field of the source says. A guest may have given a name,
    and somebody may really be called Anonymous: only both together make a name none.
    """
    return "" if is_anonymous and is_nameless(name) else name
