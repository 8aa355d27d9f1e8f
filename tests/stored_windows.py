"""What is stored of threads, unpacked."""

from commentarchive.models import Segment
from commentarchive.threads.packing import Packed, unpack
from commentarchive.threads.render import RenderedWindow, WindowCounts


def stored_windows(**chosen):
    """Return stored windows as they were rendered, in order."""
    return [
        RenderedWindow(
            unpack(Packed(bytes(each.packed), each.crc, each.size)),
            *(each.first_level, each.last_level),
            WindowCounts(each.shown, each.hidden, each.notices),
        )
        for each in Segment.objects.filter(**chosen).order_by("post_id", "number")
    ]
