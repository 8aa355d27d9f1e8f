"""systemd is told that the site answers, where it waits to be told."""

import os
import socket

import pytest

from commentarchive.serving.__main__ import tell_systemd

pytestmark = pytest.mark.pure


def test_systemd_is_told_by_a_name_without_a_file(monkeypatch):
    name = f"commentarchive-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(f"\0{name}")
        told.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        tell_systemd("READY=1")
        assert told.recv(100) == b"READY=1"


def test_nobody_waits_to_be_told(monkeypatch):
    opened = []
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.setattr(socket, "socket", lambda *kind: opened.append(kind))
    tell_systemd("READY=1")
    assert opened == []
