"""Name each pinned package that is older than SECURITY.md lets it be; exit 1 if any is.

    python scripts/part_ages.py requirements.txt INDEX

INDEX is the address of a package index that answers `NAME/json` and `NAME/VERSION/json`
as the Python Package Index does, `https://…/pypi`. A known fault counts at once: this
is asked before a release, which has to mend it.
"""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from scripts.sbom import Pin, read_pins

# “Half a year at most”, in which a newer version is taken up.
LONGEST = timedelta(days=182)
# Seconds for one answer.
PATIENCE = 30


def what_is_overdue(pin: Pin, index: str, now: datetime) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with a pin. Raise OSError."""
    here = _asked(f"{index}/{pin.name}/{pin.version}/json")
    for each in here.get("vulnerabilities") or ():
        if not each.get("withdrawn"):
            mended = ", ".join(each.get("fixed_in") or ()) or "no version yet"
            yield f"{pin.name} {pin.version}: {each['id']}, mended in {mended}"
    newer = [
        (out, version)
        for version, out in _final_releases(_asked(f"{index}/{pin.name}/json"))
        if version > Version(pin.version)
    ]
    if newer and now - min(newer)[0] > LONGEST:
        days = (now - min(newer)[0]).days
        yield f"{pin.name} {pin.version}: a newer one has been out for {days} days"


def _final_releases(package: dict[str, Any]) -> Iterator[tuple[Version, datetime]]:
    """Yield each release that is meant for everybody, and when it came out."""
    for name, files in package["releases"].items():
        try:
            version = Version(name)
        except InvalidVersion:
            continue
        whole = [each for each in files if not each.get("yanked")]
        if whole and not version.is_prerelease:
            times = [each["upload_time_iso_8601"] for each in whole]
            yield version, datetime.fromisoformat(min(times))


def _asked(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def main(file: str, index: str) -> int:
    """Ask for every pin; print what is overdue."""
    if not index:
        sys.stderr.write("Name the package index: make parts INDEX=https://…/pypi\n")
        return 1
    now, overdue = datetime.now(UTC), []
    pins = read_pins(Path(file).read_text("utf-8"))
    for pin in pins:
        try:
            overdue += what_is_overdue(pin, index.rstrip("/"), now)
        except (OSError, ValueError, KeyError) as error:
            overdue.append(f"{pin.name}: not known, {type(error).__name__}")
    for sentence in overdue:
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.write(f"{len(pins)} packages, {len(overdue)} to be looked at.\n")
    return min(len(overdue), 1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
