"""WordPress: exports, REST answers, saved pages."""
