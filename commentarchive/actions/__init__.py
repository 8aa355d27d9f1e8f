"""Every write of the archive: one verb a function, atomic, nothing else writes."""
