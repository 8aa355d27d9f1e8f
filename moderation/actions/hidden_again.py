"""Hide again what entries hid whose rows are lost, after an older backup was put back.

Which rule it was under and why is in the lost rows. So it waits, hidden, for somebody
to decide anew; nothing that was once taken down is readable meanwhile.
"""

from collections.abc import Iterator

from commentarchive.ledger.append import SYSTEM, read_leaf
from commentarchive.ledger.models import Entry
from commentarchive.models import Comment, Commenter, Part, Post, Visibility
from moderation.actions.decisions import decide, decide_on_part
from moderation.actions.judgements import Judgement
from moderation.actions.parts import Target, name_target
from moderation.actions.refusals import Refused
from moderation.models import Action

NOTE = "Hidden by record no. {}, whose words were lost with the rows of that time."
# In these states readers see a comment, or nothing was ever known of it.
_NOT_HIDDEN = frozenset(("published", "unknown", "internal"))


def hide_again(first: int, size: int) -> Iterator[str]:
    """Hold what the entries from one to a size leave hidden and readers see here.

    Inside the transaction that brings the entries back. Yields what could not be held.
    """
    for (ref, aspect), index in _left_hidden(first, size).items():
        judgement = Judgement(action=Action.HOLD, note=NOTE.format(index))
        try:
            if ref.startswith("c"):
                shown = Comment.objects.filter(ref=ref)
                for comment in shown.filter(visibility=Visibility.PUBLISHED):
                    decide(comment, judgement, by=SYSTEM)
            elif (target := _part(ref, aspect)) and not target.kind:
                decide_on_part(target, judgement, by=SYSTEM)
        except Refused as error:
            yield f"entry {index}: what it hid is shown here and was not held ({error})"


def _left_hidden(first: int, size: int) -> dict[tuple[str, str], int]:
    """Return whom or what some entries leave hidden, and the entry that did it."""
    left: dict[tuple[str, str], int] = {}
    found = Entry.objects.filter(index__gte=first, index__lt=size).order_by("index")
    for index, leaf in found.values_list("index", "leaf").iterator():
        said = read_leaf(bytes(leaf))
        public, subject = said["d"], said["subj"]
        assert isinstance(public, dict)  # noqa: S101  # as every entry has it
        assert isinstance(subject, dict)  # noqa: S101  # as above
        about = (str(subject["r"]), str(public.get("aspect", "")))
        if said["t"] == "erase.done" and about[0].startswith("c"):
            left[about] = index
        elif "to" in public and "from" in public:
            left.pop(about, None)
            if public["to"] not in _NOT_HIDDEN:
                left[about] = index
    return left


def _part(ref: str, aspect: str) -> Target | None:
    """Return a part of an article or of a name; None where it is not here."""
    if ref.startswith("n"):
        commenter = Commenter.objects.filter(ref=ref).first()
        return name_target(commenter, Part(aspect)) if commenter else None
    post = Post.objects.filter(ref=ref).first()
    return Target(post=post, part=Part(aspect)) if post else None
