"""Two copies of one long thread compared, in milliseconds."""

import os
import sys
import time
from pathlib import Path

import django


def main(number: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    from bench.generate import write_export
    from commentarchive.captures.gaps import compare_copies
    from commentarchive.captures.history import all_copies, summary
    from commentarchive.intake.session import import_files
    from commentarchive.models import Comment, Manifest, Post
    from commentarchive.threads.capture_diff import find_gone

    address = "https://bench-copies.example"
    path = Path(os.environ["VAR_DIR"]) / "copies.xml"
    write_export(path, number, number, address)
    import_files([path])
    # Each hundredth comment vanishes.
    whole = path.read_bytes()
    first, *comments = whole.split(b"<wp:comment>")
    kept = [each for place, each in enumerate(comments) if place % 100 != 50]
    last = comments[-1].partition(b"</wp:comment>")
    path.write_bytes(
        b"<wp:comment>".join([first, *kept[:-1], last[0] + last[1] + last[2]])
    )
    began = time.perf_counter()
    report = import_files([path])[0]
    imported = time.perf_counter() - began
    post = Post.objects.get(blog=report.blog)
    began = time.perf_counter()
    for manifest in Manifest.objects.filter(post=post):
        bytes(manifest.packed)
    floor = time.perf_counter() - began
    began = time.perf_counter()
    found = list(find_gone(all_copies(post.pk)["wordpress"]))
    compared = time.perf_counter() - began
    began = time.perf_counter()
    compare_copies([report.capture])
    again = time.perf_counter() - began
    began = time.perf_counter()
    told = summary(all_copies(post.pk))
    counted = time.perf_counter() - began
    assert told[-1]["changes"]["gone"] == len(found)
    hidden = Comment.objects.filter(post=post, visibility="gone_at_source").count()
    assert hidden == len(found) > 0, (hidden, len(found))
    print(
        f"  two copies of a thread of {number}: compared in {compared * 1000:.0f} ms "
        f"({compared / floor:.0f} x the bare read of what they held), {hidden} gone; "
        f"with inferences {again * 1000:.0f} ms; every change counted {counted * 1000:.0f} ms; "
        f"the second import {imported:.1f} s",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
