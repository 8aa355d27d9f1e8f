"""The same thread in other programs: `make bench-peers`, which writes docs/peers.md.

SIZES="1000 3000" in the environment chooses the threads. Each program runs in a process
of its own, on SQLite, with the packages of requirements-peers.txt in .venv-peers.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from bench.peers.thread import write_thread

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = ROOT / ".venv-peers" / "bin" / "python"
PEERS = {
    "Isso": ("isso", "isso_page"),
    "django-comments-xtd": (
        "django-comments-xtd",
        "django_page",
        "django_comments_xtd",
    ),
    "django-threadedcomments": (
        "django-threadedcomments",
        "django_page",
        "threadedcomments",
    ),
}
OURS = {
    "commentarchive, made at each request": ("0", ""),
    "commentarchive, kept until something changes": ("16", ""),
    "the same as gzip": ("16", "gzip"),
}
HEAD = """\
# The same thread in other programs

The last output of `make bench-peers` ({date}; {machine}; Python {python}; {versions}).
Absolute figures drift with the machine and its load: read the ratios.

Every program is called in process, by WSGI, with no web server between, on SQLite, with
the same invented thread of comments that nest (437 bytes of text on average).

- *First*: the first page of a new process. *Again*: the least of ten more (of three where
  the first took over two seconds).
- *New*: one new comment, until it is stored. *Then*: the page after it. The least, too.
- *Ratio*: how many times as long as ours, made at each request, it takes to make the page
  again. Under 1 the peer is quicker.

What is compared is not alike, and not always to our advantage:

- Isso answers with JSON only; a browser still has to make a page of it. It flattens a
  thread to two levels.
- django-comments-xtd and django-threadedcomments make HTML from their own templates, at
  each request, and know no stored pages. Their page holds the thread and a form; ours has
  the article, navigation and each comment's place in the record, too.
- A new comment reaches the archive through an import, here a feed with that one comment:
  the copy is compared with those before, and all of it is put on the signed record. The
  others take a form and store a row. There they are quicker.
- The first page of our process loads more code, and reads all of it once for the pages'
  tags. There both Django programs are quicker, too, while a thread is short.
"""
ROW = "| program | bytes | first, ms | again, ms | ratio | new, ms | then, ms |"


def main() -> None:
    """Measure all programs with each size of thread; print and write what came out."""
    sizes = [int(size) for size in os.environ.get("SIZES", "1000 3000").split()]
    parts = [head(), *(table(size) for size in sizes)]
    page = "\n".join(parts)
    print(page, end="")
    (ROOT / "docs" / "peers.md").write_text(page)


def head() -> str:
    """Return what was measured, when and on what kind of machine."""
    return HEAD.format(
        date=datetime.now(UTC).date(),
        machine=(
            f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
            f"load {os.getloadavg()[0]:.1f} when it began"
        ),
        python=platform.python_version(),
        versions=", ".join(versions()),
    )


def versions() -> list[str]:
    """Return the names and versions of the peers."""
    [folder] = (PYTHON.parent.parent / "lib").glob("python*/site-packages")
    found = {each.name.lower(): each.version for each in distributions(path=[folder])}
    names = [*(package for package, *_rest in PEERS.values()), "django"]
    return [f"{name} {found[name]}" for name in names]


def table(size: int) -> str:
    """Measure a thread of some comments; return the table."""
    with tempfile.TemporaryDirectory(prefix="ca-peers-") as tmp:
        folder = Path(tmp)
        export, fields = write_thread(size, folder)
        rows = {
            name: ours(folder / kept / (encoding or "plain"), export, kept, encoding)
            for name, (kept, encoding) in OURS.items()
        }
        rows |= {
            name: run(PYTHON, module, *more, fields, folder, var=folder)
            for name, (_package, module, *more) in PEERS.items()
        }
    base = next(iter(rows.values()))["again"]
    lines = [f"## A thread of {size:,} comments\n", ROW, "|---|" + "---:|" * 6]
    for name, row in rows.items():
        assert row["comments"] == size, (name, row)
        first, again, new, after = (
            f"{row[key]:,.1f}" for key in ("first", "again", "new", "after")
        )
        ratio = f"{row['again'] / base:.3g}"
        lines.append(
            f"| {name} | {row['bytes']:,} | {first} | {again} | {ratio} | {new} | {after} |"
        )
    return "\n".join(lines) + "\n"


def ours(var: Path, *arguments: object) -> dict[str, Any]:
    """Measure ours in an archive of its own."""
    var.mkdir(parents=True, mode=0o700)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=ROOT,
        env=environment(var),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return run(Path(sys.executable), "thread", *arguments, var=var)


def run(python: Path, module: str, *arguments: object, var: Path) -> dict[str, Any]:
    """Run one measurement in a process of its own; return what it printed last."""
    told = subprocess.run(
        [python, "-m", f"bench.peers.{module}", *map(str, arguments)],
        cwd=ROOT,
        env=environment(var),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(told.stdout.splitlines()[-1])


def environment(var: Path) -> dict[str, str]:
    """Return the environment of a process, on SQLite in a folder."""
    own = {"VAR_DIR": str(var), "DATABASE_URL": "", "ALLOWED_HOSTS": "localhost"}
    return {**os.environ, **own}


if __name__ == "__main__":
    main()
