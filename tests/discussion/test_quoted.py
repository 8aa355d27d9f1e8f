"""What a comment quotes is linked while readers see it, and never else."""

import re

import pytest
from django.test import Client

from commentarchive.actions.staff import acting
from commentarchive.models import Comment, Segment
from commentarchive.text.references import quoted_runs
from moderation.actions.decisions import Judgement, decide
from moderation.actions.policies import publish_policy, start_draft
from moderation.models import Action, Clause
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db
SAID = "The pier was closed on Monday because nobody had paid the lamp oil."
OTHER = "Every boat in this harbour has a number painted on its own side."
SECRET = "What the mayor said to me that night must never be repeated here."


def at(minute):
    return f"2012-04-01 09:{minute:02}:00"


@pytest.fixture
def thread(tmp_path):
    texts = [
        (SAID, {}),
        (SAID, {}),
        (OTHER, {}),
        (SECRET, {"approved": "spam"}),
        (f"<blockquote>{SAID}</blockquote>So what?", {"parent": 1}),
        (f"You say “{OTHER[:-1]}” – no.", {}),
        (f"<blockquote>{SECRET}</blockquote>Oh.", {}),
        ("<blockquote>The pier was closed on Monday</blockquote>Short.", {}),
        (SAID, {}),
        (f"<blockquote>{OTHER}</blockquote><blockquote>{SAID}</blockquote>", {}),
    ]
    load(
        tmp_path,
        item(
            *[
                comment(n, text, author=f"Ann {n}", gmt=at(n), local=at(n), **more)
                for n, (text, more) in enumerate(texts, start=1)
            ]
        ),
    )


def one(number):
    return Comment.objects.get(source_id=str(number))


def linked(number):
    page = Client().get(one(number).get_absolute_url()).text
    part = page.partition('id="quoted"')[2].partition("What happened to it")[0]
    part = part.partition('<ol class="quotes">')[2].partition("</ol>")[0]
    found = Comment.objects.order_by("pk").values_list("source_id", "ref")
    return [int(number) for number, ref in found if ref in part]


def test_the_nearest_earlier_comment_with_the_words_is_linked(thread):
    # In reading order the reply stands right below the first.
    assert linked(5) == [1]
    assert linked(6) == [3]
    assert linked(10) == [3, 9]


def test_few_words_own_words_and_hidden_words_are_not_linked(thread):
    for number in (1, 7, 8, 9):
        assert linked(number) == []


def test_a_link_goes_with_what_it_leads_to_and_comes_back_with_it(thread, alice):
    start_draft()
    publish_policy()
    client, page = Client(), one(6).get_absolute_url()
    tag = client.get(page)["ETag"]
    removal = Judgement(
        action=Action.REMOVE, clause=Clause.objects.get(number=2), facts="Rude."
    )
    decide(one(3), removal, by=acting(alice))
    assert linked(6) == []
    assert client.get(page, headers={"If-None-Match": tag}).status_code == 200
    decide(one(3), Judgement(action=Action.RESTORE, facts="Not so."), by=acting(alice))
    assert linked(6) == [3]


@pytest.mark.parametrize(
    ("html", "number"),
    [
        ("<p>one two three four five six seven eight</p>", 0),
        ("<blockquote>one two three four five six seven eight</blockquote>", 1),
        ("<blockquote>one two three four five six seven</blockquote>", 0),
        ("<p>“one two three four five six seven eight”</p>", 1),
        ('<p>"one two three four five six seven eight" is wrong</p>', 1),
        ("<p>&gt; one two three four five six seven eight</p>", 1),
        ("<p>„one two three four five six seven eight“</p>", 1),
        ("<p>»one two three four five six seven eight«</p>", 1),
        ("<p>“one two</p><p>three four five six seven eight”</p>", 0),
        (
            "<blockquote>a b c d e f g h<blockquote>i j k l m n o p</blockquote>"
            "q r s t u v w x</blockquote>",
            3,
        ),
    ],
)
def test_what_is_set_as_a_quotation(html, number):
    assert len(quoted_runs(html)) == number


def test_the_stored_thread_leads_to_what_is_quoted_while_it_is_shown(thread, alice):
    start_draft()
    publish_policy()
    page = one(6).post.get_absolute_url()

    def leads():
        row = Client().get(page).text.split(f'<li id="{one(6).ref}"')[1]
        return [
            href == f"#{one(3).ref}"
            for href in re.findall('class="quotes" href="([^"]*)"', row.split("<li")[0])
        ]

    assert Segment.objects.filter(post=one(6).post).exists()
    assert leads() == [True]
    removal = Judgement(
        action=Action.REMOVE, clause=Clause.objects.get(number=2), facts="Rude."
    )
    decide(one(3), removal, by=acting(alice))
    assert Segment.objects.filter(post=one(6).post).exists()
    assert leads() == [False]
    decide(one(3), Judgement(action=Action.RESTORE, facts="Not so."), by=acting(alice))
    assert leads() == [True]


def test_what_its_article_says_is_named_and_what_nobody_says_too(tmp_path):
    quoting = f"<blockquote>{SAID}</blockquote><blockquote>{OTHER}</blockquote>"
    load(tmp_path, item(comment(1, "Early."), comment(2, quoting), body=SAID))
    page = Client().get(one(2).get_absolute_url()).text
    assert "Its article: " in page
    assert "It also quotes words that stand neither" in page
    assert linked(2) == []
