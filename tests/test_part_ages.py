"""What the release asks of each pinned package, of an index of the test's own."""

import json
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from scripts import part_ages
from tests.tls import serving

pytestmark = pytest.mark.pure
NOW = datetime.now(UTC)


def out(days, **more):
    at = (NOW - timedelta(days=days)).isoformat()
    return [{"upload_time_iso_8601": at, "yanked": False, **more}]


FAULT = {"id": "FAULT-1", "fixed_in": ["1.1"], "withdrawn": None}
# By package, of which 1.0 is pinned: other releases, and what is known of 1.0.
INDEX = {
    "fresh": ({"1.1": out(100)}, []),
    "late": ({"1.1": out(200), "1.2": out(3)}, []),
    "faulty": ({"1.1": out(3)}, [FAULT]),
    "cleared": ({}, [FAULT | {"withdrawn": "2026-01-01T00:00:00Z"}]),
    "careful": (
        {"2.0rc1": out(300), "1.1": out(300, yanked=True), "0.9.9": out(200), "x": []},
        [],
    ),
}


class Index(BaseHTTPRequestHandler):
    def do_GET(self):
        _, kind, name, *version, _ = self.path.split("/")
        assert kind == "pypi"
        if name not in INDEX:
            self.send_error(404)
            return
        others, known = INDEX[name]
        self.send_response_only(200)
        self.end_headers()
        answer = {"releases": {"1.0": out(400), **others}}
        if version == ["1.0"]:
            answer = {"vulnerabilities": known}
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_):
        pass


def asked(tmp_path, capsys, *names):
    pins = tmp_path / "requirements.txt"
    digest = f"    --hash=sha256:{'0' * 64}\n"
    pins.write_text("".join(f"{name}==1.0 \\\n{digest}" for name in names))
    with serving(Index) as port:
        code = part_ages.main(str(pins), f"http://127.0.0.1:{port}/pypi/")
    return code, capsys.readouterr().out.splitlines()


def test_what_is_older_than_was_promised_is_named(tmp_path, capsys):
    assert asked(tmp_path, capsys, *INDEX, "unknown") == (
        1,
        [
            "late 1.0: a newer one has been out for 200 days",
            "faulty 1.0: FAULT-1, mended in 1.1",
            "unknown: not known, HTTPError",
            "6 packages, 3 to be looked at.",
        ],
    )
    assert asked(tmp_path, capsys, "fresh", "cleared", "careful") == (
        0,
        ["3 packages, 0 to be looked at."],
    )


def test_an_index_has_to_be_named(capsys):
    assert part_ages.main("requirements.txt", "") == 1
    assert "INDEX=" in capsys.readouterr().err
