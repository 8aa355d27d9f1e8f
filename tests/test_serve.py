import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

# On SQLite in a folder of its own, in processes of its own: once is enough.
pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]


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


def test_serves_signs_and_ends_whole(tmp_path):
    env, port = environment(tmp_path / "var"), free_port()
    assert manage("migrate", "-v0", env=env).returncode == 0
    serving = subprocess.Popen([*MANAGE, "serve", "--port", port], env=env)
    site = f"http://127.0.0.1:{port}"
    try:
        assert "ok" in get(f"{site}/healthz", 30)
        # The signer makes its key, and the first signed head is public.
        note = get(f"{site}/ledger/checkpoint", 15)
        assert note.startswith("127.0.0.1/ledger\n2\n")
        assert get(f"{site}/ledger/vkey", 1).startswith("127.0.0.1/ledger+")
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(timeout=20)
    with pytest.raises(OSError, match="refused"):
        get(f"{site}/healthz", 0)


def test_a_database_that_is_not_migrated_is_not_served(tmp_path):
    done = manage("serve", "--port", free_port(), env=environment(tmp_path))
    assert done.returncode == 1
    assert "run manage.py migrate first" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("BASE_URL", "zz"), ("DATABASE_URL", "zz"), ("DEBUG", "so"), ("TIME_ZONE", "x")],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(tmp_path, name, value):
    done = manage("check", env=environment(tmp_path, **{name: value}))
    assert done.returncode == 1
    assert done.stderr.startswith(name)
    assert done.stderr.count("\n") == 1
