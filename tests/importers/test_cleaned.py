from pathlib import Path

import pytest

from commentarchive import intake
from commentarchive.importers.isolated_source import IsolatedSource
from commentarchive.importers.parsed import Reading
from commentarchive.text.clean_html import BEYOND_LIMITS, clean
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.pure
# Ends of nothing do not close what is open.
COSTLY = "".join(f"<b {n}></x>w " for n in range(5000))


def read(path):
    reading = Reading()
    return list(IsolatedSource(path).posts(reading)), reading


def test_costly_comments_end_nothing_and_are_named_by_their_bytes(tmp_path):
    costly = [comment(n, COSTLY) for n in range(1, 15)]
    data = export(item(*costly, comment(20, "Sound.")), item(comment(21), number=2))
    [first, second], reading = read(write(tmp_path, data))
    assert reading.is_whole
    assert not reading.problems
    assert len(first.comments) == 15
    assert first.comments[-1].plain == "Sound."
    assert [each.source_id for each in second.comments] == ["21"]
    for each in first.comments[:14]:
        assert each.raw == COSTLY.strip()
        assert each.plain.split() == ["w"] * 5000
        assert each.html.endswith(BEYOND_LIMITS)
    assert [note.reason.partition(":")[0] for note in reading.repairs] == [
        f"comment {n}" for n in range(1, 15)
    ]
    for note in reading.repairs:
        byte = int(note.place.rpartition("byte ")[2])
        assert data[byte:].lstrip().startswith(b"<wp:comment>")


def test_a_costly_article_is_named_too(tmp_path):
    data = export(item(comment(1), body=COSTLY))
    [post], reading = read(write(tmp_path, data))
    assert post.plain.split() == ["w"] * 5000
    [note] = reading.repairs
    assert note.reason.startswith("article 1: not all of its markup")
    assert note.place.endswith(f", byte {post.byte}")


def test_articles_are_cleaned_before_the_archive_gets_them(tmp_path):
    raw = "<h1>A</h1>\n\n<script>x</script>b &amp; c"
    [post], _reading = read(write(tmp_path, export(item(body=raw))))
    assert post.raw == raw
    cleaned = clean(raw, "wp-autop", article=True)
    assert (post.html, post.plain) == (cleaned.html, cleaned.plain)
    for module in Path(intake.__file__).parent.glob("*.py"):
        assert "import clean" not in module.read_text(), module
        assert "CLEANER, clean" not in module.read_text(), module
