"""What is refused or doubted rather than put into people's mouths."""

import pytest

from commentarchive.importers.parsed import Unreadable
from tests.importers.formats.pages.test_families import _WP, page
from tests.importers.reading import read

pytestmark = pytest.mark.pure
WORDS = ("Grey.", "Bent a little.", "Who cut them?", "I did, in March.", "So they say.")
NAMES = ("Ada", "Ben", "Cyd", "Dov", "Eva")


def thread(inner, names=NAMES, words=WORDS):
    """Give a page with a comment for each name, laid out as `inner` is."""
    items = "".join(
        f'<li id="comment-{number}" class="comment depth-1">'
        + inner.format(name=name, words=text, number=number)
        + "</li>"
        for number, (name, text) in enumerate(zip(names, words, strict=True), 1)
    )
    return page(f'<ol class="comment-list">{items}</ol>', _WP)


GOOD = '<cite class="fn">{name}</cite><div class="comment-content"><p>{words}</p></div>'


def test_a_thread_that_is_understood_is_not_doubted():
    [post], reading = read(thread(GOOD))
    assert [each.name for each in post.comments] == list(NAMES)
    assert not reading.problems
    assert reading.is_whole


@pytest.mark.parametrize(
    "inner",
    [
        '<cite class="fn">{name}</cite><div class="comment-content"><p>{words}</p>'
        "<p>Diesen Beitrag zitieren</p></div>",
        '<cite class="fn">{name}</cite><div class="comment-content"><p><b>Am Tag danach '
        "schrieb jemand:</b> {words}</p></div>",
    ],
)
def test_a_page_whose_texts_share_their_words_is_refused(inner):
    with pytest.raises(Unreadable, match="the same words"):
        read(thread(inner))


def test_texts_that_are_all_the_same_few_words_make_a_page_partial():
    _posts, reading = read(thread(GOOD, words=["Antworten"] * 5))
    assert not reading.is_whole
    assert "consist of the same words" in reading.problems[0].reason


def test_words_in_the_middle_of_a_sentence_are_people_s_own():
    words = [f"This is the remark number {number} of all." for number in range(5)]
    [post], reading = read(thread(GOOD, words=words))
    assert [each.plain for each in post.comments] == words
    assert reading.is_whole


def test_a_greeting_that_most_share_makes_a_page_partial():
    words = [f"{text}<br>Liebe Grüße" for text in WORDS[:4]] + ["Nein."]
    [post], reading = read(thread(GOOD, words=words))
    assert len(post.comments) == 5
    assert not reading.is_whole
    assert "end with the same words" in reading.problems[0].reason


def test_a_page_without_texts_is_refused():
    inner = (
        '<cite class="fn">{name}</cite> <time datetime="2012-05-03">x</time> {words}'
    )
    with pytest.raises(Unreadable, match="in 5 of its 5 comments no text is found"):
        read(thread(inner))


def test_one_comment_without_a_text_makes_a_page_partial():
    data = thread(GOOD).replace(b"<p>Grey.</p>", b"")
    [post], reading = read(data)
    assert post.comments[0].plain == ""
    assert not reading.is_whole
    assert "1 of its comments have no text" in reading.problems[0].reason


@pytest.mark.parametrize("form", ["Von {}", "{} meint"])
def test_names_that_share_a_word_are_not_known(form):
    names = [form.format(name) for name in NAMES]
    [post], reading = read(thread(GOOD, names))
    assert {each.name for each in post.comments} == {""}
    assert any("its names share a word" in p.reason for p in reading.problems)


def test_one_name_for_all_is_not_known():
    [post], reading = read(thread(GOOD, ["Profil"] * 5))
    assert {each.name for each in post.comments} == {""}
    assert any("its names share a word" in each.reason for each in reading.problems)
    two = thread(GOOD, ["Ada"] * 2, WORDS[:2])
    assert [each.name for each in read(two)[0][0].comments] == ["Ada", "Ada"]


