"""Both databases find what a plain reading of every comment finds."""

import random
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

import pytest

from commentarchive.models import Comment, PublicWords
from commentarchive.search import find, look_up
from commentarchive.search.find import MOST, find_comments, find_titles
from commentarchive.search.index import catch_up, rebuild
from commentarchive.search.query import parse
from tests.wxr import comment, item, load

pytestmark = pytest.mark.django_db

VOCABULARY = [
    "wall",
    "lamp",
    "Lamp",
    "LAMPS",
    "don’t",
    "don't",
    "Straße",
    "strasse",
    "naïve",
    "naive",
    "by-election",
    "ключи",
    "Где",
    "ключ",
    "東京",
    "京都",
    "tower",
    "ﬁne",
    "fine",
    "ＡＢＣ",
    "abc",
    "1,000",
    "1000",
    "the",
    "the",
    "the",
    "a",
    "éte",
    "été",
    "हिन्दी",
    "ภาษาไทย",
    "so\xadft",
    "soft",
    "x_y",
    "https://lamp.example/wall?x=1",
    "«wall»",
    "ok",
]
NAMES = ("Ann Bell", "Ann", "Ted Vane", "Zoë", "Zoe")


@pytest.fixture
def thread(tmp_path):
    chance = random.Random(7)
    comments = [
        comment(
            number,
            " ".join(chance.choices(VOCABULARY, k=chance.randint(1, 14))),
            author=chance.choice(NAMES),
            email="",
            approved=chance.choice(["1", "1", "1", "0", "trash", "spam"]),
            gmt=f"2012-{chance.randint(3, 5):02}-{chance.randint(1, 28):02} {chance.randint(0, 23):02}:30:00",
        )
        for number in range(1, 161)
    ]
    load(
        tmp_path,
        item(*comments[:80], title="The wall of lamps"),
        item(*comments[80:], number=2, title="Straße 東京"),
    )
    catch_up()


def reference_words(text):
    """Read a text's words in the plainest way, by Unicode alone."""
    found = []
    for char in unicodedata.normalize("NFKD", text):
        if char in "'’‘‛ʼʹʻ′`´" or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
            continue
        if unicodedata.category(char)[0] not in "LMN":
            found.append(" ")
        elif re.match(r"[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff]", char):
            found.append(f" {char} ")
        else:
            found.append(char.casefold())
    return "".join(found).split()


def holds(words, run):
    return any(
        words[n : n + len(run)] == list(run) for n in range(len(words) - len(run) + 1)
    )


@dataclass(frozen=True, kw_only=True)
class Read:
    """A shown comment, as a plain reading of it has it."""

    words: list[str]
    name: list[str]
    day: date
    is_moderated: bool
    found_as: tuple[int, int]


def read_all():
    """Read every shown comment."""
    return [
        Read(
            words=reference_words(one.current_revision.text.plain),
            name=reference_words(one.commenter.name.name),
            day=one.local_time.date(),
            is_moderated=one.tombstones.exists() or one.decided_entry is not None,
            found_as=(int(one.posted_at.timestamp()), one.current_revision_id),
        )
        for one in Comment.objects.shown().read()
    ]


def reference(query, comments):
    """Find by looking at every comment, newest first."""
    found = [
        one.found_as
        for one in comments
        if all(holds(one.words, t.words) != t.is_unwanted for t in query.text)
        and all(holds(one.name, t.words) != t.is_unwanted for t in query.authors)
        and (query.since is None or one.day >= query.since)
        and (query.until is None or one.day < query.until)
        and query.is_moderated in {None, one.is_moderated}
    ]
    return sorted(found, reverse=True)


