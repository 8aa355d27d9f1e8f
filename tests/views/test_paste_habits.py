"""Texts of many habits, from the page where they are pasted to the published thread."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commentarchive.ledger.reconciliation import reconcile
from commentarchive.matching import number_in
from commentarchive.models import Comment, Post, TranscriptDraft
from tests.transcripts.quality import data_of, truth_of
from tests.views.pasting import (
    LIST,
    confirm,
    marks_of,
    save,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# Where the first comment starts, if the text does not say so.
FIRST = {"feet": 3}


def published(client, data, name, first=0):
    """Take a text to its thread as a newcomer does: by suggestions, then what is left.

    What stands before the first comment is the article's, and what is left goes on.
    """
    file = SimpleUploadedFile(f"{name}.txt", data)
    answer = client.post(f"{LIST}start/", {"file": file})
    draft = TranscriptDraft.objects.latest("pk")
    if first:
        # No suggestion says where the first comment starts: somebody has to.
        save(client, draft, **{f"role-{first}": "start"})
    for _time in range(2):
        kinds = client.get(answer.url).context["shown"].kinds
        for kind in [
            each.kind for each in kinds if each.deciding and each.kind != "claim"
        ]:
            save(client, draft, accept_kind=kind)
    while left := [each for each in marks_of(draft).paragraphs if each.role is None]:
        starts = [each for each in marks_of(draft).paragraphs if each.role == "start"]
        roles = {
            f"role-{each.place}": "more" if each.place > starts[0].place else "article"
            for each in left[:80]
        }
        assert save(client, draft, **roles).status_code == 302
    save(client, draft, title=name, blog_name=name)
    answer = confirm(client, draft)
    assert answer.status_code == 302, answer.text
    return Post.objects.latest("pk")


@pytest.mark.parametrize(
    "name", ["buttons", "forum", "mail", "numbered", "stamps", "feet"]
)
def test_headers_make_a_thread(archivist, name):
    truth = truth_of(name)
    first = FIRST.get(name, 0)
    post = published(archivist, data_of(name), name, first)
    lines = {each["line"] for each in truth["start"]}
    comments = Comment.objects.filter(post=post)
    found = {
        int(each.source_id.split(":L")[1].split("-")[0].split(".")[0])
        for each in comments
    }
    assert found == lines
    # Replies stand below what they answer, all others as in the text.
    siblings = comments.filter(parent=None, posted_at=None).order_by("position")
    in_text = [number_in(each.source_id) for each in siblings]
    assert in_text == sorted(in_text)
    shown = Client().get(post.get_absolute_url()).text
    for each in truth["header"]:
        if each.get("name"):
            assert each["name"] in shown
    for button in truth["button"]:
        words = data_of(name).decode().splitlines()[button["line"] - 1]
        assert f"<p>{words}</p>" not in shown
    assert [str(each) for each in reconcile()] == []