@pytest.mark.parametrize(
    "author",
    [
        # Nothing says which of them is the name.
        '<div class="comment-author">{name} <span>Stammgast</span></div>',
        '<div class="who"><b>{name}</b></div>',
        '<div class="comment-author">{name} <b>Mitglied</b></div>',
        '<div class="comment-author">Von <span class="x">{name}</span></div>',
        '<div class="comment-author">{name} meint:</div>',
        '<p>{name} schrieb am Montag:</p><div class="x">',
        '<span class="comment-author">{name} am 3. Mai 2012 um 17:14</span>',
    ],
)
def test_a_name_that_is_not_sure_is_not_known(author):
    inner = author + '<div class="comment-content"><p>{words}</p></div>'
    [post], reading = read(thread(inner))
    assert {each.name for each in post.comments} == {""}
    assert "no name is sure in 5 of its comments" in reading.problems[-1].reason
    assert reading.is_whole


@pytest.mark.parametrize(
    "author",
    [
        '<div class="comment-author">{name} <span class="role-badge">Autor</span></div>',
        '<cite class="fn">{name}<br><span class="post_author">Autor</span></cite>'
        '<a class="comment-reply-link" href="#" aria-label="Antworte auf {name}">x</a>',
        '<div class="comment-author">von <a href="http://x.example">{name}</a></div>',
        '<div class="c-comment__author-name">{name}, </div>',
        '<div class="comment-author avatar-cell"><a href="/profil">Profil</a></div>'
        '<div class="comment_author">{name}</div>',
        '<span class="says">Es schreibt</span> <b class="fn">{name}</b>',
        '<div class="comment-author"><span class="screen-reader-text">Autor</span>'
        "{name}</div>",
        '<p class="x"><span>{name}</span></p><a class="comment-reply-link" '
        'href="?replytocom={number}" data-replyto="Auf {name}">Antworten</a>',
    ],
)
def test_a_name_is_told_from_what_stands_beside_it(author):
    inner = author + '<div class="comment-content"><p>{words}</p></div>'
    [post], _reading = read(thread(inner))
    assert [each.name for each in post.comments] == list(NAMES)
    assert [each.plain for each in post.comments] == list(WORDS)


@pytest.mark.parametrize(
    "beside",
    [
        '<a href="javascript:void(0)">Melden</a>',
        '<a href="#">Teilen</a>',
        '<a href="/wp-login.php?redirect=x">Anmelden</a>',
        '<a href="?replytocom={number}#respond">Antworten</a>',
        '<a rel="bookmark" href="/t/#comment-{number}">Link</a>',
        "<button>Hoch</button>",
        '<span role="button">Runter</span>',
        '<form><input value="x">Sende</form>',
        '<span aria-hidden="true">♥</span>',
        '<span class="screen-reader-text">Kommentar</span>',
        '<span class="vote-count">17</span>',
        '<div class="likebtn-wrapper">Gefällt mir</div>',
        '<p class="comment-likes">Gefällt 3 Leuten</p>',
        '<div class="sharedaddy">Teilen mit</div>',
        '<time datetime="2012-05-03T17:14:00+02:00">3. Mai 2012</time>',
        "<svg><title>Stern</title></svg>",
        '<span hidden="">versteckt</span>',
        '<span style="display: none">versteckt</span>',
        '<i class="star">★</i><span class="upvotes">3</span>',
        '<span class="wpd-edited">zuletzt bearbeitet</span>',
    ],
)
def test_what_readers_operate_is_no_part_of_a_text(beside):
    for inner in (GOOD.replace("</div>", beside + "</div>"), GOOD + beside):
        [post], reading = read(thread(inner))
        assert [each.plain for each in post.comments] == list(WORDS)
        assert [each.name for each in post.comments] == list(NAMES)
        assert reading.is_whole


