"""Ask the site for a page within this process, as a stranger would."""

from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse, StreamingHttpResponse

_MOVED = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND})


class NoAnswer(RuntimeError):
    """The site could not answer; no copy can be made of that."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site answered: a body, where else to look, or neither."""

    body: bytes | None
    is_page: bool = False
    location: str = ""


class Site:
    """The whole site, middleware and all, asked by nobody who is logged in."""

    def __init__(self) -> None:
        self._handler = BaseHandler()
        self._handler.load_middleware()
        base = urlsplit(settings.BASE_URL)
        self._environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "SERVER_NAME": base.hostname or "",
            "SERVER_PORT": str(base.port or (443 if base.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": base.netloc,
            # No address at all: no proxy is believed, and nobody is counted.
            "REMOTE_ADDR": "",
            "wsgi.url_scheme": base.scheme,
        }

    def ask(self, address: str) -> Answer:
        """Return the answer to one address. Raise NoAnswer for an error of the site."""
        parts = urlsplit(address)
        environ: dict[str, Any] = {
            **self._environ,
            "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
            "QUERY_STRING": parts.query,
            "wsgi.input": BytesIO(),
        }
        # Not closed: that would be a request's end, at which connections are closed,
        # and with the connection the snapshot would be gone.
        answer = self._handler.get_response(WSGIRequest(environ))
        if answer.status_code in _MOVED:
            return Answer(None, location=answer["Location"])
        if answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return Answer(None)
        if answer.status_code != HTTPStatus.OK:
            message = f"the site answers {answer.status_code} to {address}"
            raise NoAnswer(message)
        if isinstance(answer, StreamingHttpResponse):
            body = b"".join(answer)
        else:
            body = answer.content if isinstance(answer, HttpResponse) else b""
        return Answer(body, answer.get("Content-Type", "").startswith("text/html"))
