"""Whether readers may see an article once a copy's date says which status it has."""

from types import SimpleNamespace

import pytest

from commentarchive.captures.dating import _is_shown
from commentarchive.models import PostKind

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("changed", "is_public"),
    [
        # Nothing else stands against what the later copy tells.
        ({}, True),
        # Staff have decided, or have yet to.
        ({"is_held_back": True}, False),
        ({"released_entry": 7}, False),
        # An attached page goes with its article.
        ({"live_with": "5"}, False),
        # No other status is told.
        ({"status": "publish"}, False),
    ],
)
def test_a_later_status_is_followed_unless_something_else_stands(changed, is_public):
    usual = {"status": "draft", "is_public": False, "is_held_back": False}
    usual |= {"released_entry": None, "live_with": "", "kind": PostKind.POST}
    usual |= {"source_type": "post", "blog": SimpleNamespace(shown_article_types=[])}
    post = SimpleNamespace(**usual | changed)
    assert _is_shown(post, "wordpress", "publish") is is_public
