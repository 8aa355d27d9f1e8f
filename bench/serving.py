"""The archive as it is served: eight readers at once, each over one connection.

They read windows of a thread, the lists, and again and again what they have already.
All of them are in one thread, and as lean as may be: they share the machine.
"""

import http.client
import os
import random
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import time
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import django

CLIENTS, SECONDS = 8, 10
# Seconds before that, in which each process of the server makes its pages, and
# a signature that is due changes every tag once.
WARMING = 5
# Most bytes that are taken at once.
PART = 1 << 18
# Seconds until the server has to answer at first.
PATIENCE = 60
GZIP = {"Accept-Encoding": "gzip"}


@dataclass
class Seen:
    """What one reader met: the time of each answer, and what was no answer."""

    spent: list[float] = field(default_factory=list)
    unchanged: int = 0
    bytes: int = 0
    errors: Counter[str] = field(default_factory=Counter)


def main(number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    addresses = fill(number)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    serving = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)]
    )
    try:
        wait_and_look(port, addresses)
        tags: dict[str, str] = {}
        read(port, addresses, tags, WARMING)
        report(read(port, addresses, tags, SECONDS), SECONDS)
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(timeout=20)


def fill(number: int) -> list[str]:
    """Import one long thread; return what is read, an address as often as it is."""
    from bench.generate import write_export
    from commentarchive.intake.session import import_files
    from commentarchive.models import Post

    path = Path(os.environ["VAR_DIR"]) / "served.xml"
    write_export(path, number, number, "https://served.example")
    blog = import_files([path])[0].blog
    thread = Post.objects.get(blog=blog).get_absolute_url()
    windows = -(-number // 200)
    return [
        *(f"{thread}?page={page}" for page in range(1, windows + 1)),
        *(windows // 5 + 1) * ["/", f"/blogs/{blog.slug}/", "/moderation/log/"],
    ]


def wait_and_look(port: int, addresses: list[str]) -> None:
    """Wait for the server; look whether each page comes whole."""
    end = time.monotonic() + PATIENCE
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
            break
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
    for address in dict.fromkeys(addresses):
        connection.request("GET", address, headers=GZIP)
        answer = connection.getresponse()
        page = zlib.decompress(answer.read(), wbits=31)
        assert answer.status == 200, (address, answer.status)
        assert page.rstrip().endswith(b"</html>"), address
    connection.close()


class Reader:
    """Somebody who reads one page after the other over one connection.

    What the tags of pages are is known to all of them.
    """

    def __init__(
        self, port: int, addresses: list[str], tags: dict[str, str], seed: int
    ) -> None:
        self._addresses, self._tags = addresses, tags
        self._chance, self.seen = random.Random(seed), Seen()
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._host = f"127.0.0.1:{port}"

    def ask(self) -> None:
        """Ask for a page: for a third of them whether it has changed."""
        self._address = self._chance.choice(self._addresses)
        tag = self._tags.get(self._address)
        is_known = tag and self._chance.random() < 1 / 3
        request = [
            f"GET {self._address} HTTP/1.1",
            f"Host: {self._host}",
            *(f"{name}: {value}" for name, value in GZIP.items()),
            *([f"If-None-Match: {tag}"] if is_known else []),
        ]
        self._came = bytearray()
        self._began = time.perf_counter()
        self.connection.sendall("\r\n".join([*request, "\r\n"]).encode())

    def hear(self) -> None:
        """Take what has come; once all of the page is there, ask for the next."""
        part = self.connection.recv(PART)
        if not part:
            raise ConnectionError
        self._came += part
        head, end, body = self._came.partition(b"\r\n\r\n")
        if not end or len(body) < int(_field(bytes(head), "content-length") or 0):
            return
        self.seen.spent.append(1000 * (time.perf_counter() - self._began))
        self.seen.bytes += len(body)
        status = int(head.split(maxsplit=2)[1])
        self._tags[self._address] = _field(bytes(head), "etag")
        self.seen.unchanged += status == 304
        if status not in (200, 304):
            self.seen.errors[f"{status} {self._address}"] += 1
        self.ask()


def _field(head: bytes, name: str) -> str:
    """Return what an answer says in one of its fields, "" where it has none."""
    for line in head.decode("latin-1").split("\r\n")[1:]:
        found, _colon, value = line.partition(":")
        if found.lower() == name:
            return value.strip()
    return ""


def read(
    port: int, addresses: list[str], tags: dict[str, str], seconds: float
) -> list[Seen]:
    """Let all readers read for some seconds; return what each of them met.

    In one thread: readers that wait for each other would take it for the server's.
    """
    readers = [Reader(port, addresses, tags, seed) for seed in range(CLIENTS)]
    end = time.perf_counter() + seconds
    with selectors.DefaultSelector() as waiting:
        for reader in readers:
            waiting.register(reader.connection, selectors.EVENT_READ, reader)
            reader.ask()
        while time.perf_counter() < end and waiting.get_map():
            for key, _events in waiting.select(1):
                try:
                    key.data.hear()
                except OSError as error:
                    # It reads no more, so that it is seen in the figures too.
                    key.data.seen.errors[type(error).__name__] += 1
                    waiting.unregister(key.data.connection)
    for reader in readers:
        reader.connection.close()
    return [reader.seen for reader in readers]


def report(seen: list[Seen], seconds: float) -> None:
    """Print what all readers met together."""
    spent = [each for one in seen for each in one.spent]
    errors = sum((one.errors for one in seen), Counter())
    cut = statistics.quantiles(spent, n=100)
    print(
        f"  {CLIENTS} readers for {seconds:.0f} s: {len(spent) / seconds:,.0f} requests/s, "
        f"{sum(one.bytes for one in seen) / seconds / (1 << 20):.0f} MiB/s, "
        f"{sum(one.unchanged for one in seen) / len(spent):.0%} unchanged; "
        f"p50 {cut[49]:.2f} ms, p99 {cut[98]:.2f} ms "
        f"({cut[98] / cut[49]:.1f} x p50), longest {max(spent):.0f} ms; "
        f"{errors.total()} errors",
        flush=True,
    )
    for what, times in errors.most_common(5):
        print(f"    {times} x {what}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
