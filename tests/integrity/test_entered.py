"""Reconcile knows what was entered by hand, row by row and entry by entry."""

import pytest

from commentarchive.intake import closing_entries
from commentarchive.intake.by_hand import enter_comment
from commentarchive.ledger.append import Statement, append
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Post
from tests.intake.test_by_hand import typed
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
DIGEST = "A" * 43


def differences():
    return [str(each) for each in reconcile()]


@pytest.fixture
def one(by, tmp_path):
    load(tmp_path, item(comment(1, "One.")))
    return enter_comment(typed(Post.objects.get()), by=by)


def forge(event, subject, **said):
    append(Statement(event=event, subject=subject, **said))


def test_an_entry_of_nothing_is_found(one):
    assert differences() == []
    nothing = {"committed": {"source": "x"}}
    wrong = {"public": {"state": "published", "text": None}, **nothing}
    forge("comment.new", f"c{'a' * 26}", **wrong)
    forge("post.new", f"p{'a' * 26}", public={"blog": one.post.blog.ref}, **nothing)
    forge("blog.new", f"b{'a' * 26}", **nothing)
    found = differences()
    assert len(found) == 3
    assert all("speaks of is not there" in each for each in found)


def test_another_text_or_blog_is_found(one):
    public = {"state": "published", "text": DIGEST}
    forge("comment.new", one.ref, public=public, committed={"source": "x"})
    forge(
        *("post.new", one.post.ref),
        public={"blog": f"b{'a' * 26}"},
        committed={"source": "x"},
    )
    found = " ".join(differences())
    assert "never had the text entered" in found
    assert "is of another blog" in found


def test_what_has_no_entry_of_its_own_is_found(by, tmp_path, monkeypatch):
    monkeypatch.setattr(closing_entries, "_entered_by_hand", lambda *_: ())
    load(tmp_path, item(comment(1, "One.")))
    one = enter_comment(typed(Post.objects.get()), by=by)
    assert any(f"no entry says that {one.ref}" in each for each in differences())
