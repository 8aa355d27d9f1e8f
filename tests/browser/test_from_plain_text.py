"""A thread that no export holds, from an empty archive to the reader, in a browser.

A text is pasted, decided by keys alone and published, a mailed comment is added, and its
time is corrected. After each step the tables are as the public record says.
"""

import json
from dataclasses import dataclass

import pytest
from django.test import Client

from commentarchive.ledger.models import Entry
from commentarchive.ledger.reconciliation import reconcile
from commentarchive.ledger.verification import verify
from commentarchive.models import Capture, Comment, Post
from moderation.demo import by_hand as demo_by_hand
from tests.browser.logins import log_in
from tests.browser.test_pages import listen
from tests.browser.test_paste import MOST_PRESSES, begin, press
from tests.private_words import find_in, private_words
from tests.readable import readable
from tests.transcripts.quality import SAMPLE
from tests.views.test_pages import answered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
HAND = "/moderation/desk/hand"
# What tells a fact that no role tells is accepted; these words stand beside it.
WANTED = ("signature", "cross-post", "quotation that is missing", "claim about")
MAIL = """Date: Sat, 12 May 2012 13:32:07 +0000
From: wordpress@page.example
Subject: [Page] Comment: "{title}"

New comment on your post "{title}"
Author: Ivo Strand (IP: 192.0.2.118, 192.0.2.118)
Email: ivo.strand@mail.example
URL:
Comment:
I wrote this down at the time.

You can see all comments on this post here:
https://page.example/a/#comments

Permalink: https://page.example/a/#comment-417
"""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """A text, how a careful person decides it, and what its thread then shows."""

    data: bytes
    keys: str
    answers: dict[int, int]
    title: str
    blog: str
    comments: int
    known: str
    known_address: str


def ours():
    return Walk(
        data=(demo_by_hand.FOLDER / demo_by_hand.TEXT).read_bytes(),
        keys=demo_by_hand.KEYS.replace(" ", ""),
        answers=demo_by_hand.ANSWERS,
        title=demo_by_hand.ARTICLE.title,
        blog=demo_by_hand.ARTICLE.blog,
        comments=22,
        known=demo_by_hand.HEADLAND_TITLE,
        known_address=demo_by_hand.HEADLAND,
    )


def the_sample():
    if not SAMPLE.exists():
        pytest.skip("the shared samples are not here")
    told = json.loads(SAMPLE.with_suffix(".truth.json").read_text())
    article, comments = told["article"], told["comments"]
    role_of = dict.fromkeys(range(1, article["lines"][1] + 1), "a")
    role_of |= dict.fromkeys(article["quotations"], "q")
    for each in comments:
        first, last = each["lines"]
        role_of |= {first: "s"} | dict.fromkeys(range(first + 1, last + 1), "g")
        quoted = each.get("quotation_lines", ())
        role_of |= dict.fromkeys(
            range(quoted[0], quoted[-1] + 1) if quoted else (), "q"
        )
        role_of |= {each[name]: "x" for name in ("divider_line",) if name in each}
        role_of |= {each[name]: "n" for name in ("signature_line",) if name in each}
    return Walk(
        data=SAMPLE.read_bytes(),
        keys="".join(role_of[line] for line in sorted(role_of)),
        answers={
            each["lines"][0]: each["answers"] for each in comments if "answers" in each
        },
        title="All Hands Together",
        blog="Saltmarsh Letters",
        comments=23,
        known="Open Quay",
        known_address="http://openquay.example",
    )


@pytest.mark.parametrize("text", [ours, the_sample])
def test_a_thread_from_plain_text_to_its_readers(browser, live_server, olive, text):
    walk, site = text(), live_server.url
    page = browser.new_context().new_page()
    problems = listen(page)
    log_in(page, "olive", f"{site}{HAND}/blog/")
    add_known_blog(page, walk)
    begin(page, site, walk.data.decode(), "olive")
    presses = decide(page, walk)
    assert presses <= MOST_PRESSES * len(walk.keys)
    publish(page, walk)
    address = Post.objects.get().get_absolute_url()
    reader = browser.new_context(java_script_enabled=False).new_page()
    reader.goto(site + address)
    reads_as_decided(reader, walk)
    add_mailed(page, site, address, walk)
    correct(page, site)
    reader.goto(site + address)
    assert reader.locator("article.comment").count() == walk.comments + 1
    assert reader.is_visible("text=12 May 2012, 14:05")
    no_sealed_word_is_public()
    assert [each for each in problems if "Content Security Policy" in each] == []
    page.context.close()
    reader.context.close()


def is_sound():
    assert [str(each) for each in reconcile()] == []
    assert verify().faults == ()


def fill(page, **fields):
    """Fill a form and send it by keys alone."""
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " ")).focus()
        page.keyboard.type(value)
    page.get_by_role("button", name="Save").press("Enter")


