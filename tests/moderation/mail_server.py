"""A real mail server on loopback, which answers as a test wants it to."""

import email
import email.policy
import threading
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class _Controller(Controller):
    """Runs a server on whatever port is free."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Server:
    """What came in, and what to answer: by default "250 OK" to everything."""

    def __init__(self):
        self.taken = []
        # By command: answers in the order in which they are given, the last for good.
        self.answers = {}
        self.before_answer = lambda: None

    def _answer(self, command, usual="250 OK"):
        left = self.answers.get(command, [])
        return left.pop(0) if len(left) > 1 else (left or [usual])[0]

    async def handle_MAIL(  # noqa: N802  # a name of aiosmtpd
        self, _server, _session, envelope, address, _options
    ):
        answer = self._answer("MAIL")
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802  # likewise
        self, _server, _session, envelope, address, _options
    ):
        answer = self._answer("RCPT")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802  # likewise
        self, _server, _session, envelope
    ):
        answer = self._answer("DATA")
        if answer.startswith("250"):
            self.taken.append((envelope.rcpt_tos, envelope.content))
        self.before_answer()
        return answer

    @property
    def mails(self):
        """What came in, read as mails."""
        return [
            email.message_from_bytes(content, policy=email.policy.default)
            for _to, content in self.taken
        ]

    @property
    def recipients(self):
        return [to for to, _content in self.taken]


@contextmanager
def mail_server(settings):
    """Run a mail server, and let the archive use it."""
    server = Server()
    controller = _Controller(server, hostname="127.0.0.1", port=0)
    controller.start()
    use(settings, controller.port)
    try:
        yield server
    finally:
        controller.stop()


def use(settings, port, **options):
    settings.HAS_MAIL = True
    settings.CONTACT_EMAIL = "desk@archive.example"
    settings.MAILERS = {
        "default": {
            "BACKEND": "moderation.letters.smtp.Mailer",
            "OPTIONS": {
                "host": "127.0.0.1",
                "port": port,
                "timeout": 5,
                **options,
            },
        }
    }


@contextmanager
def silent_server(greeting=b"", until=b""):
    """Run a server that says no more than a greeting; yield its port.

    With `until`, it answers 250 (or 354 to DATA) until it has read that.
    """
    import socket

    listening = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve():
        listening.settimeout(0.2)
        while not stop.is_set():
            try:
                peer, _address = listening.accept()
            except TimeoutError:
                continue
            with peer:
                peer.settimeout(0.2)
                peer.sendall(greeting)
                heard = b""
                while not stop.is_set():
                    try:
                        more = peer.recv(4096)
                    except TimeoutError:
                        continue
                    if not more:
                        break
                    heard += more
                    if until and until not in heard:
                        is_data = more.upper().startswith(b"DATA")
                        peer.sendall(b"354 go\r\n" if is_data else b"250 OK\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        stop.set()
        thread.join()
        listening.close()
