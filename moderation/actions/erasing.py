"""Who may have something erased: an owner, and a second person where there is one."""

from commentarchive.actions.staff import still_holds
from commentarchive.erasure.requests import confirm_erasure
from commentarchive.ledger.append import By
from commentarchive.ledger.models import Role
from commentarchive.models import ErasureRequest
from moderation.actions.refusals import Refused
from moderation.actions.second_person import takes_two


def why_not_erase(request: ErasureRequest, *, by: By) -> str:
    """Return why somebody may not confirm an erasure; "" if they may."""
    if not still_holds(request.asked_by, Role(request.asked_role)):
        return "Whoever asked for it may not any more: refuse or withdraw it."
    if takes_two() and request.asked_by == by.actor:
        return "You have asked for it: somebody else has to confirm it."
    if Role.OWNER not in {by.role, Role(request.asked_role)}:
        return "Only an owner can have something erased."
    return ""


def confirm(request: ErasureRequest, *, by: By, seen: str) -> None:
    """Let an erasure begin. Raise Refused, and as `confirm_erasure`."""
    if why := why_not_erase(request, by=by):
        raise Refused(why)
    confirm_erasure(request, by=by, seen=seen)
