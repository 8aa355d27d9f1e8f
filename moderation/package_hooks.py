"""What reconcile and erasures call of moderation, which the archive may not import."""

from moderation.models import DecisionWords
from moderation.reconcile import ModerationCheck


class ModerationHooks:
    """Moderation's hooks, named in settings.PACKAGE_HOOKS."""

    def table_check(self) -> ModerationCheck:
        """Start a comparison of moderation's tables with the record."""
        return ModerationCheck()

    def erase(self, subject: str) -> int:
        """Delete the staff's notes on decisions about a comment; return 0 texts.

        The facts stay: they are public words that repeat nothing of the comment.
        """
        noted = DecisionWords.objects.filter(decision__comment__ref=subject)
        for words in noted.exclude(note=""):
            words.delete()
            words.note = ""
            words.save(force_insert=True)
        return 0
