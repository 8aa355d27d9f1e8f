"""Whether the public may see an article, going by what its copies tell."""

from types import SimpleNamespace

import pytest

from commentarchive.intake.write_article import _standing
from tests.intake.made import article

pytestmark = pytest.mark.pure


def post(**values):
    usual = {
        "status": "draft",
        "is_public": False,
        "is_held_back": False,
        "released_entry": None,
        "live_with": "",
    }
    return SimpleNamespace(**usual | values)


@pytest.mark.parametrize(
    ("known", "told", "expected"),
    [
        # What is told is followed, both ways.
        (post(), article(), ("publish", True)),
        (post(status="publish", is_public=True), article(status="private", is_live=False), ("private", False)),
        # What is not told changes nothing.
        (post(), article(status="unknown"), ("draft", False)),
        (post(status="publish", is_public=True), article(status="unknown", is_live=False), ("publish", True)),
        # Where nobody tells it, a reader who saw the article makes it public.
        (post(status="unknown"), article(status="unknown"), ("unknown", True)),
        (post(status="unknown"), article(status="unknown", is_live=False), ("unknown", False)),
        (post(status="unknown", is_public=True), article(status="unknown", is_live=False), ("unknown", True)),
        # An attached page waits for the article that it belongs to.
        (post(), article(live_with="5"), ("publish", False)),
        (post(is_public=True, live_with="5"), article(live_with="5"), ("publish", True)),
        (post(is_public=True, live_with="6"), article(live_with="5"), ("publish", False)),
        (post(live_with="5"), article(live_with="5", is_live=False), ("publish", False)),
        (post(is_public=True, live_with="5"), article(), ("publish", True)),
        (post(status="unknown"), article(status="unknown", live_with="5"), ("unknown", False)),
        # Staff decided who may see it, or will.
        (post(released_entry=0), article(), ("publish", False)),
        (post(released_entry=7, is_public=True), article(is_live=False), ("publish", True)),
        (post(released_entry=7), article(status="unknown"), ("draft", False)),
        (post(is_held_back=True), article(), ("publish", False)),
    ],
)  # fmt: skip
def test_what_stands_of_an_article(known, told, expected):
    assert _standing(known, told) == expected
