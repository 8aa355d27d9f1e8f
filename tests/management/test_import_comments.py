"""What the command prints, and what it says of a name that is none of a file."""

import gzip
import json
import os

import pytest
from django.core.management import CommandError, call_command

from commentarchive.models import Blog, Capture, CaptureFile, Comment
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.django_db


def run(capsys, *arguments):
    try:
        call_command("import_comments", *arguments)
        code = 0
    except SystemExit as ended:
        code = ended.code
    return capsys.readouterr().out, code


def run_json(capsys, *arguments):
    out, _code = run(capsys, *arguments, "--json")
    return json.loads(out)


@pytest.mark.parametrize("options", [[], ["--dry-run"]], ids=["import", "dry"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("exprot.xml", "exprot.xml: there is no such file"),
        ("export.xml/inside", "export.xml/inside: there is no such file"),
        ("folder", "folder: it is a folder; name the files in it"),
        (".", ".: it is a folder; name the files in it"),
        ("pipe", "pipe: it is no file, but a pipe or a device"),
        ("/dev/zero", "/dev/zero: it is no file, but a pipe or a device"),
        ("x" * 300, f"{'x' * 300}: File name too long"),
        ("no\x1b[31msuch", "no\ufffd[31msuch: there is no such file"),
    ],
)
def test_what_is_no_file_gets_one_sentence(name, words, options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, export(item(comment(1))))
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CommandError) as refused:
        call_command("import_comments", "export.xml", name, *options)
    assert str(refused.value) == words
    assert not Blog.objects.exists()


def test_a_path_is_relative_to_where_the_command_runs(tmp_path, monkeypatch, capsys):
    (tmp_path / "here" / "below").mkdir(parents=True)
    write(tmp_path / "here", export(item(comment(1))))
    for folder, path in (
        ("here", "export.xml"),
        ("here/below", "../export.xml"),
        (".", "./here/export.xml"),
    ):
        monkeypatch.chdir(tmp_path / folder)
        assert run_json(capsys, path)["comments"]["seen"] == 1


@pytest.mark.skipif(os.name != "posix", reason="names of files are bytes there")
def test_a_name_that_cannot_be_printed_is_imported_all_the_same(tmp_path, capsys):
    name = os.fsdecode(b"caf\xe9\x1b[2J\n.xml")
    out, code = run(capsys, str(write(tmp_path, export(item(comment(1))), name)))
    assert (code, out.count("\x1b")) == (0, 0)
    assert out.startswith("caf\ufffd\ufffd[2J\ufffd.xml: wordpress, read whole")
    assert CaptureFile.objects.get().name == "caf\ufffd\ufffd[2J\ufffd.xml"


def test_equal_repairs_are_one_line_with_their_number(tmp_path, capsys):
    texts = (comment(n, "x", url=f"http://a.example/?a&b={n}") for n in range(1, 121))
    data = export(item(*texts, comment(200, "one\x0btwo")))
    path = str(write(tmp_path, data))
    out, code = run(capsys, path)
    lines = [line for line in out.splitlines() if "repaired" in line]
    assert code == 0
    first, second = (data.index(b"&b=1<"), data.index(b"&b=2<"))
    line = data.count(b"\n", 0, first) + 1
    assert lines[0].startswith(
        f"  repaired: 120 times (line {line}, byte {first}; line {line}, byte {second};"
    )
    assert lines[0].endswith(" and 117 more): a bare &; escaped")
    assert len(lines) == 2
    assert "problem" not in out


def test_what_was_read_whole_has_remarks_and_what_was_not_has_problems(
    tmp_path, capsys, client
):
    whole = export(item(comment(1)), item(comment(2), status="", number=2))
    out, code = run(capsys, str(write(tmp_path, whole)))
    assert (code, "read whole" in out, "problem:" in out) == (0, True, False)
    assert "  remark: line " in out
    lost = export(item(comment(3, "a\x81b"), number=3)).replace(b"\xc2\x81", b"\x81")
    out, code = run(capsys, str(write(tmp_path, lost, "other.xml")))
    assert (code, "READ IN PART" in out, "problem: line " in out) == (3, True, True)
    for capture, heading in zip(
        Capture.objects.order_by("pk"), ("Remarks", "Problems"), strict=True
    ):
        page = client.get(f"/captures/{capture.ref}/").content.decode()
        assert f"<h2>{heading}</h2>" in page


def _later(*comments, day):
    data = export(item(*comments)).decode()
    head, link, rest = data.partition("<link>")
    return (
        f"{head}<pubDate>{day} May 2012 09:00:00 +0000</pubDate>{link}{rest}".encode()
    )


def test_what_changed_against_the_copy_before_is_told(tmp_path, capsys):
    copies = [
        _later(comment(1, "first"), comment(2, "second"), day=2),
        _later(comment(1, "quite another remark"), comment(3, "third"), day=3),
        _later(comment(1, "quite another remark"), comment(2, "second"), day=4),
    ]
    paths = [str(write(tmp_path, data, f"{n}.xml")) for n, data in enumerate(copies)]
    first = run_json(capsys, paths[0])
    assert first["changes"] is None
    second = run_json(capsys, paths[1])
    numbers = {"shown": 0, "hidden": 0, "moved": 0}
    assert second["changes"] == {
        "before": [first["capture"]],
        "new": 1,
        "edited": 1,
        "gone": 1,
        "back": 0,
        **numbers,
    }
    out, _code = run(capsys, paths[2])
    words = "against the copy before: 1 gone, 1 back again"
    assert f"  {words} (/captures/{second['capture']}/)" in out
    # The same bytes again change nothing.
    assert run_json(capsys, paths[2])["changes"] is None


def test_files_given_together_are_compared_as_one_copy(tmp_path, capsys):
    first = write(tmp_path, _later(comment(1), comment(2), day=2), "1.xml")
    run_json(capsys, str(first))
    parts = [
        export(item(comment(1))).replace(b"<link>", b"<pubDate>3 May 2012 09:00:00 "
                                         b"+0000</pubDate><link>", 1),
        export(item(comment(9), number=9)),
    ]  # fmt: skip
    paths = [str(write(tmp_path, data, f"part{n}")) for n, data in enumerate(parts)]
    out, _code = run(capsys, *paths, "--json")
    told = [json.loads(line)["changes"] for line in out.splitlines()]
    assert told[0] == told[1]
    assert told[0]["gone"] == 1


def test_a_lost_character_hides_nothing_that_vanished(tmp_path, capsys):
    run_json(capsys, str(write(tmp_path, _later(comment(1), comment(2), day=2), "1")))
    data = _later(comment(1), comment(3, "a#b"), day=3).replace(b"#", b"\x81")
    later = run_json(capsys, str(write(tmp_path, data, "2")))
    assert later["complete"] is False
    assert later["changes"]["gone"] == 1
    assert Comment.objects.get(source_id="2").visibility == "gone_at_source"
    # Where a whole record is lost, nothing is taken for gone.
    broken = _later(comment(1), comment(4).replace("</wp:comment_id>", ""), day=4)
    last = run_json(capsys, str(write(tmp_path, broken, "3")))
    assert last["complete"] is False
    assert Comment.objects.get(source_id="3").visibility == "published"


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_places_name_line_and_byte(pack, tmp_path, capsys):
    data = export(item(comment(1)), item(comment(2, "one\x00two"), number=2))
    told = run_json(capsys, str(write(tmp_path, pack(data))))
    byte = data.index(0)
    line = data.count(b"\n", 0, byte) + 1
    assert [each["place"] for each in told["repairs"]] == [f"line {line}, byte {byte}"]