def generated(number):
    chance = random.Random(number)
    parts = [chance.choice(VOCABULARY).replace('"', "")]
    for _ in range(chance.randint(0, 2)):
        word = chance.choice(VOCABULARY)
        parts.append(
            chance.choice(
                [
                    word,
                    f"-{word}",
                    f'"{word} {chance.choice(VOCABULARY)}"',
                    f'-"{word} the"',
                    f"author:{chance.choice(('ann', 'ZOE', '“Ann Bell”', 'vane'))}",
                    f"-author:{chance.choice(('bell', 'zoë'))}",
                    f"after:2012-{chance.choice(('04', '04-10', '05-01'))}",
                    f"before:2012-{chance.choice(('05', '04-20'))}",
                ]
            )
        )
    return " ".join(parts)


def test_300_queries_find_the_same_on_each_database(thread):
    had_hits, comments = 0, read_all()
    for number in range(300):
        typed = generated(number)
        query = parse(typed)
        expected = reference(query, comments)
        found = find_comments(query)
        hits = [(hit.key >> 30, hit.revision) for hit in found.hits]
        assert hits == expected, typed
        assert found.is_all
        best = find_comments(query, best_first=True).hits
        assert {h[:3] for h in best} == {h[:3] for h in found.hits}, typed
        assert [h.score for h in best] == sorted((h.score for h in best), reverse=True)
        had_hits += bool(expected)
    assert had_hits > 150


@pytest.mark.parametrize("beginning", [20_000, 60])
def test_scores_are_the_same_whole_numbers_on_each_database(
    thread, monkeypatch, beginning
):
    monkeypatch.setattr(look_up, "_BEGINNING", beginning)
    hits = find_comments(parse('the -wall "the the"'), best_first=True).hits
    assert hits
    for hit in hits:
        words = PublicWords.objects.get(pk=hit.key).words[:beginning]
        spread = 1 + len(words) // 500
        counts = [words.count(" the "), words.count(" the the ")]
        assert hit.score == sum(1000 * n // (n + spread) for n in counts)
        plain = Comment.objects.get(pk=hit.subject).current_revision.text.plain
        assert holds(reference_words(plain), ("the", "the"))


def test_the_best_of_the_newest_come_first_and_only_so_many(thread, monkeypatch):
    newest = find_comments(parse("the"))
    assert len(newest.hits) > 8
    monkeypatch.setattr(find, "WEIGHED", 8)
    monkeypatch.setattr(find, "MOST", 5)
    found = find_comments(parse("the"), best_first=True)
    words = PublicWords.objects.in_bulk([hit.key for hit in newest.hits[:8]])
    best = sorted(words, key=lambda key: (-_weight(words[key].words), -key))
    assert ([hit.key for hit in found.hits], found.is_all) == (best[:5], False)


def _weight(words):
    number = words.count(" the ")
    return 1000 * number // (number + 1 + len(words) // 500)


def test_a_rebuilt_index_finds_the_same(thread):
    queries = [parse(generated(number)) for number in range(40)]
    before = [find_comments(query) for query in queries]
    rebuild()
    assert [find_comments(query) for query in queries] == before
    assert [hit.subject for hit in find_titles(parse("strasse")).hits]


def test_more_than_so_many_hits_are_not_counted(tmp_path, monkeypatch):
    total = MOST + 60
    load(
        tmp_path,
        item(
            *(
                comment(n, f"wall {n % 3}", gmt=f"20{n % 14:02}-05-01 10:00:00")
                for n in range(1, total + 1)
            )
        ),
    )
    catch_up()
    expected = sorted(
        Comment.objects.all(), key=lambda each: (each.posted_at, each.pk), reverse=True
    )
    # Also where PostgreSQL asks its index, period by period, from the first row on.
    for newest, few in ((10_000, 5), (20, 5), (20, 100), (0, 0), (0, 1)):
        monkeypatch.setattr(look_up, "_NEWEST", newest)
        monkeypatch.setattr(look_up, "_FEW", few)
        found = find_comments(parse("wall"))
        assert (len(found.hits), found.is_all) == (MOST, False)
        assert [h.subject for h in found.hits] == [c.pk for c in expected[:MOST]]
        some = find_comments(parse("wall 1"))
        assert some.is_all
        assert [h.subject for h in some.hits] == [
            each.pk for each in expected if int(each.source_id) % 3 == 1
        ]
