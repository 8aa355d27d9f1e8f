import pytest
from hypothesis import given
from hypothesis import strategies as st

from commentarchive.text.clean_html import clean
from commentarchive.text.link_hosts import name_hosts, note_on

pytestmark = pytest.mark.pure
EVIL = " [goes to evil.example]"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://evil.example/x", "https://bank.example"),
        ("https://evil.example", "see (bank.example)"),
        ("https://evil.example", "www.bank.example/pay.html"),
        ("https://bank.example@evil.example/", "click here"),
        (
            "https://bank.example:x@evil.example/",
            "https://bank.example:x@evil.example/",
        ),
        ("https:\\\\evil.example\\@bank.example", "bank.example"),
        ("https:///evil.example", "bank.example"),
        (" https://ev\nil.exa\tmple/ ", "bank.example"),
        ("https://ev%69l.example", "bank.example"),
        ("https://evil。example/", "bank。example"),
        ("https://ｅvil．example/", "bank.example"),
        ("https://evil.example./", "bank.example"),
        ("https://EVIL.example:443/", "bank.example"),
        ("https://evil.example/", "ｂａｎｋ．example"),
        ("https://evil.example/", "bank\u200b.exa\u00admple"),
        ("https://evil.example?@bank.example", "https://bank.example"),
        ("https://evil.example#@bank.example", "bank.example"),
        ("http://evil.example", "http://127.0.0.1/"),
        ("http://evil.example", "http://localhost:80/x"),
    ],
)
def test_another_host_than_the_words_show_is_named(address, words):
    assert note_on(address, words) == EVIL


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://www.bbc.example/a", "bbc.example/news/story.html"),
        ("https://news.bbc.example/a", "www.bbc.example"),
        ("https://ann:pw@bbc.example", "click"),
        ("https://bücher.example/", "bücher.example"),
        ("https://xn--bcher-kva.example/", "bücher.example"),
        ("https://пример.рф/", "пример.рф"),
        ("https://x.example/", "see report.pdf, e.g. page 3 of v1.2.3"),
        ("http://[::1]/", "http://[::1]/"),
        ("mailto:ann@bank.example", "ann@bank.example"),
        ("mailto:ann@bank.example?subject=evil.example", "write"),
        ("https://evil.example", "click here"),
    ],
)
def test_nothing_is_said_of_a_link_that_leads_where_it_says(address, words):
    assert note_on(address, words) == ""


@pytest.mark.parametrize(
    ("address", "words", "note"),
    [
        ("https://аррӏе.com/", "аррӏе.com", "goes to xn--80ak6aa92e.com"),
        ("https://аррӏе.com/", "apple.com", "goes to xn--80ak6aa92e.com"),
        ("https://раyраl.com/", "paypal.com", "goes to xn--yl-6kcb1fc.com"),
        ("https://bücher.example/", "bank.example", "goes to bücher.example"),
        ("mailto:a@evil.example", "a@bank.example", "mail to evil.example"),
        (
            "https://attacker-bank.example",
            "bank.example",
            "goes to attacker-bank.example",
        ),
        (
            "https://bank.example.evil.example/",
            "bank.example",
            "goes to bank.example.evil.example",
        ),
    ],
)
def test_a_host_that_passes_for_another_is_named_as_it_is_asked_for(
    address, words, note
):
    assert note_on(address, words).strip(" []") == note


def test_texts_name_hosts_whatever_is_around_the_words():
    html = clean(
        '<a href="https://evil.example">ba<b>nk</b>.example</a> x', "html"
    ).html
    assert html.endswith(f"</a>{EVIL} x")
    # The words may say so themselves, of another host: that does not keep ours away.
    raw = '<a href="https://evil.example">bank.example</a> [goes to bank.example]'
    html = clean(raw, "html").html
    assert f"</a>{EVIL} [goes to bank.example]" in html
    assert clean(raw, "html").plain == "bank.example [goes to bank.example]"
    image = '<a href="https://evil.example"><img src="https://a.b/c" alt="bank.example"></a>'
    assert EVIL in clean(image, "html").html
    assert EVIL in clean("[bank.example](https://evil.example)", "markdown").html
    assert name_hosts(html) == html


@given(st.text(), st.text(alphabet="abn.k/:@\\[]%- \u200bа。"))
def test_no_address_and_no_words_make_it_fail(address, words):
    note = note_on(f"https://{address}", words)
    assert note == "" or note.startswith(" [goes to ")
    assert note_on(address, words).count("\n") == 0
