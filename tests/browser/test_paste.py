"""The page of a draft in a real browser: by keys, without JavaScript, and narrow."""

import json

import pytest

from commentarchive.models import Comment, Post, TranscriptDraft
from commentarchive.transcripts.marks_json import from_json
from tests.browser.logins import log_in
from tests.browser.looks import assert_readable, shoot
from tests.browser.test_pages import listen

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
TEXT = """Home | About | Archive
The bandstand is to be moved to the far side of the pond.
Nobody asked the ducks.
At last. It stood in the mud for twenty years.
Ada
“It stood in the mud for twenty years.” It was built there for the mud.
I have a picture of the opening.
Can you show it, please? I would like to see it.
Bern, it is in the library.
Share this page
"""
# One way to decide it: keys in the order of the paragraphs.
KEYS = [
    *("x", "a", "a", "s", "n", "r", "ArrowDown", "g"),
    *("s", "r", "ArrowDown", "x"),
]
MOST_PRESSES = 3
PASTE = "/moderation/desk/imports/paste/"


@pytest.fixture
def site(live_server):
    return live_server.url


def begin(page, site, text, name="alice"):
    log_in(page, name, site + PASTE)
    page.fill("[name=text]", text)
    page.click("text=Begin a draft")
    page.wait_for_url("**/paste/t*/")


def press(page, keys):
    """Press keys, and wait for each until it is saved."""
    for key in keys:
        at = page.evaluate("document.activeElement.dataset.place")
        step = page.input_value("[name=version]")
        page.keyboard.press(key)
        page.wait_for_function(
            "([at, step]) => document.activeElement.dataset.place && ("
            "document.activeElement.dataset.place !== at ||"
            "document.querySelector('[name=version]').value !== step)",
            arg=[at, step],
            # Else it is asked for each frame, and frames are drawn for that alone.
            polling=50,
        )


def marks():
    draft = TranscriptDraft.objects.latest("pk")
    return from_json(draft.steps.latest("number").marks)


def test_a_text_is_decided_by_keys_alone(browser, site, alice):
    context = browser.new_context()
    page = context.new_page()
    problems = listen(page)
    begin(page, site, TEXT)
    press(page, KEYS)
    read = marks()
    assert [each.role for each in read.paragraphs] == [
        *("no_part", "article", "article", "start", "signature"),
        *("start", "more", "start", "start", "no_part"),
    ]
    answers = [each.facts.answers for each in read.paragraphs if each.facts]
    assert answers == [None, (4, 0), None, (8, 0)]
    assert len(KEYS) <= MOST_PRESSES * len(read.paragraphs)
    # One undone, one done again; a paragraph divided and joined.
    press(page, ["u"])
    assert marks().paragraphs[-1].role is None
    page.focus("li[data-place='8']")
    page.keyboard.press("p")
    page.keyboard.type("I would like")
    page.keyboard.press("Enter")
    page.wait_for_selector("li[data-place='8.25']")
    page.focus("li[data-place='8.25']")
    press(page, ["m"])
    page.wait_for_selector("li[data-place='8.25']", state="detached")
    page.focus("li[data-place='10']")
    page.keyboard.press("x")
    page.wait_for_selector("li[data-place='10'].no_part")
    page.fill("[name=title]", "The bandstand")
    page.fill("[name=blog_name]", "Pond Lane")
    page.click("text=Save this step >> nth=0")
    page.wait_for_selector("h3 >> text=The bandstand")
    shoot(page, "draft")
    page.click("text=Confirm and import")
    page.wait_for_selector("text=Imported: 4 comments")
    assert Comment.objects.count() == 4
    page.goto(site + Post.objects.get().get_absolute_url())
    assert page.is_visible("text=it is in the library")
    assert [text for text in problems if "Security Policy" in text] == []
    context.close()


