"""Quotations that a pasted text announces and lacks: each of them may be missing."""

from collections import Counter

import pytest
from django.test import Client

from commentarchive.captures.gaps import Evidence, _record, infer_gaps
from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Capture, Comment, Gap, Post
from tests.views.pasting import confirm, decided
from tests.wxr import item, load

pytestmark = pytest.mark.django_db


def test_a_hidden_comment_announces_nothing(archivist):
    confirm(archivist, decided(archivist))
    said = Comment.objects.filter(source_id__endswith=":L4-5")
    said.update(visibility="removed")
    infer_gaps([Capture.objects.get().ref])
    assert Gap.objects.get().withdrawn_entry is not None
    said.update(visibility="published")
    infer_gaps([Capture.objects.get().ref])
    assert Gap.objects.filter(withdrawn_entry=None).count() == 1


def test_each_quotation_that_is_missing_is_a_gap_of_its_own(archivist, tmp_path):
    draft = decided(archivist, **{"lost-5": "on", "lost-2": "on"})
    confirm(archivist, draft)
    said_in = Comment.objects.get(source_id__endswith=":L4-5")
    after = Gap.objects.order_by("after__position").values_list("after", flat=True)
    assert sorted(after, key=lambda pk: pk or 0) == [None, said_in.pk, said_in.pk]
    found = Entry.objects.filter(event="gap.found")
    assert found.count() == Gap.objects.count() == 3
    post = Post.objects.get()
    shown = Client().get(post.get_absolute_url()).text
    assert shown.count('aria-label="Something may be missing here"') == 3
    log = Client().get("/moderation/log/otherwise/?known=inferred").text
    assert log.count("quoted with words that are not there") == 3
    # Another copy of the blog finds them as they are.
    other = item(link="https://mill.example/other/")
    load(tmp_path, other, blog_slug=post.blog.slug)
    assert Gap.objects.filter(withdrawn_entry=None).count() == found.count() == 3
    # What announces them is hidden: nothing is announced any more.
    Comment.objects.filter(pk=said_in.pk).update(visibility="removed")
    infer_gaps(Capture.objects.values_list("ref", flat=True))
    standing = Gap.objects.filter(withdrawn_entry=None)
    assert list(standing.values_list("after", flat=True)) == [None]
    Comment.objects.filter(pk=said_in.pk).update(visibility="published")
    infer_gaps(Capture.objects.values_list("ref", flat=True))
    assert Gap.objects.filter(withdrawn_entry=None).count() == 3


def test_two_that_stood_as_one_gap_are_told_apart(archivist):
    draft = decided(archivist, **{"lost-5": "on"})
    confirm(archivist, draft)
    one, _two = Gap.objects.order_by("pk")
    before = Evidence(one.post_id, one.kind, one.after_id, 0, 2, one.said_in_id)
    _record(Counter([before]), [one.post_id], (one.post.blog_id,))
    assert list(Gap.objects.filter(withdrawn_entry=None)) == [Gap.objects.last()]
    infer_gaps(Capture.objects.values_list("ref", flat=True))
    standing = Gap.objects.filter(withdrawn_entry=None)
    assert [each.at_most for each in standing] == [1, 1]
    assert [str(each) for each in reconcile()] == []
