"""No character that turns words around is in any page, feed, list or answer as it is."""

import json
import re

import pytest
from django.db import connection
from django.test import Client

from commentarchive.ledger import triggers
from commentarchive.models import Comment, Commenter, Post, Segment
from tests.addresses import every_address
from tests.roles import ADDRESSES
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db, pytest.mark.unreconciled]
TURN, END = "\u202e", "\u2066"
CONTROLS = "".join(
    map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x61C))
)
# Words that somebody typed, here or at a blog, and that some page prints. Texts are
# marked where they are cleaned.
TYPED = {
    "commentarchive_blog": "title",
    "commentarchive_post": "printed_at",
    "commentarchive_postaddress": "address",
    "commentarchive_correctedwords": "title author",
    "commentarchive_correctionwords": "before after reason",
    "commentarchive_namelinkwords": "facts note",
    "commentarchive_crosspost": "other_address",
    "commentarchive_crosspostwords": "attribution reason",
    "commentarchive_comment": "printed_at",
    "commentarchive_commentername": "name link",
    "commentarchive_capturefile": "name",
    "commentarchive_draftfile": "name",
    "commentarchive_hold": "reason",
    "commentarchive_samethreadwords": "evidence",
    "commentarchive_revisiontext": "title byline plain",
    "commentarchive_testimony": "name link printed_at title",
    "commentarchive_tombstone": "actor_label clause_label",
    "moderation_claimreply": "words",
    "moderation_claimwords": "text email claimant named_blog named_article",
    "moderation_clausedraft": "title text ready_sentences",
    "moderation_clause": "title text ready_sentences",
    "moderation_decision": "decided_by",
    "moderation_decisionwords": "facts note override_reason",
}
# What is typed into a form comes back as it was typed.
_field = re.compile(r'\svalue="[^"]*"|<textarea\b.*?</textarea>', re.DOTALL)


@pytest.fixture
def turned(demo):
    """The demo as it would be if whoever wrote it had turned every word of it."""
    triggers.remove()
    with connection.cursor() as cursor:
        for table, columns in TYPED.items():
            for column in columns.split():
                cursor.execute(
                    f"UPDATE {table} SET {column} = %s || {column} || %s "
                    f"WHERE {column} <> ''",
                    [f"{TURN}zz", f"{END}zz"],
                )
    Segment.objects.all().delete()
    Post.objects.update(stored_places=None)
    triggers.install()


def shown(answer):
    body = b"".join(answer) if answer.streaming else answer.content
    return _field.sub("", body.decode(errors="replace"))


@pytest.mark.once
def test_no_address_prints_what_turns_words_around(turned, olive):
    staff, public = Client(), {*ADDRESSES["PUBLIC"].split()}
    staff.force_login(olive)
    named = set()
    for name, address in every_address().items():
        client = Client() if name in public else staff
        text = shown(client.get(address))
        assert TURN not in text, (name, text[text.find(TURN) - 40 :][:80])
        assert END not in text, (name, text[text.find(END) - 40 :][:80])
        if "[right-to-left override]" in text or "\\u202e" in text:
            named.add(name)
    wanted = {"home", "post-detail", "comment-detail", "commenter-detail", "feed"}
    assert wanted <= named
    assert {"moderation:log", "moderation:log-csv", "moderation:log-feed"} <= named
    assert {"moderation:decision-detail", "api:thread", "blog-detail"} <= named


def test_every_control_is_named_in_names_titles_and_texts(tmp_path):
    rows = [
        comment(1 + n, f"before{control}after", author=f"Ann{control}Bell")
        for n, control in enumerate(CONTROLS)
    ]
    load(tmp_path, item(*rows, title=f"Lamps{CONTROLS}"))
    post = Post.objects.get()
    one = Comment.objects.first()
    for address in (
        *(
            "/",
            post.get_absolute_url(),
            f"/feeds/posts/{post.ref}.atom",
            "/feeds/all.atom",
        ),
        *(one.get_absolute_url(), f"{post.get_absolute_url()}?order=newest"),
        *(Commenter.objects.first().get_absolute_url(), post.blog.get_absolute_url()),
        f"/api/v1/posts/{post.ref}/thread/",
    ):
        text = shown(Client().get(address))
        assert set(CONTROLS) & set(text) == set(), address
    page = Client().get(post.get_absolute_url()).text
    for name in (
        "right-to-left override",
        "arabic letter mark",
        "first strong isolate",
    ):
        assert f"Ann[{name}]Bell" in page
        assert f"before[{name}]after" in page
    # The bytes are kept.
    assert one.commenter.name.name == f"Ann{CONTROLS[0]}Bell"
    assert one.current_revision.text.plain == f"before{CONTROLS[0]}after"


def test_a_title_in_hebrew_is_set_apart_in_the_titles_of_pages_and_feeds(tmp_path):
    load(tmp_path, item(comment(1, "x", author="דנה"), title="שלום"))
    post = Post.objects.get()
    page = Client().get(post.get_absolute_url()).text
    assert "<title>\u2068שלום\u2069 – " in page
    feed = Client().get(f"/feeds/posts/{post.ref}.atom").text
    assert "<title>\u2068דנה\u2069 on \u2068שלום\u2069</title>" in feed
    data = json.loads(re.search(r"ld\+json\">(.*?)</script>", page)[1])
    assert data["headline"] == "שלום"
