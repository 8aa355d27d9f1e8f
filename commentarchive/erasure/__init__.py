"""Words deleted for good, on record, wherever they lie."""
