"""Subject lines of comments, in systems that ask for one."""

import pytest

from tests.importers.reading import read

pytestmark = pytest.mark.pure


def _drupal(number, subject, text):
    return f"""<article id="comment-{number}" about="/comment/{number}"
      typeof="schema:Comment" class="comment js-comment"><footer><span
      rel="schema:author"><span typeof="schema:Person" property="schema:name">{"ABCDE"[number - 1]}da</span>
      </span> <span property="schema:dateCreated" content="2012-05-0{number}T15:00:00Z">
      </span></footer><h3 property="schema:name" datatype=""><a class="permalink"
      rel="bookmark" href="/comment/{number}#comment-{number}">{subject}</a></h3><div
      property="schema:text" class="field--name-comment-body"><p>{text}</p></div>
      </article>"""


def test_the_subject_line_that_somebody_wrote_is_of_the_text():
    told = [
        ("On reeds & rushes", "they bend."),
        ("Reeds bend so far that", "Reeds bend so far that they break."),
        ("Re: The weir", "No."),
        ("Re: The weir", "Yes."),
        ("(kein Betreff)", "Hm."),
    ]
    inner = "".join(_drupal(n, *each) for n, each in enumerate(told, 1))
    page = f"""<html><head><title>Weir</title><meta name="generator" content="Drupal 9">
      </head><body><h1>Weir</h1><div id="comments">{inner}</div></body></html>"""
    [post], _notes = read(page.encode())
    assert [each.plain for each in post.comments] == [
        "On reeds & rushes\nthey bend.",
        *(text for _subject, text in told[1:]),
    ]
    assert post.comments[0].name == "Ada"
