import os
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

import commentarchive
from commentarchive.settings_file import (
    KNOWN,
    own_environment,
    read_settings,
    take_settings,
    write_settings,
)
from tests.test_serve import environment, manage

pytestmark = pytest.mark.pure


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.env"


def test_what_is_written_is_read_and_nobody_else_reads_it(path):
    values = {
        "SITE_NAME": 'The "old" town’s \\ archive # 1',
        "EMAIL_URL": "smtp+tls://me:p%40ss@mail.example:587",
        "CONTACT_EMAIL": "",
    }
    write_settings(path, values)
    assert read_settings(path) == values
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    left = [each.name for each in path.parent.iterdir() if each.is_file()]
    assert left == [path.name]


def test_lines_that_are_not_changed_stay_as_they_are(path):
    path.write_text("# mine\n  TIME_ZONE = x\nHSTS=host\n\nLOG_LEVEL=INFO")
    with pytest.raises(ImproperlyConfigured, match="line 2: it is not NAME=value"):
        write_settings(path, {"HSTS": "preload"})
    path.write_text("# mine\nTIME_ZONE=UTC\nHSTS=host\n\nLOG_LEVEL=INFO")
    write_settings(path, {"HSTS": "preload", "SITE_NAME": "New", "TIME_ZONE": "UTC"})
    assert path.read_text() == (
        "# mine\nTIME_ZONE=UTC\nHSTS=preload\n\nLOG_LEVEL=INFO\nSITE_NAME=New\n"
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"HSTS", "it is not NAME=value"),
        (b"export HSTS=host", "it is not NAME=value"),
        (b"LD_PRELOAD=/tmp/evil.so", "LD_PRELOAD is no setting that may stand here"),
        (b"VAR_DIR=/tmp", "VAR_DIR is no setting that may stand here"),
        (b'SITE_NAME="open', "the quotes around SITE_NAME do not close"),
        (b'SITE_NAME="a" b', "the quotes around SITE_NAME do not close"),
        (b"TIME_ZONE=UTC", "TIME_ZONE stands twice"),
        (b"SITE_NAME=a\x1bb", "SITE_NAME holds a character that cannot be seen"),
        (b"SITE_NAME=\xff", "it is not in UTF-8"),
    ],
)
def test_a_wrong_line_is_named_with_its_number_and_not_repeated(path, line, reason):
    path.write_bytes(b"# a comment\nTIME_ZONE=UTC\n" + line + b"\nHSTS=host\n")
    with pytest.raises(ImproperlyConfigured) as refused:
        read_settings(path)
    assert str(refused.value) == f"{path}, line 3: {reason}."


def test_the_environment_comes_before_the_file(path, monkeypatch):
    monkeypatch.setattr(os, "environ", {"HSTS": "host"})
    path.write_text("HSTS=preload\nTIME_ZONE=UTC\n")
    take_settings(path)
    assert os.environ == {"HSTS": "host", "TIME_ZONE": "UTC"}
    # The next server reads the file anew.
    assert own_environment() == {"HSTS": "host"}


def test_a_wrong_line_stops_every_command_with_a_sentence(tmp_path):
    (tmp_path / "settings.env").write_text("SITE_NAME=Ours\nHSTS:on\n")
    done = manage("check", env=environment(tmp_path))
    assert done.returncode == 1
    assert done.stderr == (
        f"{tmp_path / 'settings.env'}, line 2: it is not NAME=value.\n"
    )


def test_all_that_may_stand_there_is_a_setting_that_is_read():
    folder = Path(commentarchive.__file__).parent
    read = "".join((folder / name).read_text() for name in ("settings.py", "env.py"))
    assert [name for name in KNOWN if f'"{name}"' not in read] == []
