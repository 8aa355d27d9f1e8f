"""Build what is released from the sources in a folder: a source archive and a wheel.

The wheel is built from the source archive, so that what only a checkout has cannot be
missed unnoticed. Sources come as they are: give it a fresh export, since setuptools
would take over what an earlier build left in the folder.
"""

import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

_BUILD = (
    "import sys; from setuptools import build_meta; "
    "print(getattr(build_meta, sys.argv[1])(sys.argv[2]))"
)


def build(sources: Path, into: Path) -> tuple[Path, Path]:
    """Return the source archive and the wheel that were made in a folder.

    Raises CalledProcessError where setuptools fails; what it said is on stderr.
    """
    archive = _run("build_sdist", sources, into)
    with TemporaryDirectory() as unpacked:
        with tarfile.open(archive) as packed:
            packed.extractall(unpacked, filter="data")
        [folder] = Path(unpacked).iterdir()
        wheel = _run("build_wheel", folder, into)
    return archive, wheel


def _run(what: str, sources: Path, into: Path) -> Path:
    done = subprocess.run(
        [sys.executable, "-c", _BUILD, what, str(into.resolve())],
        cwd=sources,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return into / done.stdout.splitlines()[-1]


if __name__ == "__main__":
    for made in build(Path(sys.argv[1]), Path(sys.argv[2])):
        print(made)
