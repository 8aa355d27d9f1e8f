"""Names that pose, characters that nobody sees and links that hide hosts, on screen."""

import pytest

from commentarchive.models import Comment
from tests.browser.looks import assert_readable
from tests.wxr import comment, item, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
}
TURNED = "\u202erotaredom"


@pytest.fixture
def site(live_server, tmp_path):
    load(
        tmp_path,
        item(
            comment(1, "The lamps are too bright.", author="Ann Bell"),
            comment(2, "They are not.", parent=1, author="Аnn Bell"),
            comment(3, f"I say so {TURNED} now.", parent=2, author=TURNED),
            comment(
                4,
                'See <a href="https://evil.example/">https://bank.example/</a>.',
                author="Ann Bell",
                local="2014-05-01 10:00:00",
                gmt="2014-05-01 09:00:00",
            ),
            comment(5, "صباح الخير", author="דנה"),
        ),
    )
    return live_server.url


def the(source_id):
    return Comment.objects.get(source_id=str(source_id))


def test_pages_of_such_names_pass_axe_in_light_dark_and_narrow(browser, site):
    addresses = [
        *(the(1).post.get_absolute_url(), the(2).get_absolute_url(), "/about/"),
        *(the(n).commenter.get_absolute_url() for n in (1, 2, 3)),
    ]
    context = browser.new_context()
    page = context.new_page()
    for address in addresses:
        page.goto(site + address)
        assert_readable(page, RULES)
    context.close()


def test_nothing_on_the_page_moves_for_a_name(browser, site):
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    page = context.new_page()
    page.goto(site + the(1).post.get_absolute_url())
    for source_id in (1, 3, 5):
        head = page.locator(f"#by-{the(source_id).ref}")
        name, when = head.locator(".name"), head.locator(".when")
        one, two = name.bounding_box(), when.bounding_box()
        assert one["x"] + one["width"] <= two["x"], source_id
    turned = page.locator(f"#by-{the(3).ref} .name").inner_text()
    assert turned == "[right-to-left override]rotaredom"
    text = page.locator(f"#{the(4).ref} .text").first.inner_text()
    assert text == "See https://bank.example/ [goes to evil.example]."
    badge = page.locator(f"#by-{the(2).ref} .alike")
    badge.click()
    assert page.url.endswith("/about/#look-alikes")
    context.close()
