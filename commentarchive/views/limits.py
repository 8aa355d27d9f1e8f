"""How often one visitor may ask for what costs much.

Counts are kept in the memory of each process that answers: nothing is written, nothing
is kept about anybody, and a flood costs no transaction. With two such processes, a
visitor has up to twice the number.
"""

import threading
import time
from collections import OrderedDict, deque
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.http import HttpRequest

from commentarchive.login_lines import tell_limit

# Visitors remembered at once; beyond it, whoever came longest ago is forgotten.
REMEMBERED = 20_000


class Limit:
    """At most so many events of one key within so many seconds."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> float:
        """Count an event and return 0, or return the seconds until there is room."""
        wait = self._taken(key)
        if wait:
            tell_limit(
                f"More than {self._most} tries in {self._seconds:.0f} s of one visitor "
                "or at one login: the next were refused."
            )
        return wait

    def _taken(self, key: str) -> float:
        now = time.monotonic()
        with self._lock:
            times = self._times.setdefault(key, deque())
            self._times.move_to_end(key)
            while times and times[0] <= now - self._seconds:
                times.popleft()
            if len(times) >= self._most:
                return times[0] + self._seconds - now
            times.append(now)
            if len(self._times) > REMEMBERED:
                self._times.popitem(last=False)
            return 0

    def give_back(self, key: str) -> None:
        """Take one event back, the last."""
        with self._lock:
            if times := self._times.get(key):
                times.pop()

    def forget(self) -> None:
        """Forget every event."""
        with self._lock:
            self._times.clear()


def visitor(request: HttpRequest) -> str:
    """Return what counts as one visitor: an IPv4 address, or an IPv6 network of /64."""
    word = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ip_address(word)
    except ValueError:
        return word
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Network((int(address) >> 64 << 64, 64)))
    return word
