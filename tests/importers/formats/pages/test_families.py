"""How themes and systems lay out one comment, and what is read of it.

Each is laid out as its kind does it; people, words and addresses are invented.
"""

import pytest

from tests.importers.reading import read

pytestmark = pytest.mark.pure
EXACT, LOCAL = "2012-05-03 15:14:00+00:00", "2012-05-03 17:14:00"
_REPLY = (
    '<a rel="nofollow" class="comment-reply-link" href="/t/?replytocom=3#respond" '
    'aria-label="Antworte auf Ada Reed">Antworten</a>'
)
_TIME = '<time datetime="2012-05-03T17:14:00+02:00">3. Mai 2012 um 17:14</time>'
_LINK = '<a href="http://ada.example" rel="external nofollow" class="url">Ada Reed</a>'
_TEXT = "<p>Grey <em>reeds</em>.</p><p>Bent.</p>"

WORDPRESS = {
    "twenty ten": f"""<li class="comment depth-1" id="li-comment-3"><div id="comment-3">
      <div class="comment-author vcard"><img class="avatar"><cite class="fn">{_LINK}</cite>
      <span class="says">schrieb:</span></div><div class="comment-meta commentmetadata">
      <a href="#comment-3">3. Mai 2012 um 17:14</a> <a class="comment-edit-link"
      href="/wp-admin/comment.php?action=editcomment">(Bearbeiten)</a></div>
      <div class="comment-body">{_TEXT}</div><div class="reply">{_REPLY}</div></div></li>""",
    "twenty eleven": f"""<li class="comment depth-1" id="li-comment-3"><article id="comment-3"
      class="comment"><footer class="comment-meta"><div class="comment-author vcard">
      <span class="fn">{_LINK}</span> am <a href="#comment-3">{_TIME}</a>
      <span class="says">sagte:</span></div></footer><div class="comment-content">{_TEXT}
      </div><div class="reply">{_REPLY}</div></article></li>""",
    "twenty twelve": f"""<li class="comment depth-1" id="li-comment-3"><article id="comment-3">
      <header class="comment-meta comment-author vcard"><cite><b class="fn">{_LINK}</b>
      <span>Beitragsautor</span></cite><a href="#comment-3">{_TIME}</a></header>
      <section class="comment-content comment">{_TEXT}<p class="edit-link"><a
      class="comment-edit-link" href="/e">Bearbeiten</a></p></section></article></li>""",
    "html5": f"""<li id="comment-3" class="comment depth-1"><article id="div-comment-3"
      class="comment-body"><footer class="comment-meta"><div class="comment-author vcard">
      <b class="fn">{_LINK}</b> <span class="says">sagt:</span></div>
      <div class="comment-metadata"><a href="#comment-3">{_TIME}</a></div></footer>
      <div class="comment-content">{_TEXT}</div><div class="reply">{_REPLY}</div>
      </article></li>""",
    "xhtml with votes": f"""<li class="comment depth-1" id="comment-3"><div id="div-comment-3"
      class="comment-body"><div class="comment-author vcard"><cite class="fn">{_LINK}</cite>
      <span class="says">sagt:</span></div><div class="comment-meta commentmetadata">
      <a href="#comment-3">3. Mai 2012 um 17:14</a></div>{_TEXT}
      <div class="cld-like-dislike-wrap"><a href="javascript:void(0)">Hoch</a>
      <span class="cld-like-count-wrap">7</span></div><p class="poll">Melden</p>
      <div class="reply">{_REPLY}</div></div></li>""",
    "kubrick": f"""<li class="alt" id="comment-3"><cite>{_LINK}</cite> meint: <br>
      <small class="commentmetadata"><a href="#comment-3" title="">3. Mai 2012 um 17:14</a>
      </small>{_TEXT}</li>""",
    "a line below the text": f"""<li id="comment-3">{_TEXT}<p><cite>Kommentar von {_LINK}
      — 3.05, 2012 @ <a href="#comment-3">17:14</a></cite></p></li>""",
    "block theme": f"""<li id="comment-3" class="comment depth-1"><div
      class="wp-block-comment-author-name">{_LINK}</div><div class="wp-block-comment-date">
      <time datetime="2012-05-03T17:14:00+02:00"><a href="/t/#comment-3">3. Mai 2012</a>
      </time></div><div class="wp-block-comment-content">{_TEXT}</div>
      <div class="wp-block-comment-reply-link">{_REPLY}</div></li>""",
    "genesis": f"""<li class="comment depth-1" id="comment-3"><article id="article-comment-3"
      itemprop="comment" itemscope itemtype="https://schema.org/Comment"><header
      class="comment-header"><p class="comment-author" itemprop="author" itemscope><span
      itemprop="name">{_LINK}</span> <span class="says">meint</span></p>
      <p class="comment-meta"><time class="comment-time" datetime="2012-05-03T17:14:00+02:00">
      <a class="comment-time-link" href="/t/#comment-3" itemprop="url">3. Mai 2012</a></time>
      </p></header><div class="comment-content" itemprop="text">{_TEXT}</div>
      <div class="comment-reply">{_REPLY}</div></article></li>""",
    "wpDiscuz 5": f"""<div id="wc-comm-3_0" class="wc-comment"><div class="wc-comment-left">
      <div class="wc-comment-label"><span>Gast</span></div></div><div id="comment-3"
      class="wc-comment-right"><div class="wc-comment-header"><div class="wc-comment-author ">
      {_LINK}</div><div class="wc-comment-link"><span class="share_buttons_box"><a
      href="https://share.example/"><span>Teilen?</span></a></span></div></div>
      <div class="wc-comment-text">{_TEXT}</div><div class="wc-comment-footer">
      <span class="wc-vote-link"><span>Daumen hoch</span></span><span class="wc-vote-result">
      0</span><span class="wc-reply-button">Antworten</span><div class="wc-comment-date">
      3. Mai 2012 17:14</div></div></div></div>""",
    "wpDiscuz 7": f"""<div id="wpd-comm-3_0" class="wpd-comment"><div id="comment-3"
      class="wpd-comment-right"><div class="wpd-comment-header"><div class="wpd-user-info">
      <div class="wpd-comment-author">{_LINK}</div><div class="wpd-comment-date"
      title="3. Mai 2012 17:14"><i class="far" aria-hidden="true"></i> vor 11 Jahren</div>
      </div><div class="wpd-comment-link wpd-hidden"><span wpd-tooltip="Link">#</span></div>
      </div><div class="wpd-comment-text">{_TEXT}<div class="wpd-comment-last-edited">Zuletzt
      bearbeitet</div></div><div class="wpd-comment-footer"><div class="wpd-vote-up">+</div>
      </div></div></div>""",
    "highlander": f"""<li class="comment depth-1 highlander-comment" id="comment-3">
      <cite class="comment-author">{_LINK}</cite> <small class="commentmetadata"><a
      href="#comment-3">3. Mai 2012 um 17:14</a></small><div class="contenttext">{_TEXT}
      <p id="comment-like-3" class="comment-likes"><a class="comment-like-link"
      href="?like_comment=3"><span>Gefällt mir</span></a><span class="comment-like-feedback">
      Gefällt 25 Leuten</span></p></div></li>""",
    "thesis": f"""<dl id="comment_list"><dt class="comment depth-1" id="comment-3">
      <span class="comment_author">{_LINK}</span> <span class="comment_time"><a
      href="#comment-3">3. Mai 2012 um 17:14</a></span></dt><dd class="comment">
      <div class="format_text" id="comment-body-3">{_TEXT}<p class="reply">{_REPLY}</p></div>
      </dd></dl>""",
    "divi": f"""<li class="comment et-pb-non-builder-comment" id="li-comment-3"><article
      id="comment-3" class="comment-body"><div class="comment_postinfo"><span class="fn">
      {_LINK}</span> <span class="comment_date">am 3. Mai 2012 um 17:14</span></div>
      <div class="comment_area"><div class="comment-content clearfix">{_TEXT}<span
      class="reply-container">{_REPLY}</span></div></div></article></li>""",
    "a name and a time in one element": f"""<li class="comment depth-1" id="comment-3">
      <div class="the-comment"><div class="comment-box"><div class="comment-author meta">
      <strong>{_LINK}</strong> 3. Mai 2012 um 17:14 Uhr {_REPLY}</div>
      <div class="comment-text">{_TEXT}</div></div></div></li>""",
    "wrapped twice": f"""<li class="comment depth-1" id="comment-3"><article
      class="comment-container"><div class="comment-author vcard"><img class="avatar"></div>
      <div class="comment-content"><div class="comment-author"><cite class="fn">{_LINK}</cite>
      <span class="comment-meta commentmetadata"><span class="comment-date">3. Mai 2012 um
      17:14</span> <span class="comment-reply">{_REPLY}</span></span></div>
      <div class="comment-entry"><div class="comment-content">{_TEXT}</div></div></div>
      </article></li>""",
    "a heading for the name": f"""<li class="comment depth-1" id="comment-3"><div
      class="comment-header"><h3>{_LINK}</h3><p class="comment-meta">03/05/2012 à 17:14</p>
      </div><div class="comment-body">{_TEXT}<p class="tm-js-reply">{_REPLY}</p></div></li>""",
    "a day and an hour apart": f"""<li class="comment depth-1" id="comment-3"><div
      class="comment-head"><span class="comment-author">{_LINK}</span><span
      class="comment-date">3. Mai 2012</span><span class="comment-date"> at 17:14</span>
      </div><div class="comment-context"><div class="comment-content">{_TEXT}</div></div>
      </li>""",
    "newspaper": f"""<li class="comment" id="comment-3"><article><footer><cite>{_LINK}</cite>
      <a class="comment-link" href="#comment-3"><time pubdate="1336058040">vor Jahren</time>
      </a></footer><div class="comment-content">{_TEXT}</div><div class="comment-meta">
      {_REPLY}</div></article></li>""",
}
_WP = '<meta name="generator" content="WordPress 5"><link href="/wp-content/x" rel=x>'


