"""What was written lately: by which a text is known to be there again."""

from collections import deque
from datetime import datetime, timedelta
from hashlib import blake2b

from commentarchive.text.search_words import words_of

# How far back a text counts as the same one again, and the fewest words of one: anybody
# says "thank you".
WINDOW = timedelta(days=30)
FEWEST_WORDS = 5


class Lately:
    """Counts texts, comment after comment in the order of their times."""

    def __init__(self) -> None:
        self._times: dict[bytes, deque[datetime]] = {}

    def times(self, plain: str, at: datetime) -> int:
        """Note a text; return how many times it was written in the days before."""
        words = words_of(plain)
        if len(words) < FEWEST_WORDS:
            return 1
        key = blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8)
        times = self._times.setdefault(key.digest(), deque())
        while times and times[0] < at - WINDOW:
            times.popleft()
        times.append(at)
        return len(times)
