"""Whether the public facts repeat the text that is hidden."""

from commentarchive.models import Comment, RevisionText
from commentarchive.text.leaks import Leak, find_leaks, names_in
from moderation.actions.refusals import LeaksHiddenWords


def check(comment: Comment, facts: str) -> None:
    """Raise LeaksHiddenWords for facts that repeat the comment, its name or address.

    Whatever the action: what is shown now may be hidden later, and facts stay.
    """
    leaks = find_repeats(facts, comment) if facts else []
    if leaks:
        raise LeaksHiddenWords(facts, leaks)


def find_repeats(facts: str, comment: Comment) -> list[Leak]:
    """Find what public words share with a comment's texts, name or addresses."""
    leaks: list[Leak] = []
    texts = RevisionText.objects.filter(revision__comment=comment)
    for plain, raw in texts.values_list("plain", "raw"):
        leaks += find_leaks(facts, f"{plain}\n{raw}")
    name = getattr(comment.commenter, "name", None)
    if name is not None:
        leaks += names_in(facts, name.name)
    private = getattr(comment, "private_address", None)
    if private is not None:
        leaks += find_leaks(facts, f"{private.email} {private.ip}")
    return sorted(set(leaks), key=lambda leak: leak.start)
