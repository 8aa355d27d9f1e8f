"""Drafts of plain texts for tests: begun, decided and confirmed by forms alone."""

from commentarchive.models import TranscriptDraft
from commentarchive.transcripts.marks_json import from_json

LIST = "/moderation/desk/imports/paste/"
TEXT = """Menu
The ford is closed to carts until the autumn, says the parish.
I crossed it on Tuesday all the same.
As a neighbour wrote:
And nobody answered that.
Ned, you were lucky. They have blocked two of my comments on The Ferry Post.
“I crossed it on Tuesday all the same.” So did I.
Hanna
"""
ROLES = {
    "1": "no_part",
    "2": "article",
    "3": "start",
    "4": "start",
    "5": "more",
    "6": "start",
    "7": "start",
    "8": "signature",
}
ARTICLE = {"title": "The ford", "blog_name": "Mill Lane Notes"}


def begin(client, text=TEXT):
    answer = client.post(f"{LIST}start/", {"text": text})
    assert answer.status_code == 302, answer.text
    return TranscriptDraft.objects.latest("pk")


def fields(roles=ROLES, **more):
    return {f"role-{place}": role for place, role in roles.items()} | more


def save(client, draft, **sent):
    draft.refresh_from_db()
    sent.setdefault("version", draft.version)
    return client.post(f"{draft.get_absolute_url()}save/", sent)


def confirm(client, draft, into="", **sent):
    draft.refresh_from_db()
    sent.setdefault("version", draft.version)
    return client.post(f"{draft.get_absolute_url()}confirm/", {"into": into} | sent)


def marks_of(draft):
    return from_json(draft.steps.latest("number").marks)


def decided(client, **more):
    """Return a draft that was decided whole."""
    draft = begin(client)
    assert save(client, draft, **fields(), **ARTICLE).status_code == 302
    facts = {
        "lost-4": "on",
        "name-7": "Hanna",
        "answers-7": "3",
        "time-7": "day",
        "since-7": "2012-05-03",
    }
    answer = save(client, draft, **(fields() | {"name-3": ""} | facts | more))
    assert answer.status_code == 302, answer.text
    return draft
