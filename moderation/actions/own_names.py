"""Names of the staff, by which conflicts of interest are known."""

from django.utils import timezone

from commentarchive.ledger.append import By
from commentarchive.ledger.models import Actor, Role
from commentarchive.models import CommenterName
from commentarchive.storage.write_locks import short_write
from commentarchive.text.alike_names import name_look
from commentarchive.text.lookalikes import has_words
from moderation.models import OwnName

LONGEST = 100


class NameRefused(ValueError):
    """The name cannot be added; the message says why."""


def add_own_name(actor: Actor, name: str, *, by: By) -> OwnName:
    """Add a name under which one of the staff comments; once more changes nothing.

    Raise NameRefused for what is no name, and where somebody who is not an owner adds
    one for somebody else.
    """
    name = " ".join(name.split())
    if by.actor is None or (by.actor != actor and by.role != Role.OWNER):
        message = "Only an owner adds a name for somebody else."
        raise NameRefused(message)
    if not has_words(name):
        message = "A name has at least one letter or digit."
        raise NameRefused(message)
    if len(name) > LONGEST:
        message = f"A name has at most {LONGEST} characters."
        raise NameRefused(message)
    with short_write():
        found, _made = OwnName.objects.get_or_create(
            actor=actor,
            looks=name_look(name).looks,
            defaults={
                "name": name,
                "added_at": timezone.now(),
                "added_by": by.actor,
            },
        )
    return found


def forget_own_names(subject: str) -> None:
    """Take an erased name out of the names of staff; what it looks like stays.

    Called while the name is still there.
    """
    names = CommenterName.objects.filter(commenter__ref=subject)
    looks = list(names.values_list("looks", flat=True))
    for own in OwnName.objects.filter(looks__in=looks).exclude(name=""):
        own.delete()
        own.name = ""
        own.save(force_insert=True)
