"""The archive as it is served: eight readers at once, each over one connection.

They read windows of a thread, the lists, and again and again what they have already.
"""

import http.client
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import django

CLIENTS, SECONDS = 8, 10
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
        tags = wait_and_learn(port, addresses)
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            readers = [
                pool.submit(read, port, tags, seed, began + SECONDS)
                for seed in range(CLIENTS)
            ]
        report([reader.result() for reader in readers], time.perf_counter() - began)
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


def wait_and_learn(port: int, addresses: list[str]) -> list[tuple[str, str]]:
    """Wait for the server; return each address with the tag of its page."""
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
    # A signature that is due changes every tag once.
    time.sleep(5)
    found = {}
    for address in dict.fromkeys(addresses):
        connection.request("GET", address, headers=GZIP)
        answer = connection.getresponse()
        page = zlib.decompress(answer.read(), wbits=31)
        assert answer.status == 200, (address, answer.status)
        assert page.rstrip().endswith(b"</html>"), address
        found[address] = answer.headers["ETag"]
    connection.close()
    return [(address, found[address]) for address in addresses]


def read(port: int, tags: list[tuple[str, str]], seed: int, end: float) -> Seen:
    """Read one page after the other until the end, a third of them once more."""
    chance, seen = random.Random(seed), Seen()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while (began := time.perf_counter()) < end:
        address, tag = chance.choice(tags)
        known = {"If-None-Match": tag} if chance.random() < 1 / 3 else {}
        try:
            connection.request("GET", address, headers=GZIP | known)
            answer = connection.getresponse()
            seen.bytes += len(answer.read())
        except (OSError, http.client.HTTPException) as error:
            seen.errors[type(error).__name__] += 1
            connection.close()
            continue
        seen.spent.append(1000 * (time.perf_counter() - began))
        seen.unchanged += answer.status == 304
        if answer.status not in (200, 304):
            seen.errors[f"{answer.status} {address}"] += 1
    connection.close()
    return seen


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
