import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from commentarchive.checks import open_to_others
from commentarchive.management.commands import serve

# On SQLite in a folder of its own, in processes of its own: once is enough.
pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]
# A second worker that is asked to end before it has loaded is waited for for seconds.
SERVE = [*MANAGE, "serve", "--workers", "1"]


def environment(folder, **more):
    kept = {name: value for name, value in os.environ.items() if name != "BASE_URL"}
    return {**kept, "VAR_DIR": str(folder), "DATABASE_URL": "", **more}


def manage(*arguments, env):
    return subprocess.run(
        [*MANAGE, *arguments], env=env, capture_output=True, text=True, check=False
    )


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def get(address, seconds):
    """Ask again and again until something answers."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


# Where a request of these ends, a proxy and the server could read differently: the rest
# would be answered as the next visitor's.
LENGTHS = (
    "Content-Length: 0\r\nContent-Length: 5",
    "Content-Length: +5",
    "Transfer-Encoding: xchunked",
    "Content-Length: 5\r\nTransfer-Encoding: xchunked",
    "Transfer-Encoding : chunked",
    "X: y\r\n Content-Length: 5",
    "Content-Length: 6\r\nTransfer-Encoding: chunked",
)


def answers_to_two_requests(port, length):
    """Send a request whose end is not clear, and one more; return what is answered."""
    host = f"Host: 127.0.0.1:{port}"
    first = f"POST /healthz HTTP/1.1\r\n{host}\r\n{length}\r\n\r\n0\r\n\r\n"
    second = f"GET /about/ HTTP/1.1\r\n{host}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(port)), timeout=20) as connection:
        connection.sendall((first + second).encode())
        answered = b"".join(iter(lambda: connection.recv(65536), b""))
    return [line for line in answered.split(b"\r\n") if line.startswith(b"HTTP/")]


def test_serves_signs_and_ends_whole(tmp_path, make_archive):
    env, port = environment(tmp_path / "var"), free_port()
    make_archive(tmp_path / "var")
    log = tmp_path / "log"
    with log.open("wb") as out:
        serving = subprocess.Popen(
            [*MANAGE, "serve", "--port", port], env=env, stdout=out, stderr=out
        )
    site = f"http://127.0.0.1:{port}"
    try:
        assert "ok" in get(f"{site}/healthz", 90)
        # The signer makes its key, and the first signed head is public.
        note = get(f"{site}/ledger/checkpoint", 15)
        assert note.startswith("127.0.0.1/ledger\n2\n")
        assert get(f"{site}/ledger/vkey", 1).startswith("127.0.0.1/ledger+")
        request = urllib.request.Request(site, headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(request, timeout=5)
        for length in LENGTHS:
            [answer] = answers_to_two_requests(port, length)
            assert answer.split()[1] in {b"400", b"403"}, length
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(timeout=20)
    with pytest.raises(OSError, match="refused"):
        get(f"{site}/healthz", 0)
    assert list(open_to_others(tmp_path / "var")) == []
    assert f"Serving {site}/ within a few seconds." in log.read_text()
    # Strangers fill no log.
    assert "evil.example" not in log.read_text()


def test_the_site_stays_when_the_signer_refuses_or_ends(tmp_path, make_archive):
    """Reads go on, the page of the record says why, and the signer is tried again."""
    env, port = environment(tmp_path / "var"), free_port()
    make_archive(tmp_path / "var")
    assert manage("sign_checkpoint", env=env).returncode == 0
    key = tmp_path / "var" / "keys" / "ledger"
    key.chmod(0o644)
    serving = subprocess.Popen([*SERVE, "--port", port], env=env)
    site = f"http://127.0.0.1:{port}"
    try:
        assert "ok" in get(f"{site}/healthz", 90)
        page = get_until(
            f"{site}/ledger/", lambda page: "Nothing new is signed" in page
        )
        assert "ledger: others can read the key; chmod 600 it" in page
        assert get(f"{site}/ledger/checkpoint", 1).startswith("127.0.0.1/ledger\n2\n")
        key.chmod(0o600)
        get_until(f"{site}/ledger/", lambda page: "Nothing new is signed" not in page)
        os.kill(signer_below(serving.pid), signal.SIGKILL)
        page = get_until(
            f"{site}/ledger/", lambda page: "Nothing new is signed" in page
        )
        assert "the signer ended with code -9" in page
        get_until(f"{site}/ledger/", lambda page: "Nothing new is signed" not in page)
        assert serving.poll() is None
    finally:
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(timeout=20) == 0


def get_until(address, is_so):
    end = time.monotonic() + 60
    while not is_so(page := get(address, 5)):
        assert time.monotonic() < end, page
        time.sleep(0.2)
    return page


def signer_below(serving):
    [signer] = [
        each
        for each in below(serving)
        if Path(f"/proc/{each}/comm").read_text() == "signer\n"
    ]
    return signer


def test_a_database_that_is_not_migrated_is_not_served(tmp_path):
    done = manage("serve", "--port", free_port(), env=environment(tmp_path))
    assert done.returncode == 1
    assert "run manage.py migrate first" in done.stderr


def test_a_database_that_is_away_is_waited_for_and_pages_say_so(tmp_path, static_files):
    """Whatever comes back is looked at as closely as at the start.

    It is served at the address that it is told.
    """
    port = free_port()
    shutil.copytree(static_files, tmp_path / "var" / "static", copy_function=os.link)
    away = f"postgres://nobody@/none?host={tmp_path}"
    log = tmp_path / "log"
    env = environment(tmp_path / "var", DATABASE_URL=away, BASE_URL="http://localhost")
    with log.open("wb") as out:
        serving = subprocess.Popen(
            [*SERVE, "--host", "127.0.0.2", "--port", port],
            env=env,
            cwd="/",
            stderr=out,
        )
    page = urllib.request.Request(
        f"http://127.0.0.2:{port}/", headers={"Host": "localhost"}
    )
    try:
        with pytest.raises(urllib.error.HTTPError) as answer:
            get_past_refusals(page, 90)
        assert answer.value.code == 503
        assert "the database cannot be reached" in answer.value.read().decode()
        assert serving.poll() is None
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(timeout=20)
    words = log.read_text()
    assert words.count("The database cannot be reached; pages say so until it") == 1
    assert "Traceback" not in words


def get_past_refusals(address, seconds):
    """Ask until anything answers, be it an error."""
    end = time.monotonic() + seconds
    while True:
        try:
            return urllib.request.urlopen(address, timeout=30)
        except urllib.error.HTTPError:
            raise
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("BASE_URL", "zz"), ("DATABASE_URL", "zz"), ("DEBUG", "so")],
        *[("TIME_ZONE", "x"), ("TRUSTED_PROXIES", "all"), ("TRUSTED_PROXIES", "-1")],
        *[("TRUSTED_PROXIES", "10.0.0.1/8"), ("TRUSTED_PROXIES", "127.0.0.1,,")],
        *[("TRUSTED_PROXIES", "１"), ("HSTS", "on"), ("LOG_LEVEL", "loud")],
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(tmp_path, name, value):
    done = manage("check", env=environment(tmp_path, **{name: value}))
    assert done.returncode == 1
    assert done.stderr.startswith(name)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_at_once_while_it_prepares(tmp_path, make_archive, number):
    """The threads that compress static files are not waited for."""
    env = environment(tmp_path / "var")
    make_archive(tmp_path / "var")
    shutil.rmtree(tmp_path / "var" / "static")
    preparing = subprocess.Popen(
        [*SERVE, "--port", free_port()], env=env, stdout=subprocess.PIPE
    )
    try:
        assert preparing.stdout.readline().startswith(b"Serving ")
        until((tmp_path / "var" / "static").exists)
        tree = below(preparing.pid)
        preparing.send_signal(number)
        assert preparing.wait(timeout=60) == 0
        until(lambda: not any(is_running(each) for each in tree))
    finally:
        preparing.kill()
        preparing.wait()
        preparing.stdout.close()


def test_another_server_takes_over_and_no_request_is_lost(tmp_path, make_archive):
    """At an address of version 6, too."""
    env = environment(tmp_path / "var", BASE_URL="http://localhost")
    port, log = free_port(), tmp_path / "log"
    make_archive(tmp_path / "var")
    with log.open("wb") as out:
        serving = subprocess.Popen(
            [*SERVE, "--host", "::1", "--port", port], env=env, stderr=out
        )
    healthz = urllib.request.Request(
        f"http://[::1]:{port}/healthz", headers={"Host": "localhost"}
    )
    stop, asked, lost = threading.Event(), [], []

    def ask():
        while not stop.is_set():
            try:
                get(healthz, 0)
                asked.append(time.monotonic())
            except OSError as error:
                lost.append(error)

    try:
        get(healthz, 90)
        asking = [threading.Thread(target=ask) for _ in range(3)]
        for each in asking:
            each.start()
        [before] = children_of(serving.pid)
        # A head that never comes whole: granian would wait half a minute for it.
        half = socket.create_connection(("::1", int(port)))
        half.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        serving.send_signal(signal.SIGHUP)
        until(lambda: b"taken over" in log.read_bytes())
        half.close()
        taken_over = time.monotonic()
        until(lambda: asked[-1] > taken_over + 0.5)
        stop.set()
        for each in asking:
            each.join()
        assert lost == []
        assert children_of(serving.pid) != [before]
        assert not is_running(before)
        # A setting that is wrong by now, and the server that runs goes on.
        (tmp_path / "var" / "settings.env").write_text("TIME_ZONE=Nowhere\n")
        serving.send_signal(signal.SIGHUP)
        until(lambda: b"did not come up" in log.read_bytes())
        assert b"TIME_ZONE='Nowhere' is no time zone" in log.read_bytes()
        assert "ok" in get(healthz, 1)
        # Even a parent that cannot say so takes all with it.
        tree = below(serving.pid)
        serving.kill()
        until(lambda: not any(is_running(each) for each in tree))
    finally:
        stop.set()
        serving.kill()
        serving.wait(timeout=20)


AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""


def test_one_socket_may_come_from_systemd(tmp_path, make_archive):
    env = environment(tmp_path / "var", LISTEN_FDS="1", BASE_URL="http://localhost")
    make_archive(tmp_path / "var")
    with socket.create_server(("127.0.0.1", 0)) as held:
        serving = subprocess.Popen(
            [sys.executable, "-c", AS_SYSTEMD, str(held.fileno()), *SERVE],
            env=env,
            pass_fds=[held.fileno()],
        )
        try:
            port = held.getsockname()[1]
            assert "ok" in get(f"http://127.0.0.1:{port}/healthz", 90)
        finally:
            serving.terminate()
            serving.wait(timeout=20)


@pytest.mark.parametrize(
    "word", ["0", "-1", "65536", "99999", "http", "８０", "80.0", ""]
)
def test_what_is_no_port_is_refused(word):
    with pytest.raises(ArgumentTypeError, match="no port from 1 to 65535"):
        serve._port(word)
    assert serve._port("8000") == 8000


def test_a_damaged_database_is_not_served_and_says_so(tmp_path):
    env = environment(tmp_path)
    (tmp_path / "commentarchive.sqlite3").write_bytes(b"no database\n" * 1000)
    done = manage("serve", "--port", free_port(), env=env)
    assert done.returncode == 1
    assert "the database is damaged, and has to be put back" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_said_and_nothing_is_left(tmp_path, make_archive):
    make_archive(tmp_path / "var")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = manage("serve", "--port", port, env=environment(tmp_path / "var"))
    assert done.returncode == 1
    assert f"Port {port} at 127.0.0.1: Address already in use." in done.stderr


def until(is_so):
    end = time.monotonic() + 90
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def children_of(parent):
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if words[1] == f"{parent}":
            found.append(int(path.parent.name))
    return found


def below(process):
    """Return the numbers of all that a process has started, directly or not."""
    near = children_of(process)
    return [*near, *(each for one in near for each in below(one))]


def is_running(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
