import gzip
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from commentarchive.importers import isolated_source, reader_messages
from commentarchive.importers.isolated_source import IsolatedSource, stop_readers
from commentarchive.importers.parsed import Reading, Unreadable
from commentarchive.importers.reader import Task, messages
from commentarchive.importers.reader_messages import Ahead, Refused, pack, unpack
from commentarchive.importers.registry import detect
from tests.importers.reading import all_fixtures, fixture
from tests.wxr import comment, export, item, write

pytestmark = pytest.mark.pure


@pytest.fixture
def own_server():
    """A server of this test's own, since it is ended or changed by it."""
    stop_readers()
    yield isolated_source._server
    stop_readers()


def running_readers(server):
    pid = server._process.pid
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def open_descriptors(pid):
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def ends_soon(is_over):
    until = time.monotonic() + 20
    while not is_over():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def test_the_reader_reads_what_the_importer_reads(tmp_path):
    data = export(
        item(comment(1, "Ümläut\x08"), comment(2, parent=1, approved="0")),
        item(comment(3, url="http://a.example/?a&b"), number=2),
        item(number=3),
    )
    path = write(tmp_path, data[:-20])
    here, apart = Reading(), Reading()
    source = IsolatedSource(path)
    expected = list(detect(path).posts(here))
    assert list(source.posts(apart)) == expected
    assert apart == here
    # And once more, from the beginning.
    assert list(source.posts(Reading())) == expected


@pytest.mark.parametrize("name", all_fixtures())
def test_messages_keep_everything_of_every_source(name, tmp_path):
    path = write(tmp_path, fixture(name), "source")
    for message in messages(Task(str(path), "", 0, 0)):
        assert unpack(pack(message)) == message


def test_a_large_file_comes_in_many_messages(tmp_path, monkeypatch):
    monkeypatch.setattr(reader_messages, "ENOUGH_COMMENTS", 3)
    numbers = range(1, 40)
    path = write(tmp_path, export(*(item(comment(n), number=n) for n in numbers)))
    sent = list(messages(Task(str(path), "", 0, 0)))
    assert len(sent) == 1 + 13 + 1
    posts = [post for each in sent[1:-1] for post in unpack(pack(each))]
    assert [post.comments[0].source_id for post in posts] == [str(n) for n in numbers]


def test_a_long_thread_comes_in_parts(tmp_path, monkeypatch, own_server):
    path = write(
        tmp_path,
        export(item(comment(1), number=1), item(*map(comment, range(2, 9)), number=2)),
    )
    expected = list(detect(path).posts(Reading()))
    monkeypatch.setattr(reader_messages, "AHEAD", 3)
    monkeypatch.setattr(reader_messages, "ENOUGH_COMMENTS", 3)
    sent = list(messages(Task(str(path), "", 0, 0)))
    sizes = [len(each.comments) for each in sent if isinstance(each, Ahead)]
    assert sizes == [3, 3]
    left = iter([pack(each) for each in sent])
    monkeypatch.setattr(isolated_source, "_receive", lambda _pipe: next(left))
    assert list(IsolatedSource(path).posts(Reading())) == expected


def test_many_empty_articles_come_in_many_messages(tmp_path, monkeypatch):
    monkeypatch.setattr(reader_messages, "ENOUGH_POSTS", 3)
    path = write(tmp_path, export(*(item(number=n, body="") for n in range(1, 8))))
    sent = list(messages(Task(str(path), "", 0, 0)))
    assert [len(posts) for posts in sent[1:-1]] == [3, 3, 1]


def test_a_bomb_is_refused_within_the_memory_that_a_reader_may_use(
    tmp_path, own_server
):
    # It inflates to a third of a gigabyte, at less than the ratio that is refused.
    data = b'[{"id":"/a","title":"t","comments":[{"id":1,"text":"' + b"a" * (1 << 25)
    packed = gzip.compress(data)
    path = write(tmp_path, packed, "threads.json.gz")
    with path.open("ab") as file:
        for _turn in range(9):
            file.write(gzip.compress(b"a" * (1 << 25)))
        file.write(gzip.compress(os.urandom(2 << 20), 0))
    with pytest.raises(Unreadable, match="more than the 256 MiB of READER_MEMORY"):
        IsolatedSource(path, memory=256 << 20)
    assert list(IsolatedSource(write(tmp_path, export(item()))).posts(Reading()))


