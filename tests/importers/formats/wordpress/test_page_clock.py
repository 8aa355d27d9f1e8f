"""Times that a page of WordPress states with an offset of zero."""

import pytest

from tests.importers.reading import read

pytestmark = pytest.mark.pure

LOCAL, UTC = "2018-12-07 13:22:45", "2018-12-07 13:22:45+00:00"
STATED = "2018-12-07T13:22:45+00:00"


def moment(release, stated, shown):
    """Return the time of the only comment on a page in German."""
    generator = f'<meta name="generator" content="{release}">' if release else ""
    [post], _reading = read(
        f"""<!DOCTYPE html><html lang="de-DE"><head>{generator}
        <link rel="https://api.w.org/" href="https://wehr.example/wp-json/">
        </head><body class="single-post postid-7"><ol class="comment-list">
        <li id="comment-3" class="comment depth-1"><article id="div-comment-3"
        class="comment-body"><footer class="comment-meta"><div class="comment-author
        vcard"><b class="fn">Udo</b></div><div class="comment-metadata"><a
        href="#comment-3"><time datetime="{stated}">{shown}</time></a></div></footer>
        <div class="comment-content"><p>Sie ist zu.</p></div></article></li></ol>
        </body></html>""".encode()
    )
    return str(post.comments[0].when.utc)


@pytest.mark.parametrize("release", ["WordPress 4.9.10", "WordPress 5.2", ""])
@pytest.mark.parametrize("stated", [STATED, STATED.replace("+00:00", "Z")])
@pytest.mark.parametrize(
    "shown", ["7. Dezember 2018 um 13:22 Uhr", "7. Dezember 2018", "vor 3 Jahren", ""]
)
def test_zero_is_no_offset_before_5_3(release, stated, shown):
    assert moment(release, stated, shown) == LOCAL


@pytest.mark.parametrize(
    "release", ["WordPress 5.3", "WordPress 5.3-RC1", "WordPress 5.10", "WordPress 6.9"]
)
def test_zero_is_believed_from_5_3_on(release):
    assert moment(release, STATED, "7. Dezember 2018 um 13:22 Uhr") == UTC


def test_another_hour_beside_it_shows_that_it_is_utc():
    shown = "7. Dezember 2018 um 14:22 Uhr"
    assert moment("WordPress 4.9.10", STATED, shown) == UTC


def test_other_offsets_are_believed_of_any_release():
    stated = "2018-12-07T13:22:45+01:00"
    shown = "7. Dezember 2018 um 13:22 Uhr"
    assert moment("WordPress 4.9.10", stated, shown) == "2018-12-07 12:22:45+00:00"