def page(inner, head="", tail=""):
    return (
        f'<!DOCTYPE html><html lang="de"><head><meta charset="utf-8">{head}<link '
        f'rel="canonical" href="http://reed.example/t/"></head><body>{inner}{tail}'
        "</body></html>"
    ).encode()


@pytest.mark.parametrize("theme", WORDPRESS)
def test_themes_of_wordpress(theme):
    inner = f'<ol class="comment-list">{WORDPRESS[theme]}</ol>'
    if theme in {"thesis", "wpDiscuz 5", "wpDiscuz 7"}:
        inner = WORDPRESS[theme]
    [post], reading = read(page(inner, _WP))
    [comment] = post.comments
    assert (comment.source_id, comment.name) == ("3", "Ada Reed")
    assert comment.link in {"http://ada.example", "http://ada.example/"}
    assert comment.plain == "Grey reeds.\nBent."
    if theme == "a heading for the name":
        # Nobody can tell which is the month.
        assert comment.when.printed == "03/05/2012 à 17:14"
    else:
        assert str(comment.when.utc) in {EXACT, LOCAL}
    assert reading.is_whole
    assert reading.how[0].startswith("by the rules of W")


@pytest.mark.parametrize(
    ("theme", "rules"),
    [
        ("wpDiscuz 7", "wpDiscuz"),
        ("block theme", "a block theme"),
        ("thesis", "Thesis"),
        ("highlander", "highlander"),
        ("divi", "Divi"),
        ("genesis", "Genesis"),
        ("html5", "the html5 list"),
        ("xhtml with votes", "the xhtml list"),
    ],
)
def test_the_report_names_the_rules(theme, rules):
    _posts, reading = read(page(WORDPRESS[theme], _WP))
    assert rules in reading.how[0]


