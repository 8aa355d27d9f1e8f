"""Tests of the collector of garbage during an import."""

import gc

import pytest

from commentarchive.intake.rare_collections import OBJECTS, rare_collections

pytestmark = pytest.mark.pure


def test_it_is_as_it_was_afterwards():
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="midway"), rare_collections():
        assert gc.get_threshold() == (OBJECTS, *before[1:])
        raise ValueError("midway")
    assert gc.get_threshold() == before
