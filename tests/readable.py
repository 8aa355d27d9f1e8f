"""What a body says to whoever opens it: pages as they are, PDF and workbooks unpacked."""

import io
import re
import zipfile
import zlib


def readable(data):
    """Return the words of a body, however its kind of file packs them."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return "\n".join(
                f"{name}\n{readable(parts.read(name))}" for name in parts.namelist()
            )
    if data.startswith(b"%PDF"):
        return "\n".join([data.decode(errors="replace"), *streams(data)])
    return data.decode()


def streams(data):
    """Yield each stream of a PDF as it is when inflated."""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            yield zlib.decompress(stream).decode(errors="replace")
        except zlib.error:
            yield stream.decode(errors="replace")
