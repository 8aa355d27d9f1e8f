"""Whatever order the copies of a blog are read in, one state stands at the end."""

import functools
import itertools
import json
import os
import random
from pathlib import Path

import pytest

from commentarchive.ledger.reconciliation import reconcile
from commentarchive.models import Comment
from tests.dump import standing
from tests.reading_orders import READINGS, ReadFile, read_again, undone
from tests.wxr import comment, export, item

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).resolve().parents[3] / "shared/samples/wordpress-6.1.9"
# A few in the suite; `make soak` reads two hundred.
ORDERS = int(os.environ.get("ORDERS", "3"))
REST = [("1", "0"), ("2", "1"), ("3", "2")]
_ITEM = (
    "<item><title>Comment on An article by {name}</title>"
    "<link>https://test.example/1/#comment-{number}</link>"
    "<dc:creator>{name}</dc:creator><pubDate>{date}</pubDate>"
    '<guid isPermaLink="false">https://test.example/?p=1#comment-{number}</guid>'
    "<description>{text}</description></item>"
)


def page(*comments, title="An article", classes="single postid-1"):
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title>"
        '<link rel="canonical" href="https://test.example/1/">'
        '<meta name="generator" content="WordPress 6.1"></head>'
        f'<body class="{classes}"><h1 class="entry-title">{title}</h1>'
        '<div class="entry-content"><p>Its text.</p></div>'
        f'<ol class="comment-list">{"".join(comments)}</ol></body></html>'
    )


def shown(number, name, time, text, inside=""):
    return (
        f'<li id="comment-{number}" class="comment depth-1"><div class="comment-body">'
        f'<div class="comment-author vcard"><b class="fn">{name}</b></div>'
        f'<div class="comment-meta commentmetadata">{time}</div>'
        f'<div class="comment-content"><p>{text}</p></div></div>'
        f"{inside}</li>"
    )


def remarks(*, parents=(0, 1, 2), name="Ben", second="17"):
    return [
        comment(
            number,
            text,
            parent=parent,
            author=author,
            url=f"https://{author.lower()}.example/",
            local=f"2012-04-0{number} 10:00:{second}",
            gmt=f"2012-04-0{number} 09:00:{second}",
        )
        for number, text, author, parent in zip(
            (1, 2, 3), ('"One" -- said.', "Two.", "Three."), ("Ann", name, "Cy"),
            parents, strict=True,
        )
    ]  # fmt: skip


def dated(day, data):
    when = f"<channel><pubDate>{day} Jan 2013 10:00:00 +0000</pubDate>"
    return data.replace(b"<channel>", when.encode())


def answers():
    return [
        {
            "id": int(number),
            "post": 1,
            "parent": int(parent),
            "author_name": {"1": "Ann", "2": "Ben", "3": "Cy Young"}[number],
            "author_url": "",
            "date": f"2012-04-0{number}T10:00:17",
            "date_gmt": f"2012-04-0{number}T09:00:17",
            "content": {"rendered": f"<p>{text}</p>\n"},
            "link": f"https://test.example/1/#comment-{number}",
            "status": "approved",
            "type": "comment",
        }
        for (number, parent), text in zip(
            REST, ("&#8220;One&#8221; &#8211; said.", "Two.", "Three."), strict=True
        )
    ]


def record():
    return {
        "id": 1,
        "date": "2012-03-31T12:00:30",
        "date_gmt": "2012-03-31T11:00:30",
        "title": {"rendered": "An article?"},
        "status": "publish",
        "type": "page",
        "content": {"rendered": "<p>Its text.</p>\n"},
        "slug": "an-article",
        "link": "https://test.example/1/",
    }


def feed():
    items = [
        _ITEM.format(
            number=number,
            name=name,
            date=f"0{number} Apr 2012 09:00:17 +0000",
            text=text,
        )
        for number, name, text in ((2, "Ben", "Two."), (3, "Cy", "Three."))
    ]
    return (
        '<?xml version="1.0"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        "<title>Comments on: An article</title><link>https://test.example/1/</link>"
        f"{''.join(items)}</channel></rss>"
    )


