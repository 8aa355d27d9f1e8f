"""How good suggestions are: held against what a careful person read in each text."""

import json
from collections import Counter
from pathlib import Path

from commentarchive.importers.plain_text import plain_text
from commentarchive.transcripts.marks import Role, undecided
from commentarchive.transcripts.paragraphs import paragraphs
from commentarchive.transcripts.suggestions.every import suggestions
from commentarchive.transcripts.suggestions.suggestion import Kind

TEXTS = Path(__file__).parent / "texts"
SAMPLE = Path(__file__).resolve().parents[3] / "shared/samples/transcript/saltmarsh.txt"
OWN = sorted(path.stem for path in TEXTS.glob("*.txt"))


def opened(data):
    """Return the lines, the paragraphs and the undecided marks of a text."""
    lines = plain_text(data).lines
    marks = undecided("0" * 64, lines)
    return lines, paragraphs(lines, marks.places, marks.width), marks


def truth_of(name):
    if name != "saltmarsh":
        return json.loads((TEXTS / f"{name}.truth.json").read_text())
    return _sample_truth(json.loads(SAMPLE.with_suffix(".truth.json").read_text()))


def data_of(name):
    return (SAMPLE if name == "saltmarsh" else TEXTS / f"{name}.txt").read_bytes()


def _sample_truth(told):
    """Return the truth of the shared sample in the shape of our own texts'."""
    article, comments = told["article"], told["comments"]
    truth = {kind.value: [] for kind in Kind}
    blog = article["cross_post_from"]
    truth["attribution"] = [
        {"line": article["attribution_line"], "blog": blog, "author": article["by"]}
    ]
    first, last = article["result_rows"]
    truth["rows"] = [{"line": first, "last": last}]
    truth["quotation"] = [{"line": line} for line in article["quotations"]]
    for each in comments:
        for kind, entry in _comment_truth(each):
            truth[kind].append(entry)
    return truth


def _comment_truth(told):
    start = told["lines"][0]
    yield "start", {"line": start}
    if "signature_line" in told:
        yield "signature", {"line": told["signature_line"], "name": told["name"]}
    for kind in ("link", "divider", "source_address"):
        if line := told.get(f"{kind}_line"):
            yield kind.replace("source_address", "attribution"), {"line": line}
    yield from _quoting_truth(told, start)
    if "addresses" in told:
        yield "address", {"line": start, "name": told["addresses"]}
    for line in told.get("lost_quotations_after", []):
        yield "lost_quotation", {"line": line}
    if "claim" in told:
        yield "claim", {"line": start, **told["claim"]}


def _quoting_truth(told, start):
    if found := told.get("quotation_lines"):
        yield "quotation", {"line": found[0], "last": found[-1]}
    quoting = told.get("quotes_article", [])
    for line in quoting:
        yield "exact_quotation", {"line": line}
    if quoting:
        # They are the numbered ones, which the sample's truth does not name.
        yield "enumeration", {"line": quoting[0], "last": quoting[-1]}
    if "exact_quote_of_line" in told:
        yield "exact_quotation", {"line": start, "of": told["exact_quote_of_line"]}


def read(name):
    """Return what the suggestions say about a text, in the shape of a truth."""
    _lines, blocks, marks = opened(data_of(name))
    return said(blocks, suggestions(blocks, marks))


def said(blocks, found):
    by_last = {each.last: each.first for each in blocks}
    by_place = {each.place: each for each in blocks}
    told = {kind.value: [] for kind in Kind}
    starts = set()
    for each in found:
        proposal = each.proposal
        entry = {"line": each.first_line, "last": by_last[each.last_line]}
        text = by_place[each.place].text
        if each.kind is Kind.ATTRIBUTION and (origin := proposal.cross_post):
            entry |= {"blog": origin.blog, "author": origin.author}
            entry["address"] = origin.address
        if each.kind in {Kind.SIGNATURE, Kind.HEADER}:
            entry["name"] = proposal.name
            entry["since"] = proposal.time.since if proposal.time else ""
        if each.kind is Kind.SIGNATURE and not proposal.name:
            entry["name"] = text[each.start : each.end]
        if each.kind is Kind.ADDRESS:
            entry["name"] = text[each.start : each.end]
            entry["answers"] = proposal.answers and proposal.answers.line
        if each.kind is Kind.EXACT_QUOTATION:
            entry["of"] = proposal.quotes.line
        if each.kind is Kind.CLAIM:
            claim = proposal.claim[1]
            entry |= {"blog": claim.blog, "number": claim.number}
        starts |= {p.line for p, role in proposal.roles if role is Role.START}
        if each.kind is not Kind.START:
            told[each.kind.value].append(entry)
    told["start"] = [{"line": line, "last": line} for line in sorted(starts)]
    return told


def is_right(entry, expected):
    """Return whether a suggestion says all that the truth does."""
    if entry["last"] != expected.get("last", expected["line"]):
        return False
    for member, value in expected.items():
        if member == "name":
            if entry["name"].endswith(value):
                continue
            return False
        if member in entry and entry[member] != value:
            return False
    return True


def scores(names):
    """Return for each kind: right, wrong and missing suggestions, by text and line."""
    right, wrong, missing = Counter(), [], []
    for name in names:
        truth, told = truth_of(name), read(name)
        for kind in Kind:
            left = list(truth[kind])
            for entry in told[kind]:
                match = next((each for each in left if is_right(entry, each)), None)
                if match is None:
                    wrong.append((kind.value, name, entry))
                else:
                    left.remove(match)
                    right[kind.value] += 1
            missing += [(kind.value, name, each) for each in left]
    return right, wrong, missing
