import pytest

from tests.importers.reading import comments_of, read

pytestmark = pytest.mark.pure


def test_the_classic_export():
    posts, reading = read("blogger/classic.xml")
    assert [(post.source_id, post.status, post.is_live) for post in posts] == [
        ("100", "live", True),
        ("101", "draft", False),
        ("999", "unknown", False),
    ]
    assert posts[0].printed_count == 4
    assert posts[0].addresses == (
        "http://deichgraf.blogspot.example/2012/05/der-deich.html",
    )
    comments = comments_of(posts)
    assert comments["201"].parent_id == "200"
    assert comments["200"].person == "pid-11"
    assert comments["200"].when.offset == 120
    # "Anonymous" in any language is no name, and Blogger's stand-in is no e-mail.
    assert (comments["201"].name, comments["200"].email) == ("", "")
    assert reading.repairs[0].reason == "the prefix app: was never declared; declared"
    assert reading.problems[0].reason == "article 999 is not in the file"


def test_who_removed_a_comment():
    comments = comments_of(read("blogger/classic.xml")[0])
    told = {key: (each.state, each.is_by_blog) for key, each in comments.items()}
    assert told["202"] == ("deleted", False)
    assert told["203"] == ("deleted", True)
    assert told["200"] == ("live", False)


def test_takeout():
    posts, _reading = read("blogger/takeout.atom")
    assert [post.addresses for post in posts] == [("/2012/05/der-deich.html",)]
    comments = comments_of(posts)
    assert {key: each.state for key, each in comments.items()} == {
        "210": "live",
        "211": "live",
        "212": "spam",
        "213": "trashed",
    }
    assert comments["211"].parent_id == "210"
    assert comments["211"].name == ""


FEED = """<feed xmlns='http://www.w3.org/2005/Atom'
 xmlns:thr='http://purl.org/syndication/thread/1.0'
 xmlns:gd='http://schemas.google.com/g/2005'
 xmlns:blogger='http://schemas.google.com/blogger/2018'>
<id>tag:blogger.com,1999:blog-1.archive</id><title>B</title>
{entry}</feed>"""
REMARK = """<entry><id>tag:blogger.com,1999:blog-1.post-20</id>
<published>2012-05-02T10:00:00.000+02:00</published>
<category scheme='http://schemas.google.com/g/2005#kind'
 term='http://schemas.google.com/blogger/2008/kind#{kind}'/>
<title>t</title><content type='html'>{text}</content>
<author><name>N</name><uri>http://www.blogger.com/profile/2</uri></author>
{more}<thr:in-reply-to ref='tag:blogger.com,1999:blog-1.post-10'/></entry>"""
REMOVED = "<gd:extendedProperty name='blogger.contentRemoved' value='{}'/>"


def remark(text="x", *, kind="comment", more=""):
    entry = REMARK.format(kind=kind, text=text, more=more)
    [post], reading = read(FEED.format(entry=entry).encode())
    return post.comments[0], reading


@pytest.mark.parametrize(
    "words",
    [
        "This comment has been removed by a blog administrator.",
        "Questo commento è stato eliminato da un amministratore del blog.",
        "Deze reactie is verwijderd door een blogbeheerder.",
        "Tento komentár odstránil správca blogu.",
        "Этот комментарий был удален администратором блога.",
        "このコメントはブログの管理者によって削除されました。",
        "이 댓글은 블로그 관리자가 삭제했습니다.",
    ],
)
def test_an_administrator_in_any_language_is_the_blog(words):
    comment, _reading = remark(words, more=REMOVED.format("true"))
    told = (comment.state, comment.is_by_author, comment.is_by_blog)
    assert told == ("deleted", False, True)


@pytest.mark.parametrize(
    "words",
    [
        *("This comment has been removed by the author.", "Slettet.", ""),
        *("Ce commentaire a été supprimé par son auteur.", "Фшл."),
        "an administrator is spoken of in a long text " * 9,
    ],
)
def test_other_words_do_not_say_who_it_was(words):
    comment, _reading = remark(words, more=REMOVED.format("true"))
    told = (comment.state, comment.is_by_author, comment.is_by_blog)
    assert told == ("deleted", False, False)


def test_a_mark_or_a_status_that_is_not_known_hides():
    assert remark(more=REMOVED.format("false"))[0].state == "live"
    assert remark(more=REMOVED.format("perhaps"))[0].state == "deleted"
    comment, reading = remark(more="<blogger:status>ASLEEP</blogger:status>")
    assert comment.state == "unknown"
    assert "none that is known" in reading.problems[0].reason


def test_an_entry_of_an_unknown_kind_is_kept_and_internal():
    comment, reading = remark(kind="poll")
    assert (comment.kind, comment.source_type) == ("other", "poll")
    assert (comment.state, comment.told) == ("internal", "live")
    assert reading.is_whole
    entry = REMARK.format(kind="poll", text="x", more="").split("<thr:")[0] + "</entry>"
    [post], _reading = read(FEED.format(entry=entry).encode())
    assert (post.kind, post.source_type, post.is_live) == ("other", "poll", False)


def test_whoever_answers_the_article_answers_no_comment():
    more = "<blogger:inReplyTo>tag:blogger.com,1999:blog-1.post-{}</blogger:inReplyTo>"
    for number, parent in ((10, ""), (20, ""), (0, ""), (21, "21")):
        assert remark(more=more.format(number))[0].parent_id == parent


@pytest.mark.parametrize(
    ("mark", "state"),
    [
        ("<draft>yes</draft>", "pending"),
        ("<draft> YES </draft>", "pending"),
        ("<moderate>yes</moderate>", "pending"),
        ("<draft>perhaps</draft>", "pending"),
        ("<draft>no</draft>", "live"),
    ],
)
def test_a_comment_that_is_held_back_from_readers_is_not_live(mark, state):
    more = f"<control xmlns='http://purl.org/atom/app#'>{mark}</control>"
    assert remark(more=more)[0].state == state
    removed = remark(more=more + REMOVED.format("true"))[0]
    assert removed.state == "deleted"
