"""Passwords that are little more than what this site calls itself."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

# Letters of a word that counts, and characters that have to be left without such words.
SHORTEST, LEFT = 4, 8
OWN = frozenset({"commentarchive", "moderation", "moderator", "archive", "comments"})


class SiteWordsValidator:
    """Refuses a password of which too little is left without the site's own words.

    These are the words of `words_of_site`; docs/deployment.md tells of them.
    """

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError."""
        del user
        left = password.casefold()
        for word in sorted(words_of_site(), key=len, reverse=True):
            left = left.replace(word, "")
        if left != password.casefold() and len(left) < LEFT:
            message = (
                "The password is little more than words by which this site is known; "
                "add something that nobody here would guess."
            )
            raise ValidationError(message, code="password_of_site_words")

    def get_help_text(self) -> str:
        """Return what is said beside the field."""
        return "It must be more than this site’s own words."


def words_of_site() -> set[str]:
    """Return what anybody would try first: the site's name, its host, what it is."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    words = re.findall(r"\w+", f"{settings.SITE_NAME} {host}".casefold())
    joined = "".join(re.findall(r"\w+", settings.SITE_NAME.casefold()))
    return {word for word in (*words, joined, *OWN) if len(word) >= SHORTEST}