def test_one_server_forks_the_readers_of_all_files(tmp_path, own_server):
    path = write(tmp_path, export(item(comment(1))))
    first = IsolatedSource(path)
    process = own_server._process
    assert [len(post.comments) for post in first.posts(Reading())] == [1]
    second, third = IsolatedSource(path), IsolatedSource(path)
    assert own_server._process is process
    assert len(list(third.posts(Reading()))) == len(list(second.posts(Reading()))) == 1
    assert ends_soon(lambda: not running_readers(own_server))


def test_no_reader_and_no_descriptor_is_left_behind(tmp_path, own_server):
    path = write(tmp_path, export(*(item(comment(n), number=n) for n in range(9000))))
    IsolatedSource(path).close()
    pids = [os.getpid(), own_server._process.pid]
    assert ends_soon(lambda: not running_readers(own_server))
    before = [open_descriptors(pid) for pid in pids]
    for _turn in range(5):
        source = IsolatedSource(path)
        next(source.posts(Reading()))
        del source
        IsolatedSource(path).close()
    assert ends_soon(lambda: not running_readers(own_server))
    assert ends_soon(lambda: [open_descriptors(pid) for pid in pids] == before)


def test_the_server_ends_with_the_archive(tmp_path):
    path = write(tmp_path, export(*(item(comment(n), number=n) for n in range(9000))))
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "from commentarchive.importers import isolated_source\n"
        f"source = isolated_source.IsolatedSource(Path({str(path)!r}))\n"
        "print(isolated_source._server._process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, timeout=60
    )
    server = int(done.stdout)
    assert ends_soon(lambda: not Path(f"/proc/{server}/exe").exists())