def add_known_blog(page, walk):
    fill(
        page,
        Its_name=walk.known,
        Its_address=walk.known_address,
        How_it_is_known="named in a cross-post",
    )
    assert page.is_visible("text=The blog was added")
    is_sound()


def decide(page, walk):
    """Decide every paragraph by keys; return how many were pressed."""
    starts = [line for line, key in enumerate(walk.keys, 1) if key == "s"]
    pressed = 0
    for line, key in enumerate(walk.keys, 1):
        row = page.locator(f"li[data-place='{line}']")
        keys = []
        # Some only point at a place: there is nothing to accept.
        offered = row.locator(".hints li:has(button[name=accept]) strong")
        hints = offered.all_inner_texts()
        keys += ["y" for hint in hints if hint.startswith(WANTED)]
        if line in walk.answers:
            above = [each for each in starts if walk.answers[line] <= each < line]
            keys += [*("r" for _each in above), "ArrowDown"]
        elif keys and key in "na":
            # Accepting it has decided what it is.
            keys.append("ArrowDown")
        else:
            keys.append(key)
        if line == len(walk.keys) and keys[-1] == "ArrowDown":
            keys.pop()
        press(page, keys)
        pressed += len(keys)
    return pressed


def publish(page, walk):
    for name, words in (("title", walk.title), ("blog_name", walk.blog)):
        page.focus(f"[name={name}]")
        page.keyboard.type(words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Confirm and import").press("Enter")
    page.wait_for_selector(f"text=Imported: {walk.comments} comments")
    is_sound()


def reads_as_decided(page, walk):
    assert page.locator("article.comment").count() == walk.comments
    missing = page.locator("aside.gap")
    assert missing.filter(has_text="says that 2 comments were blocked").count() == 1
    ties = page.locator("aside.cross-posts")
    assert ties.filter(has_text=walk.known).count() == 1
    quoted = missing.filter(has_text="quoted with words that are not there")
    assert quoted.count() == 2
    assert missing.count() == 3
    replies = Comment.objects.exclude(parent=None)
    answered = replies.values_list("source_id", "parent__source_id")
    assert {line_of(one): line_of(other) for one, other in answered} == walk.answers


def line_of(source_id):
    return int(source_id.partition(":L")[2].partition("-")[0])


def add_mailed(page, site, address, walk):
    page.goto(f"{site}{HAND}/mail/")
    page.get_by_label("The mail, pasted whole").fill(MAIL.format(title=walk.title))
    page.get_by_role("button", name="Read it").press("Enter")
    assert page.get_by_label("Below which article").input_value() == address
    page.get_by_role("button", name="Save").press("Enter")
    assert page.is_visible("text=The comment was saved")
    is_sound()


def correct(page, site):
    mailed = Comment.objects.get(source_id="417")
    page.goto(f"{site}/moderation/desk/comments/{mailed.ref}/correct/")
    page.fill("[name=value][type=datetime-local]", "2012-05-12T14:05")
    form = page.locator("form", has=page.locator("[value=time]"))
    form.get_by_label("Why").fill("Its host’s list has the minute.")
    form.get_by_role("button").press("Enter")
    assert page.is_visible("text=Corrected. It is on record.")
    is_sound()


def no_sealed_word_is_public():
    """Look at what tells readers of the two imports; the demo's are crawled whole."""
    sealed = {word for word in private_words() if len(word) > 3}
    assert {"ivo.strand@mail.example", "192.0.2.118"} <= sealed
    answers = {}
    for face in faces():
        body, elsewhere = answered(Client(), face)
        assert not elsewhere, face
        answers[face] = readable(body)
    told = [said for said in answers.values() if "I wrote this down" in said]
    assert len(told) > 3
    assert find_in(answers, sealed) == []


def faces():
    mailed = Comment.objects.get(source_id="417")
    post, name = mailed.post, mailed.commenter
    assert name is not None
    return (
        *("/", post.get_absolute_url(), f"{post.get_absolute_url()}?view=days"),
        *(mailed.get_absolute_url(), name.get_absolute_url()),
        *(each.get_absolute_url() for each in Capture.objects.all()),
        *(f"/api/v1/posts/{post.ref}/", f"/api/v1/posts/{post.ref}/thread/"),
        f"/api/v1/comments/{mailed.ref}/",
        *(f"/feeds/posts/{post.ref}.atom", f"/feeds/commenters/{name.ref}.atom"),
        *("/search/?q=Strand", "/search/?q=wrote"),
        *("/moderation/log/", "/moderation/log/otherwise/", "/moderation/log.json"),
        *("/moderation/log.csv", "/moderation/log.atom"),
        *("/moderation/reports/2012-05/", "/moderation/reports/2012-05.csv"),
        *(f"/ledger/entries/{each.index}/" for each in Entry.objects.all()),
    )
