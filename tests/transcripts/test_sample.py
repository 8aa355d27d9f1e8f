"""The shared sample, decided as its careful reader did."""

import json
from dataclasses import replace

import pytest

from commentarchive.transcripts.faults import faults
from commentarchive.transcripts.marks import (
    ArticleFacts,
    Role,
    with_facts,
    with_role,
)
from commentarchive.transcripts.paragraphs import Place
from commentarchive.transcripts.reading import discussion
from commentarchive.transcripts.suggestions.accepting import accepted
from commentarchive.transcripts.suggestions.every import suggestions
from commentarchive.transcripts.suggestions.suggestion import Kind
from tests.transcripts.quality import SAMPLE
from tests.transcripts.texts import NOW, begun

pytestmark = [
    pytest.mark.pure,
    pytest.mark.skipif(not SAMPLE.exists(), reason="the shared samples are not here"),
]


@pytest.fixture
def truth():
    return json.loads(SAMPLE.with_suffix(".truth.json").read_text())


@pytest.fixture
def sample(truth):
    """Return lines, paragraphs and marks with each paragraph's role as in the truth."""
    lines, blocks, marks = begun(SAMPLE.read_bytes())
    for line in range(1, truth["article"]["lines"][1] + 1):
        marks = with_role(marks, Place(line), Role.ARTICLE)
    for each in truth["comments"]:
        first, last = each["lines"]
        for line in range(first, last + 1):
            role = Role.START if line == first else Role.MORE
            marks = with_role(marks, Place(line), role)
    return lines, blocks, marks


def test_accepting_every_suggestion_leaves_the_thread_as_it_is(sample, truth):
    lines, blocks, marks = sample
    marks = replace(marks, article=ArticleFacts(title="All Hands Together"))
    for each in suggestions(blocks, marks):
        marks = accepted(marks, each)
    for each in truth["comments"]:
        if answered := each.get("answers"):
            facts = next(
                mark.facts
                for mark in marks.paragraphs
                if mark.place.line == each["lines"][0]
            )
            facts = replace(facts, answers=Place(answered))
            marks = with_facts(marks, Place(each["lines"][0]), facts)
    assert not faults(marks, NOW)
    read = discussion(lines, marks)
    assert [each.lines for each in read.comments] == [
        "L{}-{}".format(*each["lines"]) for each in truth["comments"]
    ]
    assert [each.facts.name for each in read.comments if each.facts.name] == ["Owen"]
    assert {each.facts.time.kind for each in read.comments} == {"unknown"}
    assert [each.line for each in read.lost_quotations] == [61, 62]
    (claim,) = read.claims
    assert (claim[0].line, claim[1].blog, claim[1].number) == (57, "Open Quay", 2)
    origin = read.facts.cross_post
    assert (origin.blog, origin.author) == ("Open Quay", "Marta Hale")


def test_an_exact_quotation_answers_once_its_comment_is_decided(sample):
    _lines, blocks, marks = sample
    found = [
        (each.first_line, each.proposal.answers)
        for each in suggestions(blocks, marks)
        if each.kind is Kind.EXACT_QUOTATION
    ]
    assert found == [(30, None), (31, None), (35, None), (49, Place(47))]
