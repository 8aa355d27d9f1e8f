"""A ZIP of files, the same bytes for the same files, with the digest of each."""

import hashlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

# What `sha256sum -c` reads.
SUMS = "SHA256SUMS"
# The first time that a ZIP can tell; the files tell their own.
_TIME = (1980, 1, 1, 0, 0, 0)
# Thousands of small files: more would take twice as long for a tenth of the size.
_LEVEL = 1
# Compressed already.
_PACKED = (".pdf", ".zip")


def pack(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP in which all files lie in one folder, with their digests."""
    lines = [
        f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        for name, data in sorted(files.items())
    ]
    every = {**files, SUMS: "".join(lines).encode()}
    packed = BytesIO()
    with ZipFile(packed, "w") as made:
        for name, data in sorted(every.items()):
            info = ZipInfo(f"{folder}/{name}", _TIME)
            info.external_attr = 0o644 << 16
            # As on Unix, wherever it is made.
            info.create_system = 3
            info.compress_type = ZIP_STORED if name.endswith(_PACKED) else ZIP_DEFLATED
            made.writestr(info, data, compresslevel=_LEVEL)
    return packed.getvalue()
