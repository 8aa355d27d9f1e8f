"""Values of an address's query, read as what they should be or refused."""

from collections.abc import Collection

from django.core.exceptions import BadRequest
from django.http import HttpRequest


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
