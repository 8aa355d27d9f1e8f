"""A dry run prints what its import prints, however its files hang together."""

import json
import os
from random import Random

import pytest

from commentarchive.erasure.erase import erase
from commentarchive.intake.dry_run import dry_run
from commentarchive.intake.session import import_files
from commentarchive.ledger.models import Entry
from commentarchive.models import Blog, Capture, Comment, Post
from tests.dump import standing
from tests.intake.test_reading_orders import dated, page, shown
from tests.intake.test_repeated import told
from tests.reading_orders import ReadFile, foresee_again, read_again, undone
from tests.wxr import comment, export, item, load, write

pytestmark = pytest.mark.django_db
# A few in the suite; more with FUZZ.
SEEDS = int(os.environ.get("FUZZ", "5"))
NAMES = {1: "Ann", 2: "Ben", 3: "Cy", 4: "Di", 5: "Ann", 6: "Ed"}
WORDS = {
    7: "The ferry leaves the harbour at nine in the morning all summer.",
    8: "The pier was closed for repairs when the storm had passed by.",
}


def some_of(chance):
    return [number for number in NAMES if chance.random() < 0.6]


def told_in_export(chance, number, shift):
    """Return a comment of an export in which all numbers are shifted."""
    parent = chance.choice((0, 0, 0, 1, 2, 3))
    return comment(
        number + shift,
        f"Text {number}{chance.choice(('', '', ' edited'))} of it.",
        parent=parent and parent + shift,
        approved=chance.choice(("1", "1", "1", "0", "spam", "trash")),
        author=NAMES[number],
        email=chance.choice(("", "x@mail.example")),
        local=f"2012-04-0{number} 10:00:17",
        gmt=f"2012-04-0{number} 09:00:17",
    )


def any_export(chance, turn):
    """Make an export whose blog has moved or not: its numbers may be others."""
    shift = chance.choice((0, 0, 100, 1))
    items = []
    for _article in range(chance.choice((1, 1, 2))):
        number = chance.choice((7, 7, 7, 8))
        address = f"https://test.example/{number}/"
        made = item(
            *(told_in_export(chance, each, shift) for each in some_of(chance)),
            number=number + chance.choice((0, 0, shift)),
            title=chance.choice((f"Article {number}", "Another title")),
            body=chance.choice((WORDS[number], "Other words.")),
            status=chance.choice(("publish", "publish", "publish", "draft")),
        )
        items.append(made.replace("</item>", f"<link>{address}</link></item>"))
    return "xml", dated(f"{turn + 2:02}", export(*items))


def any_page(chance, _turn):
    shift = chance.choice((0, 0, 100))
    times = ("{} April 2012 at 10:00 am", "{} April 2012", "")
    inside = [
        shown(
            *(each + shift, NAMES[each], chance.choice(times).format(each)),
            f"Text {each} of it.",
        )
        for each in some_of(chance)
    ]
    title = chance.choice(("Article 7", "Article 7 | Test blog"))
    made = page(*inside, title=title, classes=f"single postid-{7 + shift}")
    return "html", made.replace("test.example/1/", "test.example/7/").encode()


def any_answer(chance, _turn):
    shift = chance.choice((0, 0, 100))
    answer = [
        {
            "id": each + shift,
            "post": 7 + shift,
            "parent": chance.choice((0, 0, 1 + shift)),
            "author_name": NAMES[each],
            "date": f"2012-04-0{each}T10:00:17",
            "date_gmt": f"2012-04-0{each}T09:00:17",
            "content": {"rendered": f"<p>Text {each} of it.</p>\n"},
            "link": f"https://test.example/7/#comment-{each + shift}",
            "status": chance.choice(("approved", "hold", "spam")),
            "type": "comment",
        }
        for each in some_of(chance) or [1]
    ]
    return "json", json.dumps(answer).encode()


def any_files(folder, chance):
    """Write some files of one blog, each read once."""
    kinds = (any_export, any_export, any_export, any_page, any_answer)
    files = {}
    for turn in range(chance.randint(2, 5)):
        ending, data = chance.choice(kinds)(chance, turn)
        path = folder / f"{turn}.{ending}"
        path.write_bytes(data)
        files[path.name] = ReadFile(path)
    return files


def any_groups(names, chance):
    """Divide files into groups that are given together; one may be given twice."""
    groups = [[]]
    for name in names:
        if groups[-1] and chance.random() < 0.5:
            groups.append([])
        groups[-1].append(name)
    if chance.random() < 0.2:
        groups[-1].append(chance.choice(names))
    return groups


