"""An evidence bundle of one case: every file of it, and the ZIP that they make."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from commentarchive.ledger.merkle import verify
from commentarchive.ledger.snapshot import snapshot
from commentarchive.models import Blog
from commentarchive.text.unseen import escaped_json
from moderation.evidence.blocks import Exhibit, as_data
from moderation.evidence.cases import Case, check_readers_see, find_case
from moderation.evidence.copies import copy_exhibit
from moderation.evidence.look import Look, look_at
from moderation.evidence.messages import (
    letter_exhibit,
    private_exhibits,
    report_exhibit,
)
from moderation.evidence.on_record import (
    entries_of,
    proof_files,
    record_exhibit,
    record_files,
    state_facts,
)
from moderation.evidence.packing import pack
from moderation.evidence.rulings import ruling_exhibit
from moderation.evidence.statement import statement_text
from moderation.evidence.texts import text_exhibit
from moderation.evidence.threads import check_days, days_of_case, thread_exhibits
from moderation.reports.typesetting import typeset

FORMAT = "commentarchive evidence bundle 1"
STYLES = ("site.css", "bundle.css")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle that is made: the name of its file, its bytes, and how many exhibits."""

    name: str
    data: bytes
    exhibits: int

    @property
    def sha256(self) -> str:
        """Return its digest, for the letter that goes with it."""
        return hashlib.sha256(self.data).hexdigest()


def build_bundle(
    words: str,
    *,
    is_sealed: bool = False,
    size: int | None = None,
    days: Sequence[date] = (),
) -> Bundle:
    """Make the bundle of a case, up to a signed state, of one moment of the tables.

    `words` are a reference or a page's address; `days` those on which a thread is
    shown, else the days around its first decision. Raise NoCase, SealedOnly,
    NoSuchState, BadDay or NotTypeset.
    """
    with snapshot():
        case, look = find_case(words), look_at(size, is_sealed=is_sealed)
        if not is_sealed:
            check_readers_see(case)
        check_days(case, days)
        entries = entries_of(case, look)
        exhibits = _exhibits(case, look, days or days_of_case(case, look), entries)
        files = dict(record_files(entries, look))
        files |= dict(proof_files(case, look, entries))
    files |= _faces(case, look, exhibits)
    variant = "sealed" if is_sealed else "open"
    folder = f"evidence-{case.ref}-{look.size}-{variant}"
    data = pack(folder, files)
    return Bundle(name=f"{folder}.zip", data=data, exhibits=len(exhibits))


def _exhibits(
    case: Case, look: Look, days: Sequence[date], entries: Mapping[int, bytes]
) -> list[Exhibit]:
    return [
        *thread_exhibits(case, look, days),
        text_exhibit(case, look),
        ruling_exhibit(case, look),
        report_exhibit(case, look),
        letter_exhibit(case, look),
        *private_exhibits(case, look),
        copy_exhibit(case, look),
        record_exhibit(entries, look),
    ]


def _faces(case: Case, look: Look, exhibits: Sequence[Exhibit]) -> dict[str, bytes]:
    """Return what people read: pages, the PDF, the draft, and how to check it all."""
    numbered = list(enumerate(exhibits, start=1))
    names = [f"exhibits/{number:02}-{each.about}.html" for number, each in numbered]
    told = {
        "format": FORMAT,
        "case": case.ref,
        "called": case.called,
        "is_sealed": look.is_sealed,
        "archive": settings.BASE_URL,
        "day": f"{look.moment:%Y-%m-%d}",
        "record": [list(each) for each in (*state_facts(look), *_clocks(case, look))],
        "exhibits": [_told(number, each) for number, each in numbered],
    }
    shown: dict[str, Any] = {
        **told,
        "listed": list(zip(numbered, names, strict=True)),
    }
    pages = {
        name: _page(
            "exhibit", {**shown, "number": number, "exhibit": exhibit, "up": "../"}
        )
        for (number, exhibit), name in shown["listed"]
    }
    written = escaped_json(json.dumps(told, ensure_ascii=False, indent=1))
    return {
        **pages,
        "index.html": _page("index", shown),
        "README.txt": render_to_string("evidence/readme.txt", shown).encode(),
        "witness-statement-draft.txt": statement_text(look, exhibits).encode(),
        "bundle.json": written.encode(),
        "bundle.pdf": typeset("bundle.typ", told),
        "verify.py": Path(verify.__file__).read_bytes(),
        "style.css": b"\n".join(map(_style, STYLES)),
    }


def _clocks(case: Case, look: Look) -> Iterator[tuple[str, str]]:
    """Yield by which clock times are told."""
    known = Blog.objects.all() if look.is_sealed else Blog.objects.public()
    blogs = known.filter(posts__in=case.posts).order_by("title").distinct()
    clocks = [f"{each.time_zone} ({each.title})" for each in blogs]
    if case.complaint:
        clocks.append(f"{case.complaint.time_zone} (complaints)")
    if clocks:
        yield "Clock of its times", f"{'; '.join(clocks)}; UTC where they say UTC or Z"


def _told(number: int, exhibit: Exhibit) -> dict[str, Any]:
    return {
        "number": number,
        "title": exhibit.title,
        "how": exhibit.how,
        "blocks": [as_data(block) for block in exhibit.blocks],
    }


def _page(template: str, context: Mapping[str, Any]) -> bytes:
    return render_to_string(f"evidence/{template}.html", dict(context)).encode()


def _style(name: str) -> bytes:
    return (settings.SITE_DIR / "static" / "css" / name).read_bytes()