def test_a_long_text_is_pasted(browser, site, alice):
    context = browser.new_context()
    page = context.new_page()
    problems = listen(page)
    log_in(page, "alice", site + PASTE)
    type_long = "document.getElementById('text').value = "
    page.evaluate(
        f"{type_long}('The ducks were asked. '.repeat(20) + '\\n').repeat(7000)"
    )
    page.click("text=Begin a draft")
    page.wait_for_url("**/paste/t*/")
    assert TranscriptDraft.objects.get().size > 3_000_000
    page.goto(site + PASTE)
    page.evaluate(f"{type_long}'x'.repeat(2100000)")
    page.click("text=Begin a draft")
    page.wait_for_selector("text=is no paragraph")
    assert page.evaluate("document.getElementById('text').value.length") == 2_100_000
    assert [text for text in problems if "Security Policy" in text] == []
    context.close()


def test_a_suggestion_is_accepted_and_refused_by_keys(browser, site, alice):
    context = browser.new_context()
    page = context.new_page()
    begin(page, site, TEXT)
    press(page, KEYS)
    first = page.locator("li[data-place] .hints").first
    row = first.locator("xpath=ancestor::li[@data-place]")
    place = row.get_attribute("data-place")
    number = row.locator("button[name=accept]").count()
    page.focus(f"li[data-place='{place}']")
    press(page, ["y"])
    assert len(marks().accepted) == 1
    if number > 1:
        press(page, ["d"])
        assert len(marks().refused) == 1
    context.close()


def test_a_text_is_decided_without_javascript(browser, site, alice):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    begin(page, site, TEXT)
    for line, role in enumerate(
        [
            *("no_part", "article", "article", "start", "signature"),
            *("start", "more", "start", "start", "no_part"),
        ],
        1,
    ):
        page.select_option(f"[name=role-{line}]", role)
    page.fill("[name=title]", "The bandstand")
    page.fill("[name=blog_name]", "Pond Lane")
    page.click("text=Save this step >> nth=0")
    page.fill("[name=name-4]", "Ada")
    page.select_option("[name=answers-6]", "4")
    page.click("[aria-label='Save, and stay at line 6']")
    assert page.url.endswith("#l6")
    assert page.is_visible(".preview >> text=answers line 4")
    page.click("text=Confirm and import")
    assert page.is_visible("text=Imported: 4 comments")
    context.close()


def test_the_pages_pass_axe_wide_dark_and_narrow(browser, site, alice):
    context = browser.new_context(viewport={"width": 320, "height": 900})
    page = context.new_page()
    begin(page, site, TEXT)
    press(page, KEYS)
    page.click("li[data-place='4'] summary >> text=When")
    page.select_option("[name=time-4]", "day")
    page.fill("[name=since-4]", "2012-02-30")
    page.click("text=Save this step >> nth=0")
    page.wait_for_selector("text=is no day")
    page.click("text=Confirm and import")
    page.wait_for_selector("[role=alert]")
    shoot(page, "problem")
    addresses = {
        "draft": page.url.removesuffix("confirm/"),
        "list": site + PASTE,
    }
    for name, address in addresses.items():
        page.goto(address)
        assert_readable(page, name=name)
    context.close()


def test_the_sample_takes_few_keys(browser, site, alice, samples):
    folder = samples / "transcript"
    truth = json.loads((folder / "saltmarsh.truth.json").read_text())
    context = browser.new_context()
    page = context.new_page()
    begin(page, site, (folder / "saltmarsh.txt").read_text())
    keys = ["a"] * 19
    starts = []
    for comment in truth["comments"]:
        first, last = comment["lines"]
        back = 0
        if answers := comment.get("answers"):
            back = [*reversed(starts)].index(answers) + 1
        keys += [*["r"] * back, "ArrowDown"] if back else ["s"]
        quoted = {*comment.get("quotation_lines", ())}
        keys += ["q" if line in quoted else "g" for line in range(first + 1, last + 1)]
        if "signature_line" in comment:
            keys[-1] = "n"
        starts.append(first)
    press(page, keys[:-1])
    page.keyboard.press(keys[-1])
    page.wait_for_selector("li[data-place='65'].start")
    read = marks()
    assert sum(each.role == "start" for each in read.paragraphs) == len(starts)
    told = [each.facts.answers for each in read.paragraphs if each.facts]
    assert [each and each[0] for each in told] == [
        comment.get("answers") for comment in truth["comments"]
    ]
    assert len(keys) <= MOST_PRESSES * len(read.paragraphs)
    shoot(page, "sample")
    context.close()
