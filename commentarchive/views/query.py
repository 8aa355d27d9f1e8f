"""Values of an address's query, read as what they should be or refused."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest


def choice(
    request: HttpRequest, name: str, choices: Collection[str], default: str
) -> str:
    """Read one word of a closed list; the default where none is given.

    Raise BadRequest for any other word.
    """
    word = request.GET.get(name, default)
    if word not in choices:
        offered = ", ".join(filter(None, choices))
        message = f"“{name}” can be one of: {offered}."
        raise BadRequest(message)
    return word


def found_or_404[T](found: T | None) -> T:
    """Return what was found. Raise Http404 for nothing."""
    if found is None:
        message = "There is no such page."
        raise Http404(message)
    return found


def day_of(request: HttpRequest, name: str) -> date:
    """Read a day written as 2012-04-20. Raise BadRequest for anything else."""
    text = request.GET.get(name, "")
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        message = f"“{name}” has to be a day, such as 2012-04-20."
        raise BadRequest(message) from error
    if day.isoformat() != text:
        message = f"“{name}” has to be written as 2012-04-20."
        raise BadRequest(message)
    return day