def test_wpdiscuz_names_whom_a_comment_answers():
    second = WORDPRESS["wpDiscuz 7"].replace("comm-3_0", "comm-4_3")
    second = second.replace("comment-3", "comment-4")
    [post], _reading = read(page(WORDPRESS["wpDiscuz 7"] + second, _WP))
    assert [(each.source_id, each.parent_id) for each in post.comments] == [
        ("3", ""),
        ("4", "3"),
    ]


OTHERS = {
    "Drupal 7": (
        f"""<a id="comment-31"></a><div class="comment clearfix" about="/comment/31#comment-31"
      typeof="sioc:Post sioct:Comment"><div class="attribution"><div class="submitted">
      <p class="commenter-name"><span rel="sioc:has_creator"><a class="username"
      href="http://ada.example" property="foaf:name">Ada Reed</a></span></p>
      <p class="comment-time"><span property="dc:date dc:created"
      content="2012-05-03T17:14:00+02:00">Do, 03/05/2012 - 17:14</span></p></div></div>
      <div class="comment-text"><div class="content"><div class="field-item even"
      property="content:encoded">{_TEXT}</div></div><ul class="links inline"><li
      class="comment-reply"><a href="/comment/reply/9/31">Antworten</a></li></ul></div>
      </div>""",
        "31",
        "Drupal",
    ),
    "Drupal 9": (
        f"""<article data-comment-user-id="0" id="comment-31" class="comment js-comment">
      <mark class="hidden" data-comment-timestamp="1336058040"></mark><footer
      class="comment__meta"><p class="comment__author"><span><a href="http://ada.example">
      Ada Reed</a></span></p><p class="comment__time">Do, 3. Mai 2012 - 17:14</p>
      <p class="comment__permalink"><a rel="bookmark" href="/comment/31#comment-31">Permanent
      </a></p></footer><div class="comment__content"><div
      class="field field--name-comment-body">{_TEXT}</div></div></article>""",
        "31",
        "Drupal",
    ),
    "Serendipity": (
        f"""<a id="c31"></a><div id="serendipity_comment_31" class="serendipity_comment odd">
      <div class="serendipity_commentBody">{_TEXT}</div><div class="serendipity_comment_source">
      <a class="comment_source_trace" href="#c31">#1</a> <span class="comment_source_author">
      <a href="http://ada.example">Ada Reed</a></span> am <span class="comment_source_date">
      3. Mai 2012 17:14</span> <a class="comment_reply" href="#serendipity_CommentForm">
      (Antwort)</a></div></div>""",
        "31",
        "Serendipity",
    ),
    "Movable Type": (
        f"""<div class="comment" id="comment-31"><div class="inner"><div class="comment-header">
      <div class="asset-meta"><span class="byline"><span class="vcard author"><a
      href="http://ada.example">Ada Reed</a></span> schrieb: <a href="#comment-31"><abbr
      class="published" title="2012-05-03T17:14:00+02:00">3. Mai</abbr></a></span></div></div>
      <div class="comment-content">{_TEXT}</div></div></div>""",
        "31",
        "Movable Type",
    ),
    "Isso": (
        f"""<div class="isso-comment" id="isso-31"><div class="isso-text-wrapper"><div
      class="isso-comment-header"><span class="isso-author"><a href="http://ada.example">Ada
      Reed</a></span><span class="isso-spacer">•</span><a class="isso-permalink"
      href="#isso-31"><time datetime="2012-05-03T15:14:00Z">vor Jahren</time></a></div>
      <div class="isso-text">{_TEXT}</div><div class="isso-comment-footer"><a
      class="isso-upvote" href="#"></a><a class="isso-reply" href="#">Antworten</a></div>
      </div></div>""",
        "31",
        "Isso",
    ),
    "Remark42": (
        f"""<article class="comment root__comment" id="remark42__comment-31aabbcc"><div
      class="comment__info"><img class="comment__avatar"><a class="comment__username"
      href="http://ada.example">Ada Reed</a> <a class="comment__time"
      href="/t/#remark42__comment-31aabbcc">3. Mai 2012, 17:14</a></div><div
      class="comment__text raw-content">{_TEXT}</div><div class="comment__actions"><button>
      Antworten</button></div></article>""",
        "31aabbcc",
        "Remark42",
    ),
    "Disqus without scripts": (
        f"""<ul id="dsq-comments"><li class="dsq-comment comment" id="dsq-comment-31">
      <div id="dsq-comment-header-31" class="dsq-comment-header"><cite id="dsq-cite-31"><a
      id="dsq-author-user-31" href="http://ada.example">Ada Reed</a></cite> <span
      class="dsq-comment-date">3. Mai 2012 17:14</span></div><div id="dsq-comment-body-31"
      class="dsq-comment-body"><div id="dsq-comment-message-31" class="dsq-comment-message">
      {_TEXT}</div></div></li></ul>""",
        "31",
        "Disqus",
    ),
    "TYPO3": (
        f"""<div class="tx-comments-comment" id="comment-31"><div
      class="tx-comments-comment-author"><a href="http://ada.example">Ada Reed</a></div><div
      class="tx-comments-comment-date">3. Mai 2012 17:14</div><div
      class="tx-comments-comment-content">{_TEXT}</div></div>""",
        "31",
        "TYPO3",
    ),
    "unknown": (
        f"""<div class="kommentar-item"><a name="31" id="31"></a><div class="kommentar-info">
      <div class="benutzer"><a href="http://ada.example">Ada Reed</a></div><div
      class="datum">03.05.2012, 17.14 Uhr</div></div><div class="kommentar-text">{_TEXT}</div>
      <div class="vote"><i title="like">4</i><a class="vote-login" href="/login">Login</a>
      </div></div>""",
        "31",
        "no system that is known",
    ),
}


