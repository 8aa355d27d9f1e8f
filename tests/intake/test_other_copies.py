"""What the copies of an article held, gathered to be judged."""

import pytest

from commentarchive.intake.other_copies import NO_COPY, OtherCopies
from commentarchive.models import Manifest, Post, Revision
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db


def test_a_copy_without_the_articles_text_held_no_version_of_it(tmp_path):
    load(tmp_path, item(comment(1)))
    post = Post.objects.get()
    held = Revision.objects.get(post=post)
    assert OtherCopies(post.pk, NO_COPY).best_with_article(held.pk) is not None
    manifest = Manifest.objects.get()
    copy = OtherCopies(post.pk, (manifest.capture_id, manifest.ordinal))
    assert copy.best_with_article(held.pk) is None
