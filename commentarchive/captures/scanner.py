"""A scanner for viruses, where the owner runs one (ClamAV's clamd).

A file is scanned when it is handed out: a virus that the scanner did not know when the
file came may be known by then.
"""

import socket
import struct

from django.conf import settings

# Seconds for the whole of an answer, and bytes that are sent at once.
PATIENCE, PIECE = 60, 1 << 16
LONGEST = 4096


class NotScanned(OSError):
    """The scanner is set up, and did not say whether a file is harmless."""


def virus_in(data: bytes) -> str:
    """Return what a scanner finds in a file; "" where nothing, or where there is none.

    Raise NotScanned where CLAMD_SOCKET names a scanner that does not tell.
    """
    if not settings.CLAMD_SOCKET:
        return ""
    try:
        answer = _asked(settings.CLAMD_SOCKET, data)
    except OSError as error:
        message = f"the scanner for viruses does not answer ({type(error).__name__})"
        raise NotScanned(message) from error
    words = answer.decode("utf-8", "replace").strip("\0\n ")
    if words == "stream: OK":
        return ""
    if words.startswith("stream: ") and words.endswith(" FOUND"):
        return words.removeprefix("stream: ").removesuffix(" FOUND")
    message = "the scanner for viruses could not read the file"
    raise NotScanned(message)


def _asked(path: str, data: bytes) -> bytes:
    """Return clamd's answer to a file, in its words. Raise OSError."""
    with socket.socket(socket.AF_UNIX) as clamd:
        clamd.settimeout(PATIENCE)
        clamd.connect(path)
        clamd.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            clamd.sendall(struct.pack("!I", len(piece)) + piece)
        clamd.sendall(struct.pack("!I", 0))
        answer = b""
        while len(answer) < LONGEST and (more := clamd.recv(LONGEST)):
            answer += more
        return answer
