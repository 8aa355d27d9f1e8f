"""A discussion in a real browser: folds, keys, pages of a long one."""

import pytest
from django.db.models import Count

from commentarchive.models import Comment, Post
from tests.browser.looks import assert_readable
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

# Heights of comments with one line of text, the share of the thread's height that is
# text, and how many texts end on the first screen.
MEASURE = """() => {
  const box = (each) => each.getBoundingClientRect();
  const all = (which) => [...document.querySelectorAll(`ol.thread ${which}`)];
  const texts = all(".text"), whole = box(document.querySelector("ol.thread"));
  const height = texts.reduce((sum, each) => sum + box(each).height, 0);
  const short = texts.filter((each) => box(each).height < 30);
  const heads = all("summary").filter((each) => each.parentElement.previousElementSibling);
  return {
    comments: texts.length,
    oneLine: Math.max(0, ...short.map((each) => box(each.closest("article")).height)),
    textInHundred: 100 * height / whole.height,
    wide: Math.max(...texts.map((each) => box(each).width)),
    firstScreen: texts.filter((each) => box(each).bottom <= innerHeight).length,
    outside: heads.filter((each) => {
      const own = box(each.parentElement.previousElementSibling);
      return box(each).right > own.right || box(each).bottom > own.bottom;
    }).length,
  };
}"""


@pytest.fixture
def address(live_server, demo):
    return live_server.url + Post.objects.get(source_id="11").get_absolute_url()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def test_the_largest_thread_is_mostly_text(browser, live_server, demo):
    post = Post.objects.annotate(size=Count("comments")).latest("size")
    address = live_server.url + post.get_absolute_url()
    for size, most_of_one_line, first_screen in (
        ({"width": 1280, "height": 800}, 70, 3),
        ({"width": 320, "height": 640}, 95, 1),
    ):
        context = browser.new_context(viewport=size, has_touch=True, is_mobile=True)
        page = context.new_page()
        page.goto(address)
        seen = page.evaluate(MEASURE)
        context.close()
        assert seen["comments"] > 40
        assert seen["oneLine"] <= most_of_one_line
        assert seen["textInHundred"] >= 45
        assert seen["wide"] <= 42 * 16
        assert seen["firstScreen"] >= first_screen
        # Nothing that folds lies beside what it belongs to.
        assert seen["outside"] == 0


def test_folds_survive_a_reload_and_back(page, address):
    page.goto(address)
    reply = page.locator(".replies .comment").first
    assert reply.is_visible()
    page.locator(".replies > summary b").first.click()
    assert not reply.is_visible()
    # The browser reports a fold to scripts some time after it is drawn.
    page.wait_for_function(
        "() => sessionStorage.getItem(`folded ${location.pathname}`)?.includes('c')",
        polling=50,
    )
    page.reload()
    assert not reply.is_visible()
    page.goto(address.rsplit("/posts/", 1)[0] + "/about/")
    page.go_back()
    assert not reply.is_visible()
    page.get_by_role("button", name="fold all").click()
    assert page.locator(".replies .comment:visible").count() == 0
    page.get_by_role("button", name="fold all").click()
    assert reply.is_visible()


def test_a_click_on_the_line_folds_a_branch(page, address):
    page.goto(address)
    branch = page.locator("ol.thread > li:has(> .replies)").first
    branch.scroll_into_view_if_needed()
    box = branch.bounding_box()
    page.mouse.click(box["x"] + 3, box["y"] + 40)
    assert not branch.locator(".replies .comment").first.is_visible()


def test_an_address_of_a_folded_comment_unfolds_it(page, address):
    page.goto(address)
    page.get_by_role("button", name="fold all").click()
    reply = page.locator(".replies .comment").first
    assert not reply.is_visible()
    ref = reply.evaluate("node => node.closest('li').id")
    page.evaluate(f"location.hash = '{ref}'")
    page.wait_for_function("document.querySelector(':target').offsetParent")
    assert reply.is_visible()


def test_keys_move_and_can_be_switched_off(page, address):
    page.goto(address)
    item_ids = page.locator("ol.thread li[id]").evaluate_all(
        "all => all.map(each => each.id)"
    )
    roots = page.locator("ol.thread > li[id]").evaluate_all(
        "all => all.map(each => each.id)"
    )

    def focused():
        return page.evaluate("document.activeElement.closest('li')?.id")

    def press(keys):
        for key in keys:
            page.keyboard.press(key)
        return focused()

    assert press("j") == item_ids[0]
    assert press("jj") == item_ids[2]
    assert press("k") == item_ids[1]
    assert press("n") == roots[1]
    assert press("p") == roots[0]
    first_reply = page.locator(".replies li[id]").first
    parent = first_reply.evaluate("node => node.parentElement.closest('li').id")
    while focused() != first_reply.get_attribute("id"):
        press("j")
    assert press("u") == parent
    press("x")
    assert not first_reply.is_visible()
    press("x?")
    dialog = page.get_by_role("dialog", name="Keys")
    assert dialog.is_visible()
    dialog.get_by_label("Use these keys on every discussion").uncheck()
    dialog.get_by_role("button", name="Close").click()
    before = focused()
    assert press("j") == before


def test_a_long_thread_is_clean_in_light_dark_and_narrow(
    browser, live_server, tmp_path
):
    load(
        tmp_path,
        item(
            *(comment(n, parent=n - 1 if n % 7 else 0) for n in range(1, 900)),
        ),
    )
    post = Post.objects.get()
    inside = Comment.objects.get(position=200)
    assert inside.depth > 0
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{live_server.url}{post.get_absolute_url()}?page=2")
    assert page.locator(".under").inner_text().startswith("Continues under Nell")
    # Branches that begin on an earlier page have nothing here by which to fold them.
    assert page.locator(".above").count() > 0
    assert page.locator(".above > details > summary:visible").count() == 0
    first = page.locator("ol.thread article").first
    page.get_by_role("button", name="Fold all").click()
    assert first.is_visible()
    page.get_by_role("button", name="Unfold all").click()
    pages = page.locator("nav.pages").first
    assert pages.locator("summary").inner_text() == "Page 2 of 5"
    assert not pages.locator("ol").is_visible()
    pages.locator("summary").focus()
    page.keyboard.press("Enter")
    assert pages.locator("[aria-current=page]").inner_text() == "2"
    assert_readable(page)
    context.close()
    # Above them stand no more than a few lines, whatever page of the thread it is.
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    for number in (1, 3):
        page.goto(f"{live_server.url}{post.get_absolute_url()}?page={number}")
        assert page.evaluate(MEASURE)["firstScreen"] >= 1
    context.close()


def test_a_day_leads_to_its_first_comment_without_javascript(
    browser, live_server, tmp_path
):
    load(tmp_path, item(*(comment(n) for n in range(1, 300))))
    post = Post.objects.get()
    last = Comment.objects.order_by("posted_at").last()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + post.get_absolute_url())
    page.click(".pages summary")
    page.fill("#on", last.local_time.date().isoformat())
    page.click(".jump button")
    assert page.url.partition("#")[2].startswith("c")
    context.close()
