"""What the body of a request may be: a form, in UTF-8.

Django reads the header while it makes a request, before any middleware: a character set
that decodes no text, or a header of any length, would end in a bare failure of the
server, and another character set would decode the address as well, past every check of
it. So the header is looked at first, and what it says is refused with a sentence later,
where every answer gets its headers.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

type View = Callable[[HttpRequest], HttpResponse]

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
# A type, a boundary and a character set; no browser's is half as long.
LONGEST = 200
_SET_ASIDE = "commentarchive.content_type"


def set_aside_other_types(environ: dict[str, Any]) -> None:
    """Take the type of what is no form in UTF-8 out of a request that is to be made."""
    if not is_form(environ.get("CONTENT_TYPE", "")):
        environ[_SET_ASIDE] = environ.pop("CONTENT_TYPE")


def is_form(content_type: str) -> bool:
    """Return whether a body of this type can be read; one without a type is none."""
    if not content_type:
        return True
    kind, *parameters = content_type.lower().split(";")
    # A parameter may also be written with a character set of its own (`charset*=`).
    names = {each.partition("=")[0].strip() for each in parameters}
    charsets = [each for each in parameters if each.strip().startswith("charset")]
    return (
        len(content_type) <= LONGEST
        and kind.strip() in FORMS
        and not any(name.endswith("*") for name in names)
        and all(each.partition("=")[2].strip(' "') == "utf-8" for each in charsets)
    )


def refuse_other_types(get_response: View) -> View:
    """Refuse a body that was set aside; a look at a page has none to be read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _SET_ASIDE in request.META and request.method not in {"GET", "HEAD"}:
            message = "A form has to come as browsers send it, in UTF-8."
            raise BadRequest(message)
        return get_response(request)

    return middleware
