"""Walk the interface as a program does: every list to its end, every thing by its id."""

from django.conf import settings
from django.test import Client

from commentarchive.api.answers import REQUESTS

ROOT = "/api/v1"
LISTS = ("blogs", "posts", "comments", "captures", "cross-posts", "gaps", "log")


def get(address, **headers):
    path = address.removeprefix(settings.BASE_URL)
    path = path if path.startswith("/api/") else f"{ROOT}/{path}"
    return Client().get(path, headers=headers)


def items_of(address, most=None):
    """Return the items of a list and the answers that brought them, at most so many."""
    items, answers = [], {}
    while address and (most is None or len(answers) < most):
        answer = answers[address] = get(address)
        assert answer.status_code == 200, (address, answer.content)
        items += answer.json()["items"]
        address = answer.json().get("next")
    return items, answers


def one_of(name, item):
    if name == "log":
        return f"decisions/{item['id']}/"
    return f"{name}/{item['slug'] if name == 'blogs' else item['id']}/"


def every_list():
    """Return the answers that every list brings, by their address."""
    REQUESTS.forget()
    found = {}
    for name in LISTS:
        found |= items_of(f"{name}/?limit=200")[1]
    return found


def is_plain(comment):
    """Return whether a comment of a list stands there as it was written, and no more."""
    return comment["state"] == "published" and not (
        comment["notice"]
        or comment["is_edited"]
        or (comment["name"] or {}).get("hidden")
    )


def everything():
    """Return the answers that the interface has, by their address.

    Of comments to which nothing happened, most alike and most of all, one in five is
    asked for by its id.
    """
    REQUESTS.forget()
    found = {}
    for name in LISTS:
        items, answers = items_of(f"{name}/?limit=200")
        found |= answers
        if name == "comments":
            plain = [item for item in items if is_plain(item)]
            items = [*plain[::5], *(item for item in items if not is_plain(item))]
        for item in items:
            address = one_of(name, item)
            found[address] = get(address)
            if name == "posts":
                found |= items_of(f"{address}thread/?limit=200")[1]
    months, answers = items_of("reports/")
    found |= answers
    # Each takes a third of a second, and all are worked out by the same code.
    for month in (months[0], months[-1]):
        found[month["report"]] = get(month["report"])
    for address in ("reports/2012/", "openapi.json"):
        found[address] = get(address)
    return found