OTHERS["Commento"] = (
    f"""<div id="commento-comment-card-31aabb" class="commento-card"><div
      class="commento-header"><div class="commento-avatar">A</div><a class="commento-name"
      href="http://ada.example">Ada Reed</a><div class="commento-subtitle"><div
      class="commento-timeago" title="2012-05-03T15:14:00Z">vor Jahren</div></div></div>
      <div class="commento-body"><div id="commento-comment-text-31aabb">{_TEXT}</div></div>
      <div class="commento-options"><button>Hoch</button></div></div>""",
    *("31aabb", "Commento"),
)


@pytest.mark.parametrize("system", OTHERS)
def test_other_systems(system):
    inner, key, rules = OTHERS[system]
    [post], reading = read(page(inner))
    [comment] = post.comments
    assert (comment.source_id, comment.name) == (key, "Ada Reed")
    assert comment.link in {"http://ada.example", "http://ada.example/"}
    assert str(comment.when.utc) in {EXACT, LOCAL}
    assert comment.plain == "Grey reeds.\nBent."
    assert rules in reading.how[0]
    assert not post.is_whole


def test_answers_lie_inside_what_they_answer():
    inner, _key, _rules = OTHERS["Isso"]
    answer = inner.replace("isso-31", "isso-32").replace("Ada Reed", "Ben")
    answer = answer.replace("Ada\n      Reed", "Ben")
    whole = inner[: inner.rindex("</div>")] + f"<div class=f>{answer}</div></div>"
    [post], _reading = read(page(whole))
    assert [(each.source_id, each.parent_id) for each in post.comments] == [
        ("31", ""),
        ("32", "31"),
    ]
    assert [each.name for each in post.comments] == ["Ada Reed", "Ben"]
    assert post.comments[0].plain == "Grey reeds.\nBent."


