"""Print what a release is made of, as CycloneDX 1.6: from the pins, with their digests.

    python scripts/sbom.py requirements.txt > sbom.json

The same pins make the same bytes.
"""

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from commentarchive import VERSION

_PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)(?:\s*;\s*([^\\]+))?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(slots=True)
class Pin:
    """One package as requirements.txt pins it, and what it is there for."""

    name: str
    version: str
    marker: str = ""
    digests: list[str] = field(default_factory=list)
    wanted_by: list[str] = field(default_factory=list)

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def read_pins(text: str) -> list[Pin]:
    """Return the pins of a file as uv writes it.

    Raises ValueError for a line that is none of its kinds, and a pin without a digest.
    """
    pins: list[Pin] = []
    for line in text.splitlines():
        words = line.strip()
        if found := _PIN.match(line):
            name, version, marker = found.groups()
            pins.append(Pin(name.lower(), version, (marker or "").strip()))
        elif found := _HASH.match(words):
            pins[-1].digests.append(found[1])
        elif line.startswith("    #") and pins:
            wanting = words.removeprefix("#").strip().removeprefix("via").strip()
            pins[-1].wanted_by += [wanting.partition("[")[0]] if wanting else []
        elif words and not line.startswith("#"):
            message = f"this line is no pin: {line}"
            raise ValueError(message)
    for pin in pins:
        if not pin.digests:
            message = f"{pin.name} is pinned without a digest"
            raise ValueError(message)
    return pins


def describe(pins: list[Pin]) -> dict[str, object]:
    """Return the document: the program, each package, and which asks for which."""
    root = f"pkg:generic/commentarchive@{VERSION}"
    asks: dict[str, list[str]] = {root: [], **{pin.purl: [] for pin in pins}}
    known = {pin.name: pin.purl for pin in pins}
    for pin in pins:
        for name in pin.wanted_by:
            asks[known.get(name, root)].append(pin.purl)
    components = [
        {
            "type": "library",
            "bom-ref": pin.purl,
            "name": pin.name,
            "version": pin.version,
            "purl": pin.purl,
            "hashes": [{"alg": "SHA-256", "content": each} for each in pin.digests],
            **(
                {"properties": [{"name": "python:marker", "value": pin.marker}]}
                if pin.marker
                else {}
            ),
        }
        for pin in pins
    ]
    program = {
        "type": "application",
        "bom-ref": root,
        "name": "commentarchive",
        "version": VERSION,
        "purl": root,
    }
    number = uuid5(NAMESPACE_URL, root + repr([(p.purl, p.digests) for p in pins]))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {"component": program},
        "components": components,
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(set(wanted))}
            for ref, wanted in asks.items()
        ],
    }


if __name__ == "__main__":
    found = read_pins(Path(sys.argv[1]).read_text("utf-8"))
    print(json.dumps(describe(found), indent=1, sort_keys=True))
