"""What reconcile and erasures call of moderation, which the archive may not import."""

from collections.abc import Iterator

from commentarchive.ledger.models import Opening
from moderation.actions.claims import erase_words
from moderation.actions.complaint_words import erase_complaints
from moderation.actions.flags import forget_flags
from moderation.actions.hidden_again import hide_again
from moderation.actions.outbox import erase_letters
from moderation.actions.own_names import forget_own_names
from moderation.actions.queue import erase_notes
from moderation.actions.searches import forget_searches
from moderation.actions.second_person import forget_with
from moderation.actions.subscriptions import forget_subscriptions
from moderation.models import Decision, DecisionWords
from moderation.reconcile import ModerationCheck


class ModerationHooks:
    """Moderation's hooks, named in settings.PACKAGE_HOOKS."""

    def table_check(self) -> ModerationCheck:
        """Start a comparison of moderation's tables with the record."""
        return ModerationCheck()

    def erase(self, subject: str) -> int:
        """Delete the notes on decisions about a comment, and facts that were replaced.

        The facts of today stay: they are public words that repeat nothing of the
        comment, as those that were replaced may have done. With them goes what was
        sent with claims about the comment, or under the name. Return 0 texts: their
        number is public, and what was sent never was.
        """
        decisions = Decision.objects.filter(comment__ref=subject)
        for decision in decisions.prefetch_related("words"):
            wordings = decision.wordings
            for words in wordings[:-1]:
                _keep(words, facts="")
                _delete_opening(decision, words.number)
            for words in wordings[-1:]:
                _keep(words, facts=words.facts)
        erase_letters(subject)
        erase_words(subject)
        erase_complaints(subject)
        forget_searches(subject)
        forget_own_names(subject)
        forget_flags(subject)
        forget_with(subject)
        forget_subscriptions(subject)
        erase_notes(subject)
        return 0

    def hide_again(self, first: int, size: int) -> Iterator[str]:
        """Hold what entries hid whose rows are lost."""
        return hide_again(first, size)


def _keep(words: DecisionWords, *, facts: str) -> None:
    """Replace a row of words by what is left of it."""
    if (words.note, words.facts) == ("", facts):
        return
    words.delete()
    words.note, words.facts = "", facts
    words.save(force_insert=True)


def _delete_opening(decision: Decision, number: int) -> None:
    """Delete what opens the facts of one wording."""
    entry = decision.entry_of_wording(number)
    if entry is not None:
        Opening.objects.filter(entry=entry, field="facts").delete()
