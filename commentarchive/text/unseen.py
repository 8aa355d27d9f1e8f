"""Characters that nobody sees, replaced by their names where they could deceive.

Some turn the order of letters around, so that a page shows other words than are there;
others make two names that look alike. `marked` is for names, titles and other words on
one line, `marked_html` for texts, where what is merely left over from a clipboard
stays. What scripts need is no deception: joiners of Persian and Hindi, reading marks in
Hebrew, the parts of an emoji. What is stored keeps every byte.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

# A text grows by no more through the names of its unseen characters; beyond it they
# are named by their numbers.
MAX_GROWTH, GROWTH_ALLOWANCE = 8, 4096

_TURNS = "\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufff9-\ufffb"
_READING_MARKS = "\u061c\u200e\u200f"
_BREAKS = "\u00ad\u034f\u180e\u200b\u2060-\u2064\ufeff"
_JOINERS = "\u200c\u200d"
_SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f"
_IDEOGRAPHIC_SELECTORS = "\U000e0100-\U000e01ef"
_TAGS = "\U000e0000-\U000e007f"
_FILLERS = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_CONTROLS = "\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029"
_MUSIC = "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
_SOFT = f"{_READING_MARKS}{_BREAKS}{_JOINERS}{_SELECTORS}{_IDEOGRAPHIC_SELECTORS}"
_ALL = f"{_TURNS}{_SOFT}{_TAGS}{_FILLERS}{_MUSIC}"

# A whole flag of a region: a black flag, the region's letters as tags, the last tag.
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f"
_in_words = re.compile(f"{_FLAG}|[{_ALL}{_CONTROLS}]+")
_in_text = re.compile(f"{_FLAG}|[{_ALL}]+")
# One class of characters is looked for several times as fast.
_any_in_text = re.compile(f"[{_ALL}]")
_ASCII = bytes(range(128))
_TAG = r"<(?:[^<>\"]|\"[^\"]*\")*>"
_tag = re.compile(_TAG)
_tag_or_field = re.compile(
    rf"<textarea\b.*?</textarea>|<title>(?P<title>.*?)</title>|{_TAG}", re.DOTALL
)
_attribute = re.compile(r"(\s[a-z:-]+=\")([^\"]*)")

_right_to_left = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefe"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# Scripts whose letters are joined or parted by joiners.
_joining = re.compile(
    "[\u0600-\u0dff\u0f00-\u109f\u1780-\u18af\u1900-\u1aaf\u1b00-\u1cff\ua800-\uabff"
    "\ufb50-\ufdff\ufe70-\ufefe\U00010a00-\U00011fff\U0001e900-\U0001e95f]"
)
# Scripts without spaces, which break lines at zero-width ones.
_unspaced = re.compile(
    "[\u0e00-\u109f\u1780-\u17ff\u1950-\u1aaf\u3040-\u30ff\u3400-\u9fff\ua9e0-\uaadf]"
)
_ideographs = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_selecting = re.compile(
    "[\u1000-\u109f\u1800-\u18af\u2139\u3000-\u30ff\u3400-\u9fff\ua840-\ua87f"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
_FIRST_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_isolate = re.compile("\u2068([^\u2066-\u2069]*)\u2069")


class _Place(NamedTuple):
    """Where an unseen character stands: between which others, in words or in a text."""

    before: str
    after: str
    is_rtl: bool
    is_text: bool

    @property
    def is_inside_a_word(self) -> bool:
        return self.before.isalnum() and self.after.isalnum()

    def is_beside(self, script: re.Pattern[str]) -> bool:
        return bool(script.match(self.before) or script.match(self.after))


def marked(words: str) -> str:
    """Return words with the names of the unseen characters that could deceive in them.

    "[right-to-left override]" for U+202E.
    """
    # Most words are plain ones, which is known without a pattern.
    if words.isascii() and words.isprintable():
        return words
    return _marked(words, words, is_text=False)


def marked_html(cleaned: str) -> str:
    """Return cleaned HTML with the names of the unseen characters that could deceive.

    In addresses they are written in percent, as browsers send them.
    """
    return _marked_markup(cleaned, _tag)


def marked_page(page: str) -> str:
    """Return a whole page as `marked_html` does, without what is typed into its forms.

    That stays as it is, since it is sent back.
    """
    # A pattern takes four times as long to go over a page of which most is ASCII.
    written = page.encode(errors="surrogatepass").translate(None, _ASCII)
    if not _any_in_text.search(written.decode(errors="surrogatepass")):
        return page
    return _marked_markup(page, _tag_or_field)


def _marked_markup(marked_up: str, tags: re.Pattern[str]) -> str:
    if marked_up.isascii() or not _any_in_text.search(marked_up):
        return marked_up
    made, place = [], 0
    for tag in tags.finditer(marked_up):
        made.append(_marked(marked_up[place : tag.start()], marked_up, is_text=True))
        made.append(_marked_tag(tag))
        place = tag.end()
    made.append(_marked(marked_up[place:], marked_up, is_text=True))
    return "".join(made)


def _marked_tag(tag: re.Match[str]) -> str:
    if title := tag.groupdict().get("title"):
        return f"<title>{marked_line(title)}</title>"
    if tag[0].startswith("<textarea"):
        return tag[0]
    return _attribute.sub(_in_attribute, tag[0])


def _in_attribute(found: re.Match[str]) -> str:
    before, value = found[1], found[2]
    name = before.strip().lower().rstrip('="')
    if name in {"href", "src", "action"}:
        return before + _in_text.sub(lambda each: quote(each[0]), value)
    # The value of a field is sent back.
    return before + (value if name == "value" else marked(value))


def isolated(words: str) -> str:
    """Return words marked, and kept from turning what stands around them.

    For places without markup, such as a page's title; on pages `<bdi>` does it.
    """
    found = marked(words)
    if found.isascii() or not _right_to_left.search(found):
        return found
    return f"{_FIRST_ISOLATE}{found}{_END_ISOLATE}"


def marked_line(line: str) -> str:
    """Return a line marked in which words may have been set apart by `isolated`."""
    if line.isascii():
        return line
    return "".join(
        f"{_FIRST_ISOLATE}{marked(part)}{_END_ISOLATE}" if number % 2 else marked(part)
        for number, part in enumerate(_isolate.split(line))
    )


def escaped_json(written: str) -> str:
    """Return JSON with its unseen characters written as escapes: no byte turns it."""
    return _any_in_text.sub(_escape, written)


def _escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def without_unseen(words: str) -> str:
    """Return words without any unseen character, needed or not."""
    return words if words.isascii() else _in_words.sub("", words)


def hides_something(words: str) -> bool:
    """Return whether a name or title has unseen characters that could deceive."""
    return marked(words) != words


def _marked(part: str, whole: str, *, is_text: bool) -> str:
    pattern = _in_text if is_text else _in_words
    # Most words are ASCII, which Python knows of each string at once.
    if (is_text and part.isascii()) or not pattern.search(part):
        return part
    is_rtl = bool(_right_to_left.search(whole))
    named = "".join(_pieces(part, pattern, is_rtl=is_rtl, is_text=is_text))
    if len(named) <= MAX_GROWTH * len(part) + GROWTH_ALLOWANCE:
        return named
    return "".join(
        _pieces(part, pattern, is_rtl=is_rtl, is_text=is_text, by_number=True)
    )


def _pieces(
    part: str,
    pattern: re.Pattern[str],
    *,
    is_rtl: bool,
    is_text: bool,
    by_number: bool = False,
) -> Iterator[str]:
    place = 0
    for found in pattern.finditer(part):
        yield part[place : found.start()]
        place = found.end()
        if not pattern.match(found[0][0]):  # a flag
            yield found[0]
            continue
        before, after = part[found.start() - 1 : found.start()], part[place : place + 1]
        yield _run(found[0], _Place(before, after, is_rtl, is_text), by_number)
    yield part[place:]


def _run(run: str, around: _Place, by_number: bool) -> str:
    """Return a run of unseen characters: what may stand as it is, the rest named."""
    made: list[str] = []
    bad: list[str] = []
    for index, char in enumerate(run):
        before = run[index - 1] if index else around.before
        if bad:
            before = "]"  # as the name of what stood there ends
        after = "" if index + 1 < len(run) else around.after
        if _may_stand(char, around._replace(before=before, after=after)):
            made += [*_named(bad, by_number), char]
            bad = []
        else:
            bad.append(char)
    return "".join([*made, *_named(bad, by_number)])


def _named(bad: list[str], by_number: bool) -> Iterator[str]:
    if not bad:
        return
    first = f"U+{ord(bad[0]):04X}" if by_number else _name(bad[0])
    if len(bad) == 1:
        yield f"[{first}]"
    elif len({_name(char) for char in bad}) == 1:
        yield f"[{len(bad)} × {first}]"
    else:
        yield f"[{first} and {len(bad) - 1} more unseen characters]"


def _name(char: str) -> str:
    if _is_in(_TAGS, char):
        return "tag"
    if _is_in(_IDEOGRAPHIC_SELECTORS, char):
        return "variation selector"
    return unicodedata.name(char, "").lower() or f"control U+{ord(char):04X}"


def _may_stand(char: str, place: _Place) -> bool:
    """Return whether an unseen character is needed where it stands, or harmless."""
    if _is_in(_TURNS + _TAGS + _MUSIC + _CONTROLS, char):
        return False
    if char in _READING_MARKS:
        return place.is_rtl
    if char in _JOINERS:
        return _may_join(char, place)
    if _is_in(_IDEOGRAPHIC_SELECTORS, char):
        return bool(_ideographs.match(place.before))
    if _is_in(_SELECTORS, char):
        return _may_select(place)
    if _is_in(_FILLERS, char):
        return _may_fill(char, place)
    return _may_break(char, place)


def _may_break(char: str, place: _Place) -> bool:
    if place.is_beside(_unspaced) or (char == "\u180e" and place.is_beside(_joining)):
        return True
    if char == "\u034f" and unicodedata.category(place.before or " ") == "Mn":
        return True
    # In a text a soft hyphen is one, and the rest is left over where no word is parted.
    return place.is_text and (char == "\u00ad" or not place.is_inside_a_word)


def _may_join(char: str, place: _Place) -> bool:
    if place.is_beside(_joining):
        return True
    before, after = (_kind(each) for each in (place.before, place.after))
    is_emoji = before in {"So", "Sk"} or place.before in {"\ufe0f", "\U000e007f"}
    if char == "\u200d" and is_emoji and after in {"So", "Sm"}:
        return True
    return place.is_text and not place.is_inside_a_word


def _may_select(place: _Place) -> bool:
    if _selecting.match(place.before) or place.after == "\u20e3":
        return True
    # Pictures, signs and marks; neither letters, digits and spaces nor each other.
    return _kind(place.before) in {"So", "Sk", "Sm", "Sc", "Po", "Pd"}


def _may_fill(char: str, place: _Place) -> bool:
    if char == "\u2800":  # a blank in Braille, and in pictures made of it
        return place.is_text or any(
            "\u2800" < each <= "\u28ff" for each in (place.before, place.after)
        )
    if char in "\u115f\u1160":
        return any(
            each and unicodedata.name(each, "").startswith("HANGUL")
            for each in (place.before, place.after)
        )
    return char in "\u17b4\u17b5" and place.is_beside(_joining)


def _kind(char: str) -> str:
    return unicodedata.category(char) if char else ""


def _is_in(ranges: str, char: str) -> bool:
    return bool(re.match(f"[{ranges}]", char))
