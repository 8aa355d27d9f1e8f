"""Whether a page that is open can be read by everybody: axe, and no scrolling sideways.

A page is loaded once and looked at in each way: no script of ours asks for its width,
and in the dark our style sheets change colours alone (tests/test_architecture.py).
"""

import os
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT, AxeResults

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}
# Most of axe's time is contrast, worked out anew for each cell of a table. Of texts that
# are coloured alike all the way up from them, one is measured; every other rule still
# looks at every element. What decides: classes and what a style sheet made of them, and
# whether there are words, since axe is not sure of a single sign.
ALIKE = """() => {
  const rule = axe._audit.rules.find(({id}) => id === "color-contrast");
  const matches = rule.matches;
  const numbers = new Map();
  const looks = new Map();
  const measured = new Set();
  const numberOf = (text) => {
    if (!numbers.has(text)) numbers.set(text, numbers.size);
    return numbers.get(text);
  };
  const lookOf = (element) => {
    if (element === null) return -1;
    if (!looks.has(element)) {
      const style = getComputedStyle(element);
      looks.set(element, numberOf([
        lookOf(element.parentElement), element.tagName, element.className,
        style.color, style.backgroundColor, style.backgroundImage, style.opacity,
        style.position, style.textShadow, style.fontSize, style.fontWeight,
      ].join("|")));
    }
    return looks.get(element);
  };
  rule.matches = function (element, ...rest) {
    if (!matches.call(this, element, ...rest)) return false;
    const hasWords = /[\\p{L}\\p{N}]{2}/u.test(element.textContent);
    const look = `${lookOf(element)} ${hasWords}`;
    return !measured.has(look) && Boolean(measured.add(look));
  };
  window.measureAnew = () => [looks, measured].forEach((each) => each.clear());
}"""

# What the next page that is opened in the same place begins with: half a megabyte more
# is handed on once, and read where somebody looks at the page.
READY = f"window.bringAxe = () => {{\n{AXE_SCRIPT}\n;({ALIKE})();\n}};"

# What is right is described at length, and would be handed on from process to process.
# Without scripts axe would wait for ever: no timer of a page runs.
RUN = """async (options) => {
  if (!matchMedia("(scripting: enabled)").matches) return "no scripts";
  if (typeof axe === "undefined") return "no axe";
  measureAnew();
  const {violations} = await axe.run(options);
  return {violations};
}"""


def assert_readable(page, rules=RULES, name=""):
    """Look at a page in the dark and in the light, wide, and on a narrow screen."""
    was = page.viewport_size
    for scheme, width, tried in (
        ("dark", 1200, COLOURS),
        ("light", 1200, rules),
        ("light", 320, rules),
    ):
        page.emulate_media(color_scheme=scheme)
        resize(page, {"width": width, "height": 900})
        assert_accessible(page, tried, scheme)
        assert_fits(page)
        if name:
            shoot(page, f"{name}-{scheme}-{width}")
    resize(page, was)


def resize(page, size):
    """Give a page its size, which the browser works out anew even if it has it."""
    if page.viewport_size != size:
        page.set_viewport_size(size)


def assert_accessible(page, rules=RULES, scheme=""):
    """Look for what axe finds wrong on a page as it is now."""
    # Else it describes every element of which nothing is wrong, too, and asks for the
    # style sheets and for sounds, of which no page has one.
    options = {**rules, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate(RUN, options)
    if found == "no axe":
        bring_axe(page)
        found = page.evaluate(RUN, options)
    assert found != "no scripts", "axe needs a page with JavaScript"
    found = AxeResults(found)
    told = (page.url, scheme, page.viewport_size)
    assert found.violations_count == 0, (*told, found.generate_report())


def bring_axe(page):
    """Have axe in a page, which keeps it as long as it is open."""
    if page.evaluate("typeof bringAxe") == "undefined":
        page.add_init_script(READY)
        page.evaluate(READY)
    page.evaluate("bringAxe()")


def assert_fits(page):
    wide = page.locator("html").evaluate("html => html.scrollWidth")
    assert wide <= page.viewport_size["width"], (page.url, wide)


def shoot(page, name):
    """Take a picture of the page where a folder for pictures is named (SHOTS=)."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
