"""What the copies of an article held, gathered to be judged."""

from types import SimpleNamespace

import pytest

from commentarchive.intake import other_copies
from commentarchive.intake.other_copies import NO_COPY, OtherCopies
from commentarchive.models import Manifest, Post, Revision
from tests.wxr import comment, item, load


@pytest.mark.django_db
def test_who_held_a_version_of_the_article(tmp_path):
    load(tmp_path, item(comment(1)))
    post = Post.objects.get()
    held = Revision.objects.get(post=post)
    telling = Manifest.objects.get(post_revision=held)
    copies = OtherCopies(post.pk, NO_COPY)
    assert copies.best_with_article(held.pk).ordinal == telling.ordinal
    others = OtherCopies(post.pk, (telling.capture_id, telling.ordinal))
    assert others.best_with_article(held.pk) is None


@pytest.mark.pure
def test_a_copy_without_the_articles_text_held_no_version_of_it(monkeypatch):
    facts = {"capture_id": 7, "ordinal": 0, "post_revision_id": None}
    facts |= {"post_status": "publish", "keeps_facts": True, "unpack": list}
    manifests = [SimpleNamespace(**facts)]
    monkeypatch.setattr(other_copies, "_manifests_of", {1: manifests}.get)
    copy = SimpleNamespace(source="the copy")
    monkeypatch.setattr(other_copies, "_copy_of", lambda _manifest: copy)
    copies = OtherCopies(1, NO_COPY)
    assert copies.best_with_article(1) is None
    assert copies._held.copies == {(7, 0): copy}
