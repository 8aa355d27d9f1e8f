"""Headers of every answer, also of redirects, refusals and failures."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

type View = Callable[[HttpRequest], HttpResponse]

# Nobody embeds a page of ours, and no page of ours embeds anything of others. What
# programs may read from elsewhere says so itself (`Access-Control-Allow-Origin`), and
# is not held back by the first of these.
ISOLATION = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


def isolate(get_response: View) -> View:
    """Keep an answer to its own origin."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        for name, value in ISOLATION.items():
            answer.headers.setdefault(name, value)
        return answer

    return middleware


def ask_again(get_response: View) -> View:
    """Let caches ask for an answer again each time, unless it says otherwise.

    What is hidden has to go at once; without a word, caches keep what they like.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        answer.headers.setdefault("Cache-Control", "no-cache")
        return answer

    return middleware