def differences(foreseen, done):
    """Return what two lists of reports say differently."""
    assert len(foreseen) == len(done)
    return [
        (one["file"], name, one[name], other[name])
        for one, other in zip(foreseen, done, strict=True)
        for name in one
        if one[name] != other[name]
    ]


@pytest.mark.parametrize(
    "seed",
    [*map(int, os.environ["SEED"].split(","))]
    if "SEED" in os.environ
    else range(SEEDS),
)
def test_any_files_are_foreseen(tmp_path, seed):
    """Numbers that moved, files together, articles again, one import after another."""
    chance = Random(seed)
    files = any_files(tmp_path, chance)
    for _order in range(3):
        names = chance.sample(list(files), len(files))
        with undone():
            for group in any_groups(names, chance):
                foreseen = told(foresee_again(files, group, blog="test"))
                done = told(read_again(files, [group], blog="test"))
                assert not differences(foreseen, done), group


def as_files(folder, *exports):
    return [write(folder, each, f"{n}.xml") for n, each in enumerate(exports)]


def assert_foreseen(paths, **options):
    foreseen = told(dry_run(paths, **options))
    done = told(import_files(paths, **options))
    assert not differences(foreseen, done)
    return done


def test_a_blog_that_moved_between_two_files_is_foreseen(tmp_path):
    load(tmp_path, item(*map(comment, (1, 2)), number=7, body=WORDS[7]))
    here = [comment(1, "One."), comment(2, "Two.", gmt="2012-04-02 09:00:00")]
    there = [
        comment(101, "One."),
        comment(102, "Two.", gmt="2012-04-02 09:00:00"),
        comment(103, "Three.", parent=102, gmt="2012-04-03 09:00:00"),
    ]
    link = "https://test.example/7/"
    paths = as_files(
        tmp_path,
        export(item(*here, number=7, link=link, body=WORDS[7])),
        export(item(*there, number=107, link=link, body=WORDS[7])),
    )
    assert_foreseen(paths)


def test_two_numbers_of_one_file_that_lead_to_one_article(tmp_path):
    """The second is compared with what the first one left, and both are foreseen."""
    answer = any_answer(Random(1), 0)[1]
    path = write(tmp_path, answer.replace(b'"post": 7', b'"post": 107'), "a.json")
    import_files([path], blog_slug="test")
    both = export(
        item(comment(11, "New."), number=7),
        item(comment(11, "New."), comment(12, "Newer."), number=107),
    )
    assert_foreseen(as_files(tmp_path, both), blog_slug="test")
    assert Comment.objects.filter(source_id="11").count() == 1


def test_the_same_bytes_twice_are_known_the_second_time(tmp_path):
    made = export(item(comment(1), comment(2, parent=9)))
    paths = [*as_files(tmp_path, made, made)]
    first, second = assert_foreseen(paths)
    assert (first["comments"]["new"], second["comments"]["new"]) == (2, 0)


def test_a_file_of_another_blog_is_another_blog(tmp_path):
    one, other = (
        export(item(comment(1)), address=f"https://{name}.example")
        for name in ("one", "other")
    )
    _first, second = assert_foreseen(as_files(tmp_path, one, other))
    assert second["comments"]["new"] == 1


def test_without_an_address_of_the_blog_both_say_so(tmp_path):
    path = write(tmp_path, any_answer(Random(1), 0)[1], "a.json")
    [said] = assert_foreseen([path], blog_slug="quay")
    assert any(
        "no address of the blog is given" in each[1] for each in said["problems"]
    )
    [said] = assert_foreseen([path], blog_slug="quay")


def test_a_blog_that_reads_like_another_is_foreseen(tmp_path):
    load(tmp_path, item(comment(1), body=WORDS[7]))
    moved = export(item(comment(1), body=WORDS[7]), address="https://new.example")
    [said] = assert_foreseen(as_files(tmp_path, moved))
    assert any("--blog test-example" in each[1] for each in said["problems"])


def test_a_decision_is_foreseen(tmp_path):
    load(tmp_path, item(comment(1), comment(2)))
    erase(Comment.objects.get(source_id="1"), basis="subject_request")
    later = export(item(comment(1, "Other words."), comment(2)))
    [said] = assert_foreseen(as_files(tmp_path, later))
    assert any("was erased here" in each[1] for each in said["problems"])


def test_nothing_is_left_of_what_was_rehearsed(tmp_path):
    """No row, no entry of the record, also where a blog would be new."""
    one = export(item(comment(1)))
    other = export(item(comment(1, "Edited."), comment(2)))
    paths = as_files(tmp_path, one, other)
    before = standing()
    assert [each["comments"]["seen"] for each in told(dry_run(paths))] == [1, 2]
    assert standing() == before
    for model in (Blog, Capture, Post, Entry):
        assert not model.objects.exists()
