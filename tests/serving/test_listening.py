"""The socket that requests come to."""

import os
import socket
from contextlib import ExitStack

import pytest

from commentarchive.serving import __main__ as parent

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("is_systemds", [False, True])
def test_the_end_of_a_page_waits_for_nothing(monkeypatch, is_systemds):
    with ExitStack() as open_ones:
        if is_systemds:
            theirs = open_ones.enter_context(socket.create_server(("127.0.0.1", 0)))
            monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
            monkeypatch.setattr(parent, "HANDED_OVER", os.dup(theirs.fileno()))
        held = open_ones.enter_context(parent.listen("127.0.0.1", 0))
        open_ones.enter_context(socket.create_connection(held.getsockname()))
        taken = open_ones.enter_context(held.accept()[0])
        assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
