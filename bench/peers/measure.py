"""What is asked of every program alike: the whole thread, then one new comment.

Programs are called in process, by WSGI, so that no web server stands between.
"""

import json
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

type Program = Callable[..., Any]


def ask(
    program: Program, address: str, body: bytes = b"", **more: str
) -> tuple[str, bytes]:
    """Call a WSGI program, by POST where there is a body; return status and answer."""
    path, _mark, query = address.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        **more,
    }
    setup_testing_defaults(environ)
    told = []
    answer = program(environ, lambda status, *_fields: told.append(status))
    sent = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return told[0], sent


def timed(action: Callable[[], object]) -> float:
    """Return how many milliseconds something takes once."""
    began = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - began)


def measure(
    page: Callable[[], bytes],
    add: Callable[[str], object],
    comments: int,
    unpack: Callable[[bytes], bytes] = bytes,
) -> None:
    """Print, as JSON, what a program needs for its thread, in a new process.

    What is read of a page is not part of what is timed.
    """
    first = timed(page)
    whole = page()
    # A slow program is asked less often; the least is what the program needs.
    times = 3 if first > 2000 else 10
    again = min(timed(page) for _time in range(times))
    added, after = [], []
    for number in range(times):
        word = f"newly-added-{number}"
        added.append(timed(lambda word=word: add(word)))
        after.append(timed(page))
        assert word.encode() in unpack(page()), "the new comment is not on the page"
    print(
        json.dumps(
            {
                "comments": comments,
                "bytes": len(whole),
                "first": first,
                "again": again,
                "new": min(added),
                "after": min(after),
            }
        )
    )
