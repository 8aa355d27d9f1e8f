"""Files for servers say what the program understands, as far as it can be seen here."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands, load_command_class

from commentarchive import env

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def lines_of(unit, name):
    return re.findall(rf"^{name}=(.*)$", unit.read_text(), re.MULTILINE)


def tool(name):
    return shutil.which(name) or pytest.skip(f"{name} is not here")


def run(*command, **environment):
    return subprocess.run(
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def understands(words):
    """Fail where a command line asks for what its command does not know."""
    name, *arguments = words
    command = load_command_class(get_commands()[name], name)
    command.create_parser("manage.py", name).parse_args(arguments)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_a_command_that_is_there(unit):
    [command] = lines_of(unit, "ExecStart")
    python, manage, *words = shlex.split(command)
    assert python == "/opt/commentarchive/.venv/bin/python"
    assert manage == "manage.py"
    assert lines_of(unit, "WorkingDirectory") == ["/opt/commentarchive"]
    assert lines_of(unit, "Environment") == ["VAR_DIR=/var/lib/commentarchive"]
    understands(words)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_may_do_no_more_than_it_has_to(unit):
    for name, value in (
        ("ProtectSystem", "strict"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("UMask", "0077"),
        ("StateDirectoryMode", "0700"),
        ("User", "commentarchive"),
    ):
        assert lines_of(unit, name) == [value]
    analyze = tool("systemd-analyze")
    security = (analyze, "security", "--offline=true", "--threshold=20", str(unit))
    done = run(*security)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    analyze = tool("systemd-analyze")
    units = tmp_path / "units"
    units.mkdir()
    for path in [*UNITS, *DEPLOY.glob("*.timer")]:
        # It looks for the program where it will be.
        text = path.read_text().replace(
            "/opt/commentarchive/.venv/bin/python", "/bin/sh"
        )
        (units / path.name).write_text(text)
    for path in units.iterdir():
        done = run(analyze, "verify", "--man=no", str(path))
        assert (done.returncode, done.stderr) == (0, ""), path.name


@pytest.mark.parametrize(
    "environment", [{}, {"SITE": "a.example", "ARCHIVE": "archive:8000"}]
)
def test_caddy_understands_its_file_and_visitors_choose_no_address(environment):
    text = (DEPLOY / "Caddyfile").read_text()
    for line in ("header_up -X_*", "header_up -X-Forwarded_*", "max_size 512MB"):
        assert line in text
    validate = ("validate", "--adapter", "caddyfile", "--config")
    done = run(tool("caddy"), *validate, str(DEPLOY / "Caddyfile"), **environment)
    assert done.returncode == 0, done.stderr


def test_the_image_is_made_of_what_is_here_and_runs_as_nobody_special():
    text = (DEPLOY / "Containerfile").read_text()
    build, final = re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]
    assert "--require-hashes" in build
    for source in re.findall(r"^COPY (?!--from)(\S+)", build, re.MULTILINE):
        assert (ROOT / source).exists()
    assert "COPY --from=build" in final
    # Nothing of the sources, no compiler and no pip's cache comes along.
    assert not re.search(r"^COPY (?!--from)", final, re.MULTILINE)
    assert re.findall(r"^USER (\w+)", final, re.MULTILINE) == ["commentarchive"]
    [command] = re.findall(r"^CMD (\[.*\])$", final, re.MULTILINE)
    program, *words = yaml.safe_load(command)
    assert f'{program} = "' in (ROOT / "pyproject.toml").read_text()
    understands(words)


def test_nothing_but_the_proxy_is_reachable_in_containers(monkeypatch):
    described = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = described["services"]
    assert [name for name, each in services.items() if "ports" in each] == ["proxy"]
    assert services["database"]["networks"] == ["inside"]
    assert described["networks"]["inside"]["internal"] is True
    archive = services["archive"]
    assert archive["read_only"] is True
    assert archive["cap_drop"] == ["ALL"]
    assert (
        DEPLOY / archive["build"]["context"] / archive["build"]["dockerfile"]
    ).exists()
    for each in services.values():
        for volume in each.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in described["volumes"] or (DEPLOY / source).exists()
    values = {"POSTGRES_PASSWORD": "secret", "SITE": "archive.example"}
    for name, value in archive["environment"].items():
        filled = re.sub(r"\$\{(\w+)[^}]*\}", lambda found: values[found[1]], value)
        monkeypatch.setenv(name, filled)
    found = env.database("DATABASE_URL", default="")
    owner = services["database"]["environment"]["POSTGRES_USER"]
    assert (found["USER"], found["HOST"], found["PASSWORD"]) == (
        owner,
        "database",
        "secret",
    )
    assert env.base_url("BASE_URL", default="") == "https://archive.example"
    assert env.proxies("TRUSTED_PROXIES") == 1


def test_every_file_for_servers_is_in_the_docs():
    text = (ROOT / "docs" / "small-server.md").read_text()
    for path in DEPLOY.iterdir():
        assert f"deploy/{path.name}" in text, path.name


def test_commands_of_the_docs_are_there():
    """What `archive` is asked to do has options that its command knows."""
    text = (ROOT / "docs" / "small-server.md").read_text()
    lines = re.findall(r"^    archive (.*)$", text, re.MULTILINE)
    assert len(lines) >= 4
    for line in lines:
        understands(shlex.split(line))
