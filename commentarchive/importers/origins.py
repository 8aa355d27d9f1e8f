"""Where a source says that an article was first published, or stands too."""

import re
from html import unescape

from commentarchive.text.addresses import host_of

# A kind of cue, as the archive calls it, and an address.
type Origin = tuple[str, str]
LINE, CANONICAL, SYNDICATION = "line", "canonical", "syndication"

# What plugins of WordPress keep with an article.
_METAS = {
    b"_yoast_wpseo_canonical": CANONICAL,
    b"rank_math_canonical_url": CANONICAL,
    b"_seopress_robots_canonical": CANONICAL,
    b"_aioseop_custom_link": CANONICAL,
    b"_aioseo_canonical_url": CANONICAL,
    b"_genesis_canonical_uri": CANONICAL,
    b"syndication_permalink": SYNDICATION,
    b"wprss_item_permalink": SYNDICATION,
    b"original_post_url": SYNDICATION,
}
_names = b"|".join(map(re.escape, _METAS))
_key = re.compile(rb"_key>\s*(?:<!\[CDATA\[)?(" + _names + rb")(?:\]\]>)?\s*</")
_value = re.compile(
    rb"(?:\w+:)?meta_key>\s*<(?:\w+:)?meta_value>\s*(?:<!\[CDATA\[)?\s*"
    rb"(https?://[^\s<>\]\"']{1,1000})"
)
# Faces of one site, and the country that Blogger's domain takes from its reader.
_face = re.compile(r"\A(?:m|amp|mobile)\.")
_blogspot = re.compile(r"\.blogspot\.[a-z.]+\Z")


def origins_in_item(data: bytes) -> tuple[Origin, ...]:
    """Find the addresses that plugins keep with an article of a WordPress export."""
    found = []
    # Comments have fields of the same form.
    end = data.find(b"<wp:comment>")
    for key in _key.finditer(data, 0, end if end >= 0 else len(data)):
        # Never past the end of its own field.
        if value := _value.match(data, key.end()):
            address = unescape(value[1].decode("utf-8", "replace"))
            found.append((_METAS[key[1]], address))
    return tuple(dict.fromkeys(found))


def is_elsewhere(address: str, own: str) -> bool:
    """Return whether an address is on another site than an article's own one."""
    here, there = _site(own), _site(address)
    if not here or not there:
        return False
    ends = (f".{here}", f".{there}")
    return here != there and not there.endswith(ends[0]) and not here.endswith(ends[1])


def _site(address: str) -> str:
    return _blogspot.sub(".blogspot", _face.sub("", host_of(address)))