BLOGGER = {
    "of 2004, with the time below": """<dl id="comments-block"><dt class="comment-poster"
      id="c1110000001"><a name="c1110000001"></a><a rel="nofollow"
      href="http://www.blogger.com/profile/5">Ada Reed</a> said...</dt><dd
      class="comment-body"><p>Grey reeds.</p></dd><dd class="comment-timestamp"><a
      href="#c1110000001" title="comment permalink">3. Mai 2012 17:14</a></dd></dl>""",
    "of 2004, with the time before": """<dl id="comments-block"><dt class="comment-data"
      id="c1110000001"><a name="c1110000001"></a>At <a href="#c1110000001"
      title="comment permalink">3. Mai 2012 17:14</a>, <a rel="nofollow"
      href="http://www.blogger.com/profile/5">Ada Reed</a> said...</dt><dd
      class="comment-body"><p>Grey reeds.</p></dd></dl>""",
    "of 2006": """<dl id="comments-block"><dt class="comment-author" id="c1110000001"><a
      name="c1110000001"></a><a rel="nofollow" href="http://www.blogger.com/profile/5">Ada
      Reed</a> hat gesagt…</dt><dd class="comment-body"><p>Grey reeds.</p></dd><dd
      class="comment-footer"><span class="comment-timestamp"><a
      href="/t.html?showComment=1336058040000#c1110000001">3. Mai 2012 17:14</a></span>
      </dd></dl>""",
    "of 2011": """<ol><li class="comment" id="c1110000001"><div class="comment-block"><div
      class="comment-header"><cite class="user"><a href="http://www.blogger.com/profile/5">
      Ada Reed</a></cite><span class="icon user"></span><span class="datetime"><a
      href="/t.html?showComment=1336058040000#c1110000001">3. Mai 2012 17:14</a></span></div>
      <p class="comment-content">Grey reeds.</p><span class="comment-actions">Antworten
      </span></div></li></ol>""",
}


