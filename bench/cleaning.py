"""Time to clean hostile texts, and how it grows when they are twice as long."""

import sys
import time

from bench.shapes import SHAPES
from commentarchive.text.clean_html import Form, clean

# Half of what Markdown is rendered of at most.
SIZE, TIMES = 1 << 15, 5
MOST_GROWTH = 2.5


def best(raw: str, form: Form) -> float:
    """Return the shortest of several times, in seconds."""
    times = []
    for _turn in range(TIMES):
        began = time.process_time()
        clean(raw, form)
        times.append(time.process_time() - began)
    return min(times)


def main() -> int:
    """Measure every shape; return how many of them grow too fast."""
    failed = 0
    clean("<b>x</b>", "markdown")
    for name, (form, make) in SHAPES.items():
        one, two = make(SIZE // 2), make(SIZE)
        short, long = best(one, form), best(two, form)
        growth = long / short / (len(two) / len(one) / 2)
        failed += growth > MOST_GROWTH
        print(
            f"  {name}: {1000 * long:.1f} ms for {len(two):,} characters, "
            f"{growth:.2f} x the time of half",
            flush=True,
        )
    return failed


if __name__ == "__main__":
    sys.exit(main())
