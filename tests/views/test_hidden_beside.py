"""What readers do not see beside what they see: no word, sign or count of it shows."""

import pytest
from django.test import Client

from commentarchive.erasure.erase import erase
from commentarchive.models import Blog, Comment, CrossPost, Post
from tests.cross_posts import confirm, lantern_and_quay
from tests.wxr import comment

pytestmark = pytest.mark.django_db
SAID = "The sum was read aloud, twice, and I wrote it on my hand."
ALIKE = "of the words are the same"


def pages_of(tie):
    client = Client()
    for address in (
        f"/cross-posts/{tie.ref}/",
        tie.post.get_absolute_url(),
        f"/api/v1/cross-posts/{tie.ref}/",
        "/api/v1/cross-posts/",
    ):
        yield address, " ".join(client.get(address).text.split())


@pytest.mark.parametrize("hide", ["blog", "article"])
def test_that_a_hidden_article_has_the_same_words_is_not_told(tmp_path, hide):
    tie = lantern_and_quay(tmp_path)
    confirm(tie)
    assert any(ALIKE in body for _address, body in pages_of(tie))
    if hide == "blog":
        Blog.objects.filter(slug="lantern").update(visibility="staff")
    else:
        Post.objects.filter(pk=tie.other_post_id).update(is_public=False)
    for address, body in pages_of(tie):
        assert ALIKE not in body, address
    assert "lantern.example" in dict(pages_of(tie))[f"/cross-posts/{tie.ref}/"]


def test_nor_by_the_cues_of_what_a_copy_tells_itself(tmp_path):
    tie = lantern_and_quay(tmp_path)
    CrossPost.objects.update(is_proposal=False)
    assert (
        "most of the words are the same"
        in dict(pages_of(tie))[f"/cross-posts/{tie.ref}/"].lower()
    )
    Blog.objects.filter(slug="lantern").update(visibility="staff")
    for address, body in pages_of(tie):
        assert ALIKE not in body, address


def test_nobody_is_led_from_words_to_their_erased_twin(tmp_path):
    tie = lantern_and_quay(tmp_path, [comment(1, SAID)], [comment(2, SAID)])
    confirm(tie)
    stays = Comment.objects.get(source_id="1")
    assert f"/cross-posts/{tie.ref}/" in Client().get(stays.get_absolute_url()).text
    erase(Comment.objects.get(source_id="2"), basis="subject_request")
    assert f"/cross-posts/{tie.ref}/" not in Client().get(stays.get_absolute_url()).text