@pytest.mark.parametrize(
    "written",
    [
        '<p>See <a href="http://a.example/reply">this</a>.</p>',
        '<p><a href="/t/#comment-1">@Ada</a> No.</p>',
        '<p><a href="/t/#comment-11">@Eva</a> <cite>Ada</cite> lied.</p>',
        '<p><span class="emoji">♥</span> for <q>reply</q>.</p>',
        '<blockquote class="quote"><p>Grey.</p></blockquote><p>No</p>',
        '<pre class="wp-block-code"><code>reply()</code></pre>',
    ],
)
def test_what_people_wrote_stays(written):
    words = [written.replace('comment-1"', f'comment-{n + 2}"') for n in range(5)]
    words = [text.replace("<p>", f"<p>{n} ") for n, text in enumerate(words)]
    words = [text.replace("</p>", f" {n}</p>") for n, text in enumerate(words)]
    words = [text.replace("</code>", f" {n}</code>", 1) for n, text in enumerate(words)]
    inner = GOOD.replace("<p>{words}</p>", "{words}")
    [post], _reading = read(thread(inner, words=words))
    for comment, text in zip(post.comments, words, strict=True):
        plain = "".join(each for each in comment.plain if each.isalnum())
        import re

        told = re.sub(r"<[^>]*>", "", text)
        assert plain == "".join(each for each in told if each.isalnum())


def test_the_newest_comments_of_other_articles_are_not_this_one_s():
    def item(number, path):
        return (
            f'<li id="comment-{number}" class="comment depth-1"><cite class="fn">Ada'
            f'{number}</cite><a href="http://reed.example{path}#comment-{number}">'
            '<time datetime="2012-05-03T17:14:00+02:00">x</time></a><div '
            f'class="comment-content"><p>Words {number}</p></div></li>'
        )

    inner = f'<ol class="commentlist">{item(1, "/t/")}{item(2, "/t/comment-page-1/")}'
    inner += f'</ol><ul class="commentlist">{item(9, "/other/")}</ul>'
    [post], reading = read(page(inner, _WP))
    assert [each.source_id for each in post.comments] == ["1", "2"]
    assert "without comments of other articles that it shows as well" in reading.how
    [post], reading = read(page(inner.partition("<ul")[0], _WP))
    assert len(reading.how) == 1


def test_a_text_that_is_folded_away_is_read_to_its_end():
    rest = '<div class="rest" style="display:none"><p>Its end.</p></div>'
    rest += '<a class="text-toggle" href="#">Mehr</a>'
    inner = GOOD.replace("</div>", rest + "</div>")
    words = [f"{text} {number}" for number, text in enumerate(WORDS)]
    data = thread(inner, words=words)
    for number in range(5):
        data = data.replace(b"Its end.", f"End {number}{'abcde'[number]}".encode(), 1)
    [post], reading = read(data)
    assert [each.plain.split()[-2] for each in post.comments] == ["End"] * 5
    assert "Mehr" not in "".join(each.plain for each in post.comments)
    assert reading.is_whole


def test_a_text_whose_end_is_not_in_the_page_is_left_out_and_said():
    cut = '<span class="wpdiscuz-readmore" title="Mehr">Mehr</span>'
    data = thread(GOOD).replace(b"<p>Grey.", f"<p>Grey… {cut}".encode())
    [post], reading = read(data)
    assert [each.name for each in post.comments] == list(NAMES[1:])
    assert not post.is_whole
    assert not reading.is_whole
    assert "1 of its comments are cut in the page" in reading.problems[0].reason


def test_a_link_among_bare_words_is_no_name():
    words = [
        f'{n} see <a rel="external nofollow" href="http://x.example">{n} mine</a>'
        for n in ("a", "b", "c", "d", "e")
    ]
    inner = '<div class="comment-date">3. Mai 2012 17:14</div>'
    inner += '<div class="comment-content">{words} <cite>Ute {name}</cite></div>'
    [post], _reading = read(thread(inner, words=words))
    assert {each.name for each in post.comments} == {""}
    assert post.comments[0].plain == "a see a mine Ute Ada"
