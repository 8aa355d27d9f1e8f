"""Suggestions are right, or they are not made: measured on texts of many habits."""

import pytest

from commentarchive.transcripts.suggestions.suggestion import Kind
from tests.transcripts.quality import OWN, SAMPLE, scores

pytestmark = pytest.mark.pure

TEXTS = [*OWN, *(["saltmarsh"] if SAMPLE.exists() else [])]
# The share that is found at least. Who is spoken to at the end of a sentence ("is it,
# Ned?") is not found, and without headers most comments start without a cue.
RECALL = dict.fromkeys(Kind, 1.0) | {Kind.ADDRESS: 0.7, Kind.START: 0.5}


@pytest.mark.parametrize("name", TEXTS)
def test_no_suggestion_is_wrong(name):
    assert scores([name])[1] == []


def test_of_each_kind_enough_is_found():
    right, _wrong, missing = scores(TEXTS)
    for kind in Kind:
        lost = [each for each in missing if each[0] == kind]
        assert right[kind] > 0, kind
        assert right[kind] / (right[kind] + len(lost)) >= RECALL[kind], lost


# What a person sees and no rule tells for sure: "Tom, he …" may speak of Tom, and where
# names stand below comments, it is not known where each of those starts.
UNSURE = {("address", "numbered", 9), ("address", "feet", 9), ("start", "feet", 3)}


def test_our_own_texts_miss_nothing_that_is_sure():
    missing = scores(OWN)[2]
    assert {(kind, name, each["line"]) for kind, name, each in missing} == UNSURE
