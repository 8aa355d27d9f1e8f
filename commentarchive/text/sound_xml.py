"""Texts that XML 1.0 can hold."""

import re

# What it cannot, not even as a reference; a file with one is no XML.
_not_in_xml = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sound(text: str) -> str:
    """Return a text that XML can hold: other characters are replaced by �."""
    return _not_in_xml.sub("\ufffd", text)