def invented():
    """Return files of one small blog that contradict one another in every fact."""
    classic = shown(
        *(1, "Ann", "1 April 2012 at 10:00 am", "“One” – said."),
        "<ol class='children'>"
        + shown(2, "Ben (guest)", "2 April 2012 at 10:00 am", "Two.")
        + "</ol>",
    )
    exact = '<time datetime="2012-04-0{}T10:00:00+01:00">then</time>'
    linked = '<a href="https://pages.example/ann">Ann</a>'
    parentless = [
        each.replace("<wp:comment_parent>0</wp:comment_parent>", "")
        for each in remarks(parents=(0, 0, 0))
    ]
    return {
        "full.xml": dated("05", export(item(*remarks()))),
        "renamed.xml": dated("06", export(item(*remarks(name="Benedict")))),
        "flat.xml": dated("07", export(item(*remarks(parents=(0, 0, 0))))),
        "plugin.xml": dated("08", export(item(*parentless))),
        "undated.xml": export(item(*remarks(second="18"), title="Another title")),
        "rest.json": json.dumps(answers()),
        "some.json": json.dumps([{**answers()[1], "parent": 0}]),
        "posts.json": json.dumps([record()]),
        "feed.rss": feed(),
        "classic.html": page(
            classic + shown(3, "Cy", "3 April 2012 at 10:00 am", "Three."),
            title="An article | Test blog",
        ),
        "exact.html": page(
            shown(1, linked, exact.format(1), "“One” – said."),
            shown(2, "Ben", exact.format(2), "Two."),
        ),
    }


@pytest.fixture
def files(tmp_path):
    made = {}
    for name, data in invented().items():
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        made[name] = ReadFile(path)
    return made


def after(files, names):
    with undone():
        reports = read_again(files, [[name] for name in names], blog="test")
        assert len(reports) == len(names)
        found = standing()
        assert not list(reconcile()), names
    return found


def assert_same(found, expected, names):
    """Compare two states byte for byte; name the lines that differ."""
    lines = set(found.splitlines()) ^ set(expected.splitlines())
    assert found == expected, (names, sorted(lines))


@pytest.mark.parametrize("seed", range(ORDERS))
def test_any_copies_lead_to_one_state_in_any_order(files, seed):
    chance = random.Random(seed)
    names = chance.sample(sorted(files), chance.randint(2, len(files)))
    first = after(files, names)
    for _turn in range(2):
        chance.shuffle(names)
        assert_same(after(files, names), first, names)


def pairs():
    """Return pairs of copies: some, or all of them where many orders are asked for."""
    found = list(itertools.combinations(sorted(invented()), 2))
    return random.Random(0).sample(found, min(len(found), 2 * ORDERS))


@pytest.mark.parametrize(("one", "other"), pairs())
def test_every_pair_of_copies_leads_to_one_state(files, one, other):
    before, now = after(files, [one, other]), after(files, [other, one])
    assert_same(now, before, (one, other))


def test_what_all_of_them_together_lead_to(files):
    """An export's facts, the later export's name, and nobody flattened."""
    read_again(files, [[name] for name in sorted(files)], blog="test")
    found = Comment.objects.order_by("source_id").select_related(
        "commenter__name", "current_revision__text"
    )
    assert [
        (
            *(each.depth, each.commenter.name.name, each.commenter.name.link),
            *(str(each.posted_at)[:19], each.utc_offset),
            *(each.current_revision.text.raw, each.current_revision.text.form),
        )
        for each in found
    ] == [
        *[(0, "Ann", "https://ann.example/", "2012-04-01 09:00:17", 60, '"One" -- said.', "wp-autop")],
        *[(1, "Ben", "https://ben.example/", "2012-04-02 09:00:17", 60, "Two.", "wp-autop")],
        *[(2, "Cy", "https://cy.example/", "2012-04-03 09:00:17", 60, "Three.", "wp-autop")],
    ]  # fmt: skip


SAMPLE_READINGS = (
    *READINGS,
    ["export-later.xml"],
    ["thread-twentytwentyone-later.html"],
)


@functools.cache
def sample_files():
    """Read the samples of one blog once; workers share the rest between them."""
    return {
        name: ReadFile(SAMPLES / name) for names in SAMPLE_READINGS for name in names
    }


def after_samples(order):
    with undone():
        reports = read_again(sample_files(), order)
        assert all(report.is_complete for report in reports), order
        return standing()


@functools.cache
def expected_of_samples():
    """Return what stands at the end where they are read as they are listed."""
    return after_samples(SAMPLE_READINGS)


@pytest.mark.once
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
@pytest.mark.parametrize("seed", range(ORDERS))
def test_the_samples_of_one_blog_lead_to_one_state_in_any_order(seed):
    order = list(SAMPLE_READINGS)
    random.Random(seed).shuffle(order)
    assert_same(after_samples(order), expected_of_samples(), order)