BLOGGER["of 2011, saved by a browser"] = """<ol id="bc_0_7TB"><li class="comment"
  id="bc_0_0B"><div id="c1110000001" class="comment-block"><div class="comment-header"><cite
  class="user"><a href="http://www.blogger.com/profile/5">Ada Reed</a></cite><span
  class="datetime"><a href="/t.html?showComment=1336058040000#c1110000001">3. Mai 2012</a>
  </span></div><p class="comment-content">Grey reeds.</p></div><div
  class="comment-replies"></div></li></ol>"""


@pytest.mark.parametrize("generation", BLOGGER)
def test_the_generations_of_blogger(generation):
    [post], _reading = read(page(BLOGGER[generation]))
    [comment] = post.comments
    assert (comment.source_id, comment.name) == ("1110000001", "Ada Reed")
    assert comment.link == "http://www.blogger.com/profile/5"
    assert str(comment.when.utc) in {EXACT, LOCAL}
    assert comment.plain == "Grey reeds."


def test_an_emptied_comment_of_blogger_has_not_the_words_of_its_answer():
    inner = BLOGGER["of 2011"]
    answer = inner.replace("1110000001", "1110000002").replace("Ada Reed", "Ben")
    whole = inner.replace('<p class="comment-content">Grey reeds.</p>', "")
    whole = whole.replace("</li></ol>", f"{answer}</li></ol>")
    [post], _reading = read(page(whole))
    assert [each.name for each in post.comments] == ["Ada Reed", "Ben"]
    assert [each.plain for each in post.comments] == ["", "Grey reeds."]


def test_answers_in_a_page_of_blogger_that_a_browser_saved():
    inner = BLOGGER["of 2011, saved by a browser"]
    answer = inner.replace("1110000001", "1110000002").replace("Ada Reed", "Ben")
    whole = inner.replace(
        'class="comment-replies">', f'class="comment-replies">{answer}'
    )
    [post], _reading = read(page(whole))
    assert [(each.source_id, each.parent_id) for each in post.comments] == [
        ("1110000001", ""),
        ("1110000002", "1110000001"),
    ]


def test_answers_of_another_class_are_read_and_others_like_them_are_missed():
    inner, _key, _rules = OTHERS["unknown"]
    answer = inner.replace('"31"', '"32"').replace(
        "kommentar-item", "kommentar-antwort"
    )
    [post], reading = read(page(inner + answer))
    assert [each.source_id for each in post.comments] == ["31", "32"]
    assert reading.is_whole
    odd = answer.replace("kommentar-antwort", "zweiter").replace("32", "33")
    [post], reading = read(page(inner + odd))
    assert [each.source_id for each in post.comments] == ["31"]
    assert not reading.is_whole
    assert "1 more texts like those of its comments" in reading.problems[0].reason