ORPHANED = """
import os, subprocess, sys, threading, time
from pathlib import Path
from commentarchive.importers import isolated_source
def begin():
    global source
    source = isolated_source.IsolatedSource(Path(sys.argv[1]))
if sys.argv[2] == "thread":
    thread = threading.Thread(target=begin)
    thread.start()
    thread.join()
else:
    begin()
server = isolated_source._server
pid = server._process.pid
# Whoever inherits the socket keeps it open.
os.set_inheritable(server._requests.fileno(), True)
nowhere = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
other = subprocess.Popen(["sleep", "60"], close_fds=False, **nowhere)
readers = Path(f"/proc/{pid}/task/{pid}/children").read_text()
if sys.argv[2] == "stopped":
    os.kill(pid, 19)
print(other.pid, pid, readers, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("how", ["main", "thread", "stopped"])
def test_no_process_outlives_the_archive_whatever_holds_the_socket(tmp_path, how):
    path = write(tmp_path, export(*(item(comment(n), number=n) for n in range(9000))))
    done = subprocess.run(
        [sys.executable, "-c", ORPHANED, str(path), how],
        capture_output=True,
        check=False,
        timeout=60,
    )
    other, *left = map(int, done.stdout.split())
    assert len(left) == 2
    try:
        assert ends_soon(
            lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in left)
        )
    finally:
        os.kill(other, signal.SIGKILL)


def test_readers_end_with_their_server(tmp_path, own_server):
    path = write(tmp_path, export(*(item(comment(n), number=n) for n in range(9000))))
    source = IsolatedSource(path)
    [pid] = running_readers(own_server)
    own_server._process.kill()
    own_server._process.wait()
    assert ends_soon(lambda: not Path(f"/proc/{pid}/exe").exists())
    source.close()


def test_another_server_takes_the_place_of_one_that_was_killed(tmp_path, own_server):
    path = write(tmp_path, export(*(item(comment(n), number=n) for n in range(9000))))
    source = IsolatedSource(path)
    os.kill(int(running_readers(own_server)[0]), signal.SIGKILL)
    with pytest.raises(Unreadable, match="ended with code -9 before the file did"):
        list(source.posts(Reading()))
    own_server._process.kill()
    own_server._process.wait()
    assert len(list(source.posts(Reading()))) == 9000


def test_a_server_that_cannot_start_makes_no_file_readable(
    tmp_path, monkeypatch, own_server
):
    path = write(tmp_path, export(item(comment(1))))
    monkeypatch.setattr(isolated_source, "_SERVER", "commentarchive.nowhere")
    with pytest.raises(Unreadable, match="ended before the file did"):
        IsolatedSource(path)


def test_the_reader_knows_nothing_of_the_archives_environment(
    tmp_path, monkeypatch, own_server
):
    monkeypatch.setenv("SECRET_KEY", "words-to-look-for")
    IsolatedSource(write(tmp_path, export(item(comment(1))))).close()
    environment = Path(f"/proc/{own_server._process.pid}/environ").read_text()
    assert "words-to-look-for" not in environment


def test_a_reader_is_stopped_that_needs_more_time_or_memory_than_it_may(tmp_path):
    path = write(tmp_path, export(item(comment(1))))
    for line, limits, words in (
        ("[None for _ in iter(int, 1) if _]", "1 << 33, 1", "longer than any file"),
        (
            "bytearray(1 << 31)",
            "1 << 30, 60",
            "needs more than the 1024 MiB of READER_MEMORY",
        ),
    ):
        script = (
            "import sys\nfrom commentarchive.importers import reader\n"
            f"reader.messages = lambda task: {line}\n"
            f"task = reader.Task({str(path)!r}, '', {limits})\n"
            "reader.run(task, sys.stdout.buffer)"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=False
        )
        if done.returncode:
            assert words in isolated_source._death(str(done.returncode), 1 << 30)
        else:
            assert words in unpack(done.stdout[8:]).reason


def test_a_refusal_names_its_place(tmp_path):
    path = write(
        tmp_path, export(item(comment(1))).replace(b"<rss", b"<!DOCTYPE a><rss")
    )
    with pytest.raises(Unreadable, match="line 2, byte 40: a DOCTYPE") as refused:
        IsolatedSource(path)
    assert refused.value.path == path
    assert refused.value.place == "line 2, byte 40"
    assert unpack(pack(Refused("a", "b"))) == ("a", "b")


@pytest.mark.parametrize("sent", [os.getcwd, subprocess.Popen, Reading(), print])
def test_nothing_but_plain_values_is_taken_from_a_reader(sent):
    with pytest.raises(pickle.UnpicklingError, match="the reader sent a"):
        unpack(pickle.dumps(("found", sent)))


def test_no_comment_is_lost_or_made_up_on_the_way(tmp_path):
    path = write(tmp_path, export(item(comment(1), comment(2))))
    [_found, posts, _notes] = messages(Task(str(path), "", 0, 0))
    kind, [row], columns = pickle.loads(pack(posts))
    for number, error in ((1, ValueError), (3, StopIteration)):
        wrong = pickle.dumps((kind, [(*row[:-1], number)], columns))
        with pytest.raises(error):
            unpack(wrong)


@pytest.mark.parametrize("data", [b"junk", pickle.dumps(("posts", 1, 2)), b"\xff" * 8])
def test_what_no_reader_sends_is_refused(data, tmp_path, monkeypatch):
    framed = len(data).to_bytes(8) + data
    task = f"import os, sys; os.write(1, {framed!r})"
    with subprocess.Popen(
        [sys.executable, "-c", task], stdout=subprocess.PIPE
    ) as child:
        ours, _theirs = isolated_source.socket.socketpair()
        monkeypatch.setattr(
            isolated_source._server, "start_reader", lambda task: (child.stdout, ours)
        )
        with pytest.raises(Unreadable, match="sent what no reader sends"):
            IsolatedSource(write(tmp_path, b"a file"))
        _theirs.close()
